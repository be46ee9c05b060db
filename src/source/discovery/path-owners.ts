import type { SourceOptions } from "../source.ts";
import { namedBy } from "./discover.ts";

/** Says which source a path belongs to: the first of those whose globs name it, in the order of the config. */
export class PathOwners {
  readonly #sources: readonly { readonly source: SourceOptions; readonly isNamed: (path: string) => boolean }[];

  constructor(sources: readonly SourceOptions[]) {
    this.#sources = sources.map((source) => ({ source, isNamed: namedBy(source) }));
  }

  /** The source that a path belongs to; undefined when no glob names it. */
  of(path: string): SourceOptions | undefined {
    return this.#sources.find(({ isNamed }) => isNamed(path))?.source;
  }

  /** Returns which of two paths to one file it is followed under: that of the earlier source, else the first. */
  preferred(one: string, other: string): string {
    return this.#placeOf(other) < this.#placeOf(one) ? other : one;
  }

  #placeOf(path: string): number {
    const place = this.#sources.findIndex(({ isNamed }) => isNamed(path));
    return place < 0 ? this.#sources.length : place;
  }
}
