import type { Found } from "../identity/candidate.ts";
import { inodeOf } from "../identity/fingerprint.ts";
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
  /** Inodes that were refused by the last search. */
  #refused: ReadonlySet<string> = new Set();

  constructor({ files, maxFiles = defaultMost }: SourceOptions) {
    this.most = maxFiles;
    const named = new Set(files);
    this.#isNamed = (path) => named.has(path);
  }

  /** Tells whether the last search refused a file. */
  hasRefused({ stat }: Found): boolean {
    return this.#refused.has(inodeOf(stat));
  }

  /**
   * Chooses among the files of a search. One with unread bytes (`isHeld`) is kept besides until it is read, and newcomers
   * wait when too many are: they cost no more than twice the limit. Of a file with several names one is chosen, or none.
   */
  choose(all: readonly Found[], isFollowed: (file: Found) => boolean, isHeld: (file: Found) => boolean): Choice {
    const found = this.#withoutOtherNames(all);
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
    this.#refused = new Set(refused.map(({ stat }) => inodeOf(stat)));
    return { accepted: [...accepted], refused };
  }

  /** Leaves one name of each file, if possible one that the source names: links make any number of names. */
  #withoutOtherNames(all: readonly Found[]): readonly Found[] {
    if (all.length <= this.most) return all;
    const files = new Map<string, Found>();
    for (const file of all) {
      const inode = inodeOf(file.stat);
      if (!files.has(inode) || this.#isNamed(file.path)) files.set(inode, file);
    }
    return [...files.values()];
  }
}

/** Time of the last write (ns): whoever sets it to one that is to come changes the inode now. */
function writtenAt({ stat }: Found): bigint {
  return stat.mtimeNs < stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs;
}
