import { dirname } from "node:path";
import { isAt, statPath, type Seen } from "../discovery/paths.ts";
import type { Candidate } from "../identity/candidate.ts";
import { inodeOf } from "../identity/fingerprint.ts";
import type { Copy } from "../identity/match.ts";
import { isCompressedName } from "../identity/rotation-names.ts";
import { type TrackedFile, isUnchanged } from "./tracked-file.ts";

/** Time for which retired files that are gone are remembered (ms), and their maximum number. */
const rememberMs = 7 * 24 * 3_600_000;
const rememberMost = 2000;
/** At most so many paths are remembered under which there is no file any more. */
const leftMost = 2000;
/** Retired files checked per search. */
const mostAtATime = 200;

/** Previous file at a path. */
export interface Predecessor {
  readonly realPath: string;
  /** Time of the last write that was read (ns). */
  readonly modified: bigint;
}

/** Tracked and retired files by path and by inode. */
export class Fileset {
  /** By the path that the config finds them under. */
  readonly live = new Map<string, TrackedFile>();
  /** Moved away from their path, but perhaps still written to. */
  readonly rotated = new Set<TrackedFile>();
  readonly archives = new Set<TrackedFile>();
  readonly missing = new Set<TrackedFile>();
  /** Retired files, oldest first. */
  readonly retired = new Set<TrackedFile>();
  /** By the path that they were under, the one that was left longest ago first. */
  readonly #predecessors = new Map<string, Predecessor>();
  readonly #byInode = new Map<string, TrackedFile>();
  readonly #byCopy = new Map<string, TrackedFile>();
  /** Files that cannot be told yet, by inode: asked again once their size or times have changed. */
  readonly #undecided = new Map<string, Seen>();

  /** Retired file that was checked last for growth. */
  #lastChecked: TrackedFile | undefined;

  readonly #onDisplaced: (file: TrackedFile) => void;

  /** `onDisplaced` is told when the number of a file that is gone was given to another one: it must be written down. */
  constructor(onDisplaced: (file: TrackedFile) => void = () => undefined) {
    this.#onDisplaced = onDisplaced;
  }

  /** The file that is this inode, whether it is followed or was retired. */
  withInode(inode: string): TrackedFile | undefined {
    return this.#byInode.get(inode);
  }

  /** The file that this one was found to be a copy of; undefined when it has changed since. */
  copiedBy({ inode, stat }: Pick<Candidate, "inode" | "stat">): TrackedFile | undefined {
    const file = this.#byCopy.get(inode);
    const copy = file?.copies.get(inode);
    return copy !== undefined && copy.size === Number(stat.size) && copy.modified === stat.mtimeNs ? file : undefined;
  }

  /** Tells whether a file is known, as long as it is unchanged. */
  knows(seen: Pick<Candidate, "inode" | "stat">): boolean {
    const before = this.#undecided.get(seen.inode);
    return (
      (before !== undefined && isSameStat(before.stat, seen.stat)) ||
      this.#byInode.has(seen.inode) ||
      this.copiedBy(seen) !== undefined
    );
  }

  /** Marks the file at this path as unidentifiable until it changes. */
  markUndecided({ inode, stat }: Candidate, path: string): void {
    this.#undecided.set(inode, { path, stat });
  }

  /** Forgets an unidentifiable file. */
  forgetUndecided({ inode }: Candidate): void {
    this.#undecided.delete(inode);
  }

  /** The paths of files of which nothing could be said, but that have changed since; those that are gone are forgotten. */
  *changedUndecided(): Iterable<string> {
    for (const [inode, { path, stat }] of this.#undecided) {
      const seen = statPath(path);
      if (seen === undefined || !("stat" in seen) || inodeOf(seen.stat) !== inode) this.#undecided.delete(inode);
      else if (!isSameStat(stat, seen.stat)) yield path;
    }
  }

  /** Files that were retired and have grown since; each call looks at some of them, by turns. */
  *grownRetired(): Iterable<TrackedFile> {
    const all = [...this.retired];
    const next = (all.findIndex((file) => file === this.#lastChecked) + 1) % all.length;
    const some = all.slice(next, next + mostAtATime);
    this.#lastChecked = some.at(-1);
    for (const file of some) {
      if (file.inode === "" || isCompressedName(file.realPath)) continue;
      const seen = statPath(file.realPath);
      if (seen === undefined || !("stat" in seen) || inodeOf(seen.stat) !== file.inode) continue;
      if (Number(seen.stat.size) > file.position.offset && !isUnchanged(file, seen.stat)) yield file;
    }
  }

  /** Puts the file where its state says. */
  add(file: TrackedFile): void {
    this.remove(file);
    if (file.inode !== "") {
      const other = this.#byInode.get(file.inode);
      // Inodes are used again once a file is gone.
      if (other !== undefined) {
        other.inode = "";
        this.#onDisplaced(other);
      }
      this.#byInode.set(file.inode, file);
      this.#undecided.delete(file.inode);
      this.forgetCopy(file.inode);
    }
    for (const inode of file.copies.keys()) this.#byCopy.set(inode, file);
    switch (file.state.kind) {
      case "live":
        this.live.set(file.path, file);
        this.#predecessors.delete(file.path);
        break;
      case "rotated":
        this.rotated.add(file);
        break;
      case "archive":
        this.archives.add(file);
        break;
      case "missing":
        this.missing.add(file);
        break;
      case "retired":
        this.retired.add(file);
    }
  }

  /** Removes a file, whatever its state. */
  remove(file: TrackedFile): void {
    if (this.live.get(file.path) === file) this.live.delete(file.path);
    this.rotated.delete(file);
    this.archives.delete(file);
    this.missing.delete(file);
    this.retired.delete(file);
    if (this.#byInode.get(file.inode) === file) this.#byInode.delete(file.inode);
    for (const inode of file.copies.keys()) {
      if (this.#byCopy.get(inode) === file) this.#byCopy.delete(inode);
    }
  }

  /** Adds an existing copy of a file. */
  addCopy(file: TrackedFile, inode: string, copy: Copy): void {
    this.forgetCopy(inode);
    this.#undecided.delete(inode);
    file.copies.set(inode, copy);
    this.#byCopy.set(inode, file);
  }

  /** Removes an inode from the copies of any file. */
  forgetCopy(inode: string): void {
    this.#byCopy.get(inode)?.copies.delete(inode);
    this.#byCopy.delete(inode);
  }

  /** Returns the previous file at a path without a file; undefined if that was too long ago. */
  predecessorAt(path: string): Predecessor | undefined {
    return this.#predecessors.get(path);
  }

  /** Removes a file from its path. */
  leave({ path, realPath, observed }: TrackedFile): void {
    this.#predecessors.delete(path);
    this.#predecessors.set(path, { realPath, modified: observed.readModified });
    for (const longest of this.#predecessors.keys()) {
      if (this.#predecessors.size <= leftMost) break;
      this.#predecessors.delete(longest);
    }
  }

  /** Tracked files, in any state but retired. */
  *followed(): Iterable<TrackedFile> {
    yield* this.live.values();
    yield* this.rotated;
    yield* this.archives;
    yield* this.missing;
  }

  /** Tracked and retired files. */
  *all(): Iterable<TrackedFile> {
    yield* this.followed();
    yield* this.retired;
  }

  /** The directories of the files that are followed, of those that are wanted, links resolved and not. */
  *directories(isWanted: (file: TrackedFile) => boolean): Iterable<string> {
    for (const file of this.followed()) {
      if (!isWanted(file)) continue;
      yield dirname(file.path);
      yield dirname(file.realPath);
    }
  }

  /**
   * Removes and returns files that were retired too long ago and are gone (an existing one would be taken for a new file);
   * `now` in Unix ms. Each call looks at some.
   */
  forget(now: number): TrackedFile[] {
    const forgotten: TrackedFile[] = [];
    for (const file of [...this.retired].slice(0, mostAtATime)) {
      const { state } = file;
      if (state.kind !== "retired") continue;
      if (this.retired.size <= rememberMost && now - state.at < rememberMs) break;
      this.retired.delete(file);
      if (isOnDisk(file)) {
        file.state = { ...state, at: now };
        this.retired.add(file);
        continue;
      }
      this.remove(file);
      forgotten.push(file);
    }
    return forgotten;
  }
}

function isSameStat(one: Seen["stat"], other: Seen["stat"]): boolean {
  // Permission that is granted changes nothing but the time of the change.
  return one.size === other.size && one.mtimeNs === other.mtimeNs && one.ctimeNs === other.ctimeNs;
}

function isOnDisk({ inode, realPath, copies }: TrackedFile): boolean {
  return isAt(realPath, inode) || [...copies].some(([copy, { path }]) => isAt(path, copy));
}
