import type { Log } from "../log.ts";
import { isAt } from "./discovery/paths.ts";
import type { Found } from "./identity/candidate.ts";
import { inodeOf } from "./identity/fingerprint.ts";
import type { SourceOptions } from "./source.ts";
import type { Fileset } from "./tracking/fileset.ts";

/** Watch on files that several sources reach. */
export class SharedFiles {
  readonly #log: Log;
  readonly #files: Fileset;
  /** Pairs of sources of which was said that they reach the same file. */
  readonly #warnedPairs = new Set<string>();

  constructor(log: Log, files: Fileset) {
    this.#log = log;
    this.#files = files;
  }

  /** Warns once per pair of sources: the config suggests that both receive the lines. */
  warn(source: SourceOptions, found: readonly Found[]): void {
    for (const { path, stat } of found) {
      const inode = inodeOf(stat);
      const file = this.#files.withInode(inode) ?? this.#files.copiedBy({ inode, stat });
      // Meanwhile the number may be that of another file.
      if (file === undefined || file.source === source || !isAt(path, inode)) continue;
      const pair = JSON.stringify([file.source.name, source.name]);
      if (this.#warnedPairs.has(pair)) continue;
      this.#warnedPairs.add(pair);
      const what = { file: path, source: file.source.name, other: source.name };
      this.#log.warn(
        what,
        "two sources reach one file: it counts once, for the first of them; exclude it from the other, or set `where` or `lines`",
      );
    }
  }
}
