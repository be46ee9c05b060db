import { findCopy, originalOf } from "./copies.ts";
import { isAt, realPathOf, type Found } from "./discover.ts";
import type { FileSet } from "./file-set.ts";
import type { FollowedFile } from "./followed-file.ts";
import { headOfFile, identityBytes, inodeOf } from "./identity.ts";
import type { Lifecycle, Place, Shared } from "./lifecycle.ts";
import { asOf, filesBetween, type Relative } from "./relatives.ts";
import { familyOf, isMarked } from "./rotation-names.ts";
import type { Troubles } from "./troubles.ts";

/** For so long after a path has lost its file (ms), files that came and went there meanwhile are looked for. */
const freshMs = 10_000;

/** Rotation that goes on while its files are looked for makes the search begin again, so many times. */
const mostAttempts = 10;

/** How often the files of a source were rotated and truncated. */
export interface Moves {
  rotations: number;
  truncations: number;
}

/** Which file comes after which: what was missed between two looks, and in which copy a file goes on. */
export class Succession {
  readonly #shared: Shared;
  readonly #files: FileSet;
  readonly #lives: Lifecycle;
  readonly #troubles: Troubles;
  readonly #moves: Moves;
  /** Files of which only what comes is wanted, but that could not be read yet. */
  readonly #fromEnd = new Set<string>();

  constructor(shared: Shared, files: FileSet, lives: Lifecycle, troubles: Troubles, moves: Moves) {
    this.#shared = shared;
    this.#files = files;
    this.#lives = lives;
    this.#troubles = troubles;
    this.#moves = moves;
  }

  /** Follows a file that was never seen, after another one; undefined when it cannot be read. */
  begin(seen: Found, place: Place, fromEnd: boolean, after: FollowedFile | undefined): FollowedFile | undefined {
    try {
      const file = this.#lives.begin(seen, place, fromEnd || this.#fromEnd.has(seen.path));
      file.after = after;
      this.#fromEnd.delete(seen.path);
      return file;
    } catch (error) {
      if (fromEnd) this.#fromEnd.add(seen.path);
      this.#troubles.unreadable(seen.path, error);
      return undefined;
    }
  }

  /** The file that this new one is a copy of, or undefined; `last` was at its path before and is none. */
  originalOf(seen: Found, last: Relative | undefined): FollowedFile | undefined {
    if (!isMarked(seen.path)) return undefined;
    const others = [...this.#files.all()].filter((file) => file !== last);
    const read = originalOf(seen, others);
    if (read !== undefined) return read;
    const unread = originalOf(seen, this.#unread(seen.path));
    return unread === undefined ? undefined : this.#files.withInode(unread.inode);
  }

  /**
   * Follows the files that were at a path after `last` and are gone from it, to be read after `before`; returns what is to
   * be read before the next.
   */
  fillGap(last: Relative, path: string, before: FollowedFile | undefined): FollowedFile | undefined {
    let previous = before;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      let hasMoved = false;
      for (const missed of filesBetween(last, realPathOf(path), this.#lives.known)) {
        // What a followed file holds is read there, and what of it was read is known; else it is looked up.
        const read = originalOf(missed, this.#files.all());
        const original = read ?? originalOf(missed, this.#unread(path));
        hasMoved ||= !isAt(missed.path, inodeOf(missed.stat));
        if (hasMoved) break;
        if (read?.state === "ended") {
          previous = this.#lives.takeOver(missed, read, read.reader.save(), { rotatedFrom: path });
          previous.after = before;
        }
        if (original !== undefined) continue;
        this.#moves.rotations++;
        previous = this.begin(missed, { rotatedFrom: path }, false, previous) ?? previous;
      }
      if (!hasMoved) break;
    }
    return previous;
  }

  /** As `fillGap` for paths at which there is nothing (now), but was a moment ago or in an earlier process. */
  fillOpenGaps(): void {
    for (const [path, last] of this.#files.lastAt) {
      if (this.#files.live.has(path) || last.restless < performance.now() - freshMs) continue;
      this.fillGap(last, path, this.#files.withInode(last.inode));
    }
  }

  /** Goes on in a copy of a file that is no longer what it was: it was truncated or deleted. */
  followCopy(file: FollowedFile): FollowedFile | undefined {
    const copy = findCopy(file, this.#lives.known);
    if (copy === undefined) return undefined;
    this.#shared.log.info({ file: file.path, copy: copy.path, offset: file.offset }, "going on in a copy of the file");
    return this.#lives.takeOver(copy, file, file.reader.save(), { rotatedFrom: file.path });
  }

  /** The followed files of a path's family of which nothing was read yet, as if all that they hold had been. */
  *#unread(path: string): Iterable<Relative> {
    const family = familyOf(path);
    for (const file of [...this.#files.live.values(), ...this.#files.rotated]) {
      if (file.head.bytes > 0 || familyOf(file.path) !== family) continue;
      try {
        const fd = this.#lives.descriptor(file);
        if (fd === undefined) continue;
        const head = headOfFile(fd, identityBytes);
        yield asOf(file, { offset: head.bytes, head });
      } catch {
        // It cannot be read: nor could a copy be told from it.
      }
    }
  }
}
