import { readdirSync, statSync, type BigIntStats } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../problem.ts";
import { realPathOf, statEntry } from "../discovery/paths.ts";
import { Candidate, type Found } from "../identity/candidate.ts";

/** The times of a directory are kept in ticks (ms): a change within one may not be seen. */
const tickMs = 10;
/** Maximum number of files that a snapshot keeps open; others are opened on demand. */
const mostOpen = 128;

/**
 * Regular files of a directory at one time, by inode. Rotation renames every file to the name of the next one, and a scan
 * meanwhile may miss a file: one that is not in the snapshot is absent only if `isSettled`. Untracked files are kept open,
 * so that they can be read under any name.
 */
export class Snapshot implements Iterable<Candidate> {
  readonly #dir: string;
  readonly #changedAt: bigint | undefined;
  readonly #isListed: boolean;
  /** True if a change after the start of the snapshot would show. */
  readonly #isTicked: boolean;
  readonly #byInode = new Map<string, Candidate>();
  #open = 0;

  /** Reads the wanted names; `isKnown` tells which files need no descriptor, `isOwn` which are no logs. */
  constructor(
    dir: string,
    isWanted: (name: string) => boolean,
    isKnown: (candidate: Candidate) => boolean,
    isOwn: (stat: BigIntStats) => boolean,
  ) {
    this.#dir = dir;
    this.#changedAt = changedAt(dir);
    this.#isTicked = hasTicked(dir, this.#changedAt);
    const names = namesIn(dir);
    this.#isListed = names !== undefined;
    for (const name of names ?? []) {
      if (!isWanted(name)) continue;
      // Where a link leads is asked for paths of the config alone.
      const seen = statEntry(join(dir, name));
      if (seen !== undefined && "stat" in seen && !isOwn(seen.stat))
        this.#add(new Candidate({ ...seen, real: seen.path }), isKnown);
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

  /** Tells whether no name has changed since the start of the snapshot: files that are not in it do not exist. */
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

/** Last observation of recently changed directories; `since` is monotonic (ms). */
const young = new Map<string, { readonly changedAt: bigint; readonly since: number }>();
/** Maximum size of `young`; it is cleared beyond. */
const mostYoung = 10_000;

/**
 * Tells whether more than a tick has passed since names last changed. If the file system's clock is ahead of ours, or ours
 * was set back, the time for which the value was seen unchanged counts.
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

/** Time of the last change of names (ns); 0 for a missing directory, undefined if unknown. */
function changedAt(dir: string): bigint | undefined {
  if (isBehindLink(dir)) return 0n;
  try {
    return statSync(dir, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n;
  } catch (error) {
    return errorCode(error) === "ENOTDIR" ? 0n : undefined;
  }
}

/** The names in a directory, as far as they may be known; undefined when the system could not tell them now. */
function namesIn(dir: string): string[] | undefined {
  if (isBehindLink(dir)) return [];
  try {
    return readdirSync(dir);
  } catch (error) {
    return ["EMFILE", "ENFILE", "EIO", "ENOMEM", "ESTALE"].includes(errorCode(error) ?? "") ? undefined : [];
  }
}

/** Tells whether a link has come into the path of a directory, so that another one is there: the directory is gone. */
function isBehindLink(dir: string): boolean {
  return realPathOf(dir) !== dir;
}
