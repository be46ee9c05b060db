import type { Found } from "../identity/candidate.ts";
import type { SourceOptions } from "../source.ts";

/** Default maximum number of files of a source. */
const defaultMost = 1000;

/** Chosen files of a search. */
export interface Choice {
  readonly accepted: readonly Found[];
  readonly refused: readonly Found[];
}

/** Limits the files of a source: past `limits.maxFiles`, those that were written longest ago are refused. */
export class FileLimit {
  readonly most: number;
  readonly #isNamed: (path: string) => boolean;
  /** Paths that were refused by the last search. */
  #refused: ReadonlySet<string> = new Set();

  constructor({ files, maxFiles = defaultMost }: SourceOptions) {
    this.most = maxFiles;
    const named = new Set(files);
    this.#isNamed = (path) => named.has(path);
  }

  /** Tells whether the last search refused a path. */
  hasRefused(path: string): boolean {
    return this.#refused.has(path);
  }

  /**
   * Chooses among the files of a search. One with unread bytes (`isHeld`) is kept besides until it is read, and newcomers
   * wait when too many are: they cost no more than twice the limit.
   */
  choose(found: readonly Found[], isFollowed: (file: Found) => boolean, isHeld: (file: Found) => boolean): Choice {
    if (found.length <= this.most) {
      this.#refused = new Set();
      return { accepted: found, refused: [] };
    }
    const ranked = found
      .map((file) => ({ file, isNamed: this.#isNamed(file.path), written: writtenAt(file) }))
      .sort((a, b) => Number(b.isNamed) - Number(a.isNamed) || Number(b.written - a.written))
      .map(({ file }) => file);
    const held = ranked.slice(this.most).filter(isHeld);
    const room = 2 * this.most - held.length;
    const newest = ranked.slice(0, this.most).filter((file, rank) => rank < room || isFollowed(file));
    const accepted = new Set([...newest, ...held]);
    const refused = found.filter((file) => !accepted.has(file));
    this.#refused = new Set(refused.map(({ path }) => path));
    return { accepted: [...accepted], refused };
  }
}

/** Time of the last write (ns): whoever sets it to one that is to come changes the inode now. */
function writtenAt({ stat }: Found): bigint {
  return stat.mtimeNs < stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs;
}
