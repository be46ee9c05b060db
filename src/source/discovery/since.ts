import type { JsonValue } from "../../serializable.ts";
import type { SourceOptions } from "../source.ts";
import { namedBy } from "./discover.ts";

/** A glob, since when what it names is followed (Unix ms), and the source that has it; undefined in older versions. */
export type Since = readonly [glob: string, since: number, source?: string | undefined];

/** Sources as far as their beginnings are concerned. */
type Named = Pick<SourceOptions, "name" | "files">;

/** Reads back what was written down of globs; what is not of that form is left out. */
export function readSince(value: JsonValue | undefined): Since[] {
  if (!isList(value)) return [];
  const [first, second] = value;
  // As older versions have written it: one time for all globs.
  if (typeof first === "number") return isList(second) ? second.flatMap((glob) => beginning(glob, first)) : [];
  return value.flatMap((row) => (isList(row) ? beginning(row[0], row[1], row[2]) : []));
}

function beginning(glob: JsonValue | undefined, since: JsonValue | undefined, source?: JsonValue): Since[] {
  if (typeof glob !== "string" || typeof since !== "number") return [];
  return [[glob, since, typeof source === "string" ? source : undefined]];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Beginnings of an earlier process, by the sources that there are now. */
export class Beginnings {
  /** The earliest first. */
  readonly #before: readonly Since[];
  readonly #isFree: (beginning: Since) => boolean;

  /** `sources` are all of the config: what none of them follows is free, and each may go on with it. */
  constructor(before: readonly Since[], sources: readonly Named[]) {
    this.#before = before.toSorted(([, one], [, other]) => one - other);
    const owned = new Set(sources.flatMap(({ name, files }) => files.map((glob) => keyOf(name, glob))));
    this.#isFree = ([glob, , source]) => source === undefined || !owned.has(keyOf(source, glob));
  }

  /** Tells since when some of the sources follow a path (Unix ms): by the earliest glob that names it; undefined without one. */
  sinceOf(sources: readonly Named[]): (path: string) => number | undefined {
    const globs = this.#open(sources).map(([glob, since]) => ({ since, isNamed: under(glob) }));
    return (path) => globs.find(({ isNamed }) => isNamed(path))?.since;
  }

  /** The globs of these sources: each since the earliest of those before that name all that it names, else since `now`. */
  carryOver(sources: readonly Named[], now: number): [glob: string, since: number, source: string][] {
    const open = this.#open(sources);
    return sources.flatMap(({ name, files }) =>
      [...new Set(files)].map((glob): [string, number, string] => {
        const earliest = open.find(([wider]) => wider === glob || under(wider)(glob));
        return [glob, earliest?.[1] ?? now, name];
      }),
    );
  }

  #open(sources: readonly Named[]): Since[] {
    const names = new Set<string | undefined>(sources.map(({ name }) => name));
    return this.#before.filter((one) => names.has(one[2]) || this.#isFree(one));
  }
}

function keyOf(source: string, glob: string): string {
  return JSON.stringify([source, glob]);
}

function under(glob: string): (path: string) => boolean {
  return namedBy({ files: [glob], exclude: [] });
}
