import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../problem.ts";
import { statPath } from "../discovery/discover.ts";
import { Candidate, type Found } from "../identity/candidate.ts";

/** The times of a directory are kept in ticks (ms): a change within one may not be seen. */
const tickMs = 10;
/** How many files a snapshot holds open at most; the others are opened when they are asked for. */
const mostOpen = 128;

/**
 * The regular files of a directory at one time, by inode. Rotation gives every file the name of the next one, and who looks
 * at the names one by one meanwhile may miss a file: what is not in a snapshot is known not to be there only when
 * `isSettled`. The files that nobody knows are open, so that they can be read whatever they are called by then.
 */
export class Snapshot implements Iterable<Candidate> {
  readonly #dir: string;
  readonly #changedAt: bigint | undefined;
  readonly #isListed: boolean;
  /** Whether a change after the snapshot was begun would show. */
  readonly #isTicked: boolean;
  readonly #byInode = new Map<string, Candidate>();
  #open = 0;

  /** Looks at the names that are wanted; which inodes are known is asked of `isKnown`. */
  constructor(dir: string, isWanted: (name: string) => boolean, isKnown: (candidate: Candidate) => boolean) {
    this.#dir = dir;
    this.#changedAt = changedAt(dir);
    this.#isTicked = hasTicked(dir, this.#changedAt);
    const names = namesIn(dir);
    this.#isListed = names !== undefined;
    for (const name of names ?? []) {
      if (!isWanted(name)) continue;
      const seen = statPath(join(dir, name));
      if (seen !== undefined && "stat" in seen) this.#add(new Candidate(seen), isKnown);
    }
  }

  /** Adds a file that was found by another way: through a link, or in a directory that cannot be listed. */
  include(found: Found, name: string): Candidate {
    const candidate = new Candidate(found, name);
    const known = this.#byInode.get(candidate.inode);
    if (known !== undefined) return known;
    this.#byInode.set(candidate.inode, candidate);
    return candidate;
  }

  /** The file that is this inode, or undefined. */
  get(inode: string): Candidate | undefined {
    return this.#byInode.get(inode);
  }

  [Symbol.iterator](): Iterator<Candidate> {
    return this.#byInode.values();
  }

  /** Whether no name has come, gone or moved on since the snapshot was begun: what is not in it is not there. */
  isSettled(): boolean {
    return this.#isListed && this.#isTicked && changedAt(this.#dir) === this.#changedAt;
  }

  close(): void {
    for (const candidate of this.#byInode.values()) candidate.close();
  }

  #add(candidate: Candidate, isKnown: (candidate: Candidate) => boolean): void {
    if (!isKnown(candidate) && this.#open < mostOpen) {
      this.#open++;
      try {
        candidate.content();
      } catch {
        // Who needs what it holds is told why it cannot be had.
      }
    }
    this.#byInode.get(candidate.inode)?.close();
    this.#byInode.set(candidate.inode, candidate);
  }
}

/** What was seen last of directories that have just changed, or will have: since when, by the monotonic clock (ms). */
const young = new Map<string, { readonly changedAt: bigint; readonly since: number }>();
/** Of so many directories at most; past that it is begun anew. */
const mostYoung = 10_000;

/**
 * Whether more than a tick has gone by since names last changed. The clock of the file system may be ahead of ours, or ours
 * may have been set back: then what counts is for how long it was seen to be the same.
 */
function hasTicked(dir: string, changed: bigint | undefined): boolean {
  if (changed === undefined) return false;
  if (Date.now() - Number(changed / 1_000_000n) > tickMs) {
    young.delete(dir);
    return true;
  }
  const now = performance.now();
  const before = young.get(dir);
  if (before?.changedAt === changed) return now - before.since > tickMs;
  if (young.size >= mostYoung) young.clear();
  young.set(dir, { changedAt: changed, since: now });
  return false;
}

/** When names last changed (ns); 0 when there is no such directory, undefined when that cannot be known. */
function changedAt(dir: string): bigint | undefined {
  try {
    return statSync(dir, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n;
  } catch (error) {
    return errorCode(error) === "ENOTDIR" ? 0n : undefined;
  }
}

/** The names in a directory, as far as they may be known; undefined when the system could not tell them now. */
function namesIn(dir: string): string[] | undefined {
  try {
    return readdirSync(dir);
  } catch (error) {
    return ["EMFILE", "ENFILE", "EIO", "ENOMEM", "ESTALE"].includes(errorCode(error) ?? "") ? undefined : [];
  }
}
