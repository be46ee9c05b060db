import { namedBy } from "./discover.ts";
import type { SavedFile } from "./saved-file.ts";
import type { SourceOptions } from "./source.ts";

/** Which source goes on with what an earlier process has written down: a source that was renamed keeps what its globs name. */
export class Heirs {
  readonly #sources: readonly { readonly name: string; readonly isNamed: (path: string) => boolean }[];

  constructor(sources: readonly SourceOptions[]) {
    this.#sources = sources.map((source) => ({ name: source.name, isNamed: namedBy(source) }));
  }

  /** The name of the source whose globs name a path, but for those that have what is there; undefined when there is none. */
  heirOf(path: string, hasIt: (name: string) => boolean = () => false): string | undefined {
    return this.#sources.find(({ name, isNamed }) => !hasIt(name) && isNamed(path))?.name;
  }

  /** The files by source, with their numbers; those of no source are left out. No source is given the same file twice. */
  divide(files: readonly [id: number, file: SavedFile][]): Map<string, [id: number, file: SavedFile][]> {
    const names = new Set(this.#sources.map(({ name }) => name));
    const bySource = new Map<string, [number, SavedFile][]>([...names].map((name) => [name, []]));
    const had = new Set<string>();
    const give = (name: string, id: number, file: SavedFile): void => {
      bySource.get(name)?.push([id, file]);
      if (file.inode !== "") had.add(`${name}\n${file.inode}`);
    };
    for (const [id, file] of files) if (names.has(file.source)) give(file.source, id, file);
    for (const [id, file] of files) {
      if (names.has(file.source)) continue;
      const heir = this.heirOf(file.path, (name) => had.has(`${name}\n${file.inode}`));
      if (heir !== undefined) give(heir, id, file);
    }
    return bySource;
  }
}
