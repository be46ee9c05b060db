import { basename, dirname } from "node:path";
import { faultPoint } from "../fault-points.ts";
import { errorCode } from "../problem.ts";
import { Moved, type Candidate } from "./content.ts";
import { lookAt, realPathOf } from "./discover.ts";
import type { FileSet, Predecessor } from "./file-set.ts";
import type { FollowedFile } from "./followed-file.ts";
import { identityBytes, inodeOf } from "./identity.ts";
import type { Lifecycle, Shared } from "./lifecycle.ts";
import { locate } from "./locate.ts";
import { Originals } from "./originals.ts";
import { compareMarks, familyOf, isMarked, kinOf, namesBetween } from "./rotation-names.ts";
import { Snapshot } from "./snapshot.ts";
import type { Troubles } from "./troubles.ts";

/** Rotation that goes on while its files are compared makes the comparison begin again, so many times. */
const mostAttempts = 5;
/** The times of files are kept in ticks and rounded when they are copied (ns). */
const sameTimeNs = 10_000_000n;
/** For so long a file that is nowhere is waited for (ms). */
const patienceMs = 3000;
/** The clock of a file system may differ from ours by so much (ms). */
const clockSlackMs = 60_000;

/** How often the files of a source were rotated and truncated. */
export interface Moves {
  rotations: number;
  truncations: number;
}

/** What is to be found out about a directory. */
export interface Question {
  readonly dir: string;
  /** Which of its files may have changed: see `kinOf`. */
  readonly kins: ReadonlySet<string>;
  /** The paths of the config whose file may have changed. */
  readonly paths: ReadonlySet<string>;
  /** What a file that was never seen holds so far is not wanted. */
  readonly fromEnd: boolean;
  /** Following begins: what was rotated away before is not wanted. */
  readonly isFirst: boolean;
  /** When it began (Unix ms). */
  readonly since: number;
  /** Names have moved on for so long that it cannot be waited for until they rest. */
  readonly isUrgent: boolean;
}

/** What is known of a directory after it was looked at. */
export type Answer =
  /** Where every file is. */
  | "settled"
  /** Not all, because names have moved on meanwhile: to be asked again at once. */
  | "moving"
  /** Not all, because a file is empty, cannot be read or is being written: to be asked again by and by. */
  | "growing";

/** What finding out needs and changes. */
export interface Reconciled {
  readonly shared: Shared;
  readonly files: FileSet;
  readonly lives: Lifecycle;
  readonly troubles: Troubles;
  readonly moves: Moves;
  /** Whether the config names a path. */
  readonly isNamed: (path: string) => boolean;
  /** The file of each log that was begun last: the next one is read after it. */
  readonly newest: Map<string, FollowedFile>;
  /** Files of which only what comes is wanted, but that could not be read yet. */
  readonly fromEnd: Set<string>;
}

/**
 * Finds out what has become of the files of a log: which of them are where, which go on in a copy, and which are new.
 *
 * A file is what it holds. A rename changes its name, a copy (compressed or not) its inode, and truncation leaves the inode
 * to another file; none of them changes what was read and what was not. So a file that is followed is known by its first
 * bytes and by those before its offset, a file that nobody knows is compared with all that are known, and only what is like
 * none of them is new. What was looked at first is asked last: a copy is whole before its original is truncated, so once an
 * original is found to be gone, what is found beside it is all there is.
 */
export function reconcile(reconciled: Reconciled, question: Question): Answer {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const snapshot = new Snapshot(
      question.dir,
      (name) => question.kins.has(kinOf(name)),
      (candidate) => reconciled.files.knows(candidate),
    );
    try {
      return new Reconciliation(reconciled, question, snapshot).run();
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    } finally {
      snapshot.close();
    }
  }
  return "moving";
}

/** One look at a directory. */
class Reconciliation {
  readonly #with: Reconciled;
  readonly #question: Question;
  readonly #snapshot: Snapshot;
  /** The files that were known before, and those that are new. */
  readonly #known: FollowedFile[];
  readonly #paths: Set<string>;
  /** Of them, those whose inode holds what it did. */
  readonly #here = new Set<FollowedFile>();
  readonly #originals: Originals;
  /** The logs that were followed here before, and those that are from now on. */
  readonly #families: ReadonlySet<string>;
  readonly #newFamilies: ReadonlySet<string>;
  readonly #begun: [Candidate, FollowedFile][] = [];
  #isGrowing = false;

  constructor(reconciled: Reconciled, question: Question, snapshot: Snapshot) {
    this.#with = reconciled;
    this.#question = question;
    this.#snapshot = snapshot;
    const { dir, kins, paths } = question;
    const ofKin = [...reconciled.files.all()].filter(
      ({ realPath }) => dirname(realPath) === dir && kins.has(kinOf(basename(realPath))),
    );
    // What has come here from elsewhere is known by its number.
    const come = [...snapshot].flatMap(({ inode }) => reconciled.files.withInode(inode) ?? []);
    this.#known = [...new Set([...ofKin, ...come])];
    this.#paths = new Set(paths);
    const placeOf = (file: FollowedFile): Candidate | undefined =>
      this.#here.has(file) ? snapshot.get(file.inode) : undefined;
    this.#originals = new Originals(
      this.#known,
      (file) => (this.#here.has(file) ? reconciled.lives.contentOf(file, placeOf(file)) : undefined),
      (file) => (placeOf(file)?.isCompressed === true ? placeOf(file)?.head() : undefined),
    );
    const named = this.#known.filter(({ path }) => reconciled.isNamed(path));
    this.#families = new Set(named.map(({ realPath }) => familyOf(basename(realPath))));
    this.#newFamilies = new Set([...paths].map((path) => familyOf(basename(realPathOf(path)))));
  }

  run(): Answer {
    this.#includePaths();
    const missing = this.#locateKnown();
    const isSettled = this.#snapshot.isSettled() || this.#question.isUrgent;
    if (isSettled) for (const file of missing) if (!file.isLost) this.#lose(file, file.inode);
    const pathOf = this.#includePaths();
    for (const file of this.#known) if (file.isLost) this.#goOnInCopy(file);
    const strangers = this.#strangers();
    for (const candidate of strangers) this.#meet(candidate, pathOf.get(candidate.inode), isSettled);
    this.#putInOrder();
    const isPlaced = [...this.#paths].every((path) => this.#place(path));
    if (!isPlaced || !isSettled) return "moving";
    for (const file of this.#known.filter(({ isLost }) => isLost)) this.#giveUp(file);
    this.#forgetCopies();
    return this.#isGrowing ? "growing" : "settled";
  }

  /** Which path of the config leads to which inode; files that were not found by name are added. */
  #includePaths(): Map<string, string> {
    const pathOf = new Map<string, string>();
    for (const { path, name, inode } of this.#snapshot) {
      const isNew = !isMarked(name) && this.#with.files.withInode(inode) === undefined;
      if (isNew && this.#with.isNamed(path)) this.#paths.add(path);
    }
    for (const path of this.#paths) {
      const seen = lookAt(path);
      if (seen === undefined || !("stat" in seen)) continue;
      const real = realPathOf(path);
      if (dirname(real) !== this.#question.dir) continue;
      const candidate = this.#snapshot.include(seen, basename(real));
      if (!pathOf.has(candidate.inode)) pathOf.set(candidate.inode, path);
    }
    return pathOf;
  }

  /** Finds the files that are known; returns those that were not found. */
  #locateKnown(): FollowedFile[] {
    const { files, shared, moves } = this.#with;
    const missing: FollowedFile[] = [];
    for (const file of [...this.#known]) {
      const candidate = this.#snapshot.get(file.inode);
      if ((file.isLost || file.state === "ended") && candidate === undefined) continue;
      const fd = shared.descriptors.of(file);
      const where = locate(file, fd, candidate);
      if (where === "missing") {
        missing.push(file);
      } else if (where === "here") {
        this.#here.add(file);
        if (candidate !== undefined) this.#found(file, candidate);
      } else if (file.state === "ended" || file.isLost) {
        files.remove(file);
        file.inode = "";
        files.add(file);
      } else {
        moves.truncations++;
        faultPoint("truncated");
        shared.log.info({ file: file.path, offset: file.offset, size: file.size }, "the file was truncated");
        this.#lose(file, "");
      }
    }
    return missing;
  }

  #lose(file: FollowedFile, inode: string): void {
    if (file.state === "live") this.#paths.add(file.path);
    this.#with.lives.lose(file, inode);
  }

  #found(file: FollowedFile, candidate: Candidate): void {
    const { lives, shared } = this.#with;
    if (file.isLost) lives.recover(file);
    if (file.state !== "live" && file.realPath !== candidate.path) {
      file.realPath = candidate.path;
      shared.ledger.changed(file);
    }
    // It may have been given up to be found here.
    lives.awaken(file);
    const isOpen = shared.descriptors.of(file) !== undefined;
    if (file.scanned > Number(candidate.stat.size)) file.seek(file.offset);
    // Nothing was read of it, so all that it is known by is a number that is used again.
    if (file.head.bytes === 0 && !isOpen && isMarked(candidate.name)) {
      const original = this.#originals.of(candidate, file);
      if (original !== undefined) {
        lives.drop(file);
        this.#here.delete(file);
        this.#join(candidate, original);
      }
    }
    const hasGrown = !candidate.isCompressed && Number(candidate.stat.size) > file.offset;
    if (file.state === "ended" && hasGrown && this.#with.isNamed(file.path)) lives.carryOn(file, candidate);
  }

  /** A file that is lost goes on in a copy of it that is known, the longest. */
  #goOnInCopy(file: FollowedFile): void {
    const { files } = this.#with;
    const copies = [...file.copies.keys()]
      .flatMap((inode) => this.#snapshot.get(inode) ?? [])
      .filter((candidate) => files.copiedBy(candidate) === file)
      .sort(wholeFirst);
    for (const candidate of copies) {
      if (this.#holdsWhatWasRead(file, candidate)) {
        this.#carryOn(file, candidate);
        return;
      }
    }
  }

  #holdsWhatWasRead(file: FollowedFile, candidate: Candidate): boolean {
    if (candidate.isCompressed) return !isShorter(candidate, file);
    return locate(file, candidate.content().fd, candidate) === "here";
  }

  #carryOn(file: FollowedFile, candidate: Candidate): void {
    const { lives, shared } = this.#with;
    const { path, offset } = file;
    shared.log.info({ file: path, copy: candidate.path, offset }, "going on in a copy of the file");
    lives.carryOn(file, candidate);
    this.#here.add(file);
  }

  /** The files that nobody knows: first those that are no copies, then copies, the longest first, compressed ones last. */
  #strangers(): Candidate[] {
    const { files } = this.#with;
    const hereInodes = new Set([...this.#here].map(({ inode }) => inode));
    const strangers = [...this.#snapshot].filter(
      (candidate) => !hereInodes.has(candidate.inode) && files.copiedBy(candidate) === undefined,
    );
    return strangers
      .sort((a, b) => Number(isMarked(a.name)) - Number(isMarked(b.name)) || wholeFirst(a, b));
  }

  #meet(candidate: Candidate, path: string | undefined, isSettled: boolean): void {
    const { troubles, files } = this.#with;
    try {
      if (!isMarked(candidate.name)) this.#meetUnmarked(candidate, path);
      else this.#meetMarked(candidate, path, isSettled);
    } catch (error) {
      if (error instanceof Moved) throw error;
      this.#isGrowing = true;
      if (path === undefined) files.leaveOpen(candidate);
      else if (errorCode(error)?.startsWith("Z_") === true) this.#begin(candidate, path, undefined);
      else troubles.unreadable(path, error);
    } finally {
      candidate.close();
    }
  }

  #meetUnmarked(candidate: Candidate, path: string | undefined): void {
    if (path === undefined) {
      const link = this.#linkPast(candidate);
      if (link !== undefined) this.#begin(candidate, link, undefined, false);
      return;
    }
    const same = this.#sameAt(path, candidate);
    if (same === undefined) this.#begin(candidate, path, undefined);
    else this.#carryOn(same, candidate);
  }

  /** The file that was at the path before, when this one goes on as it: a device was renumbered, or it was replaced. */
  #sameAt(path: string, candidate: Candidate): FollowedFile | undefined {
    const { files } = this.#with;
    const before = files.live.get(path) ?? this.#known.find((file) => file.path === path && file.isLost);
    if (before === undefined || before.head.bytes === 0 || this.#begun.some(([, file]) => file === before)) {
      return undefined;
    }
    return this.#originals.isReplaced(before, candidate) ? before : undefined;
  }

  /** Only when all files beside it are known, one that is like none of them is no copy. */
  #meetMarked(candidate: Candidate, path: string | undefined, areAllKnown: boolean): void {
    const { files } = this.#with;
    const head = candidate.head();
    if (head.length === 0) {
      files.leaveOpen(candidate);
      this.#isGrowing = true;
      return;
    }
    const original = this.#originals.of(candidate);
    // Only what it holds can tell whether it is the same, as far as it is found.
    if (original !== undefined) {
      const isFound = this.#here.has(original) || original.isLost || original.state === "ended";
      if (isFound) this.#join(candidate, original);
      return;
    }
    // What was there when following began is not wanted, or from its end at most, whatever it is.
    const { isFirst, fromEnd } = this.#question;
    if (!areAllKnown && !(isFirst && (path === undefined || fromEnd))) return;
    if (path !== undefined) this.#begin(candidate, path, head);
    else if (this.#isWanted(candidate)) this.#begin(candidate, this.#pathOfFamily(candidate), head, false);
    else this.#ignore(candidate);
  }

  /** Whether it was rotated away since following began: it was at a path of the config between two looks. */
  #isWanted({ name, stat }: Candidate): boolean {
    const { isFirst, since } = this.#question;
    const family = familyOf(name);
    if (isFirst) return false;
    if (this.#families.has(family)) return true;
    return this.#newFamilies.has(family) && Number(stat.mtimeMs) >= since - clockSlackMs;
  }

  #pathOfFamily({ name }: Candidate): string {
    const family = familyOf(name);
    const isOf = (realPath: string): boolean => familyOf(basename(realPath)) === family;
    const path = [...this.#paths].find((one) => isOf(realPathOf(one)));
    return path ?? this.#known.find(({ realPath }) => isOf(realPath))?.path ?? `${this.#question.dir}/${family}`;
  }

  #ignore(candidate: Candidate): void {
    const { lives } = this.#with;
    const family = familyOf(candidate.name);
    if (!this.#families.has(family) && !this.#newFamilies.has(family)) return;
    lives.ignore(candidate, this.#pathOfFamily(candidate));
  }

  /** The path of a link that led to one file and leads to another, between which this one was. */
  #linkPast({ name, stat }: Candidate): string | undefined {
    for (const path of this.#paths) {
      const there = this.#with.files.live.get(path);
      const before = there === undefined ? this.#with.files.predecessors.get(path) : asPredecessor(there);
      const now = realPathOf(path);
      if (before === undefined || before.realPath === now || dirname(before.realPath) !== this.#question.dir) continue;
      const isBetween = namesBetween(basename(before.realPath), basename(now))?.test(name) === true;
      if (isBetween && stat.mtimeNs > before.modified - sameTimeNs) return path;
    }
    return undefined;
  }

  #join(candidate: Candidate, original: FollowedFile): void {
    const { files, shared } = this.#with;
    const isOver = original.isLost || original.state === "ended";
    const size = candidate.isCompressed ? candidate.head().length : candidate.content().size();
    const hasMore = size > original.offset || (candidate.isCompressed && original.isIncomplete);
    if (isOver && !isShorter(candidate, original) && (original.isLost || hasMore)) {
      this.#carryOn(original, candidate);
      return;
    }
    files.addCopy(original, candidate);
    shared.ledger.changed(original);
  }

  #begin(candidate: Candidate, path: string, head: Buffer | undefined, isLive = true): void {
    const { lives, troubles, fromEnd, moves } = this.#with;
    const isFromEnd = isLive && (this.#question.fromEnd || fromEnd.has(path));
    if (isLive) this.#vacate(path);
    try {
      const file = lives.begin(candidate, { path, isLive }, isFromEnd, head);
      fromEnd.delete(path);
      if (!isLive) moves.rotations++;
      this.#here.add(file);
      this.#known.push(file);
      this.#begun.push([candidate, file]);
      this.#originals.add(file, head);
    } catch (error) {
      if (isFromEnd) fromEnd.add(path);
      troubles.unreadable(path, error);
    }
  }

  /** What has begun is read in the order in which it was written. */
  #putInOrder(): void {
    const { newest } = this.#with;
    for (const [{ name }, file] of this.#begun.sort(([a], [b]) => byAge(a, b))) {
      const log = `${this.#question.dir}/${familyOf(name)}`;
      const before = newest.get(log);
      if (before !== file) file.after = before;
      newest.set(log, file);
    }
  }

  /** Sees to it that the file that a path leads to is the one that is followed there; whether it is known which that is. */
  #place(path: string): boolean {
    const { files, lives, moves } = this.#with;
    const seen = lookAt(path);
    if (seen === undefined) {
      this.#vacate(path);
      return true;
    }
    if (!("stat" in seen)) {
      if (seen.code === "kind" || seen.code === "EISDIR") this.#vacate(path);
      return true;
    }
    const inode = inodeOf(seen.stat);
    const there = files.live.get(path);
    if (there?.inode === inode) return true;
    const file = files.withInode(inode);
    if (file === undefined || file.state === "ended") {
      const isKnown = file !== undefined || files.knows({ inode, stat: seen.stat });
      // Elsewhere, through a link: that directory is asked of its own.
      if (isKnown) this.#vacate(path);
      return isKnown || dirname(realPathOf(path)) !== this.#question.dir;
    }
    if (file.state === "archive") {
      file.realPath = realPathOf(path);
      return true;
    }
    if (file.state === "live") {
      const other = lookAt(file.path);
      if (other !== undefined && "stat" in other && inodeOf(other.stat) === inode) return true;
      moves.rotations++;
    }
    this.#vacate(path);
    lives.place(file, path);
    return true;
  }

  /** The file at this path has left it. Whoever has it open may go on writing to it. */
  #vacate(path: string): void {
    const { files, lives, moves } = this.#with;
    const file = files.live.get(path);
    if (file === undefined) return;
    moves.rotations++;
    lives.place(file, undefined);
    faultPoint("displaced");
  }

  /** It is nowhere: what was written to it after the last read is lost, unless it turns up. */
  #giveUp(file: FollowedFile): void {
    const { lives, shared } = this.#with;
    // Where it is may be found out in another directory, or it may be put back.
    if (file.inode !== "" && performance.now() - file.restless < patienceMs) {
      this.#isGrowing = true;
      return;
    }
    const { path, offset, size } = file;
    shared.log.warn({ file: path, offset, size }, "the file is gone: what was written to it after the last read is lost");
    file.isIncomplete = true;
    file.isLost = false;
    lives.letGo(file);
  }

  #forgetCopies(): void {
    const { files, shared } = this.#with;
    for (const file of this.#known) {
      for (const [inode, { path }] of file.copies) {
        if (dirname(path) !== this.#question.dir || this.#snapshot.get(inode) !== undefined) continue;
        files.forgetCopy(inode);
        shared.ledger.changed(file);
      }
    }
  }
}

function asPredecessor({ realPath, readModified }: FollowedFile): Predecessor {
  return { realPath, modified: readModified };
}

/** Whether a copy ends before what was read of its original, as far as that can be known of a compressed one. */
function isShorter(candidate: Candidate, { offset }: FollowedFile): boolean {
  if (!candidate.isCompressed) return candidate.content().size() < offset;
  const { length } = candidate.head();
  return length < identityBytes && length < offset;
}

/** The longest first, compressed ones last. */
function wholeFirst(a: Candidate, b: Candidate): number {
  return Number(a.isCompressed) - Number(b.isCompressed) || Number(b.stat.size - a.stat.size);
}

/** Oldest first: by the time of the last write, and by name where that is the same. */
function byAge(a: Candidate, b: Candidate): number {
  if (a.stat.mtimeNs !== b.stat.mtimeNs) return a.stat.mtimeNs < b.stat.mtimeNs ? -1 : 1;
  return compareMarks(a.name, b.name).order;
}
