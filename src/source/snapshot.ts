import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../problem.ts";
import { Candidate } from "./content.ts";
import { lookAt, type Found } from "./discover.ts";

/** The times of a directory are kept in ticks (ns): a change within one may not be seen. */
const tickNs = 10_000_000n;
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
  readonly #byInode = new Map<string, Candidate>();
  #open = 0;

  /** Looks at the names that are wanted; which inodes are known is asked of `isKnown`. */
  constructor(dir: string, isWanted: (name: string) => boolean, isKnown: (candidate: Candidate) => boolean) {
    this.#dir = dir;
    this.#changedAt = changedAt(dir);
    const names = namesIn(dir);
    this.#isListed = names !== undefined;
    for (const name of names ?? []) {
      if (!isWanted(name)) continue;
      const seen = lookAt(join(dir, name));
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
    const now = changedAt(this.#dir);
    return (
      this.#isListed && now !== undefined && now === this.#changedAt && BigInt(Date.now()) * 1_000_000n - now > tickNs
    );
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
