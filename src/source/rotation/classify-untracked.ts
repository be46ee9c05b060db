import { basename, dirname } from "node:path";
import { errorCode } from "../../problem.ts";
import { realPathOf } from "../discovery/paths.ts";
import { byAge, type Candidate, FileMoved, NotWholeYet, longestFirst } from "../identity/candidate.ts";
import { compressionOf, misnamedText } from "../identity/compression.ts";
import { fingerprintBefore, identityBytes } from "../identity/fingerprint.ts";
import { type Copy, claimsMore, isShorter } from "../identity/match.ts";
import { logName, isRotatedName, namesBetween } from "../identity/rotation-names.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import type { PathAssigner } from "./assign-paths.ts";
import type { Scan } from "./context.ts";
import { type Home, LogHomes } from "./log-homes.ts";
import { hasReadPart, isAccessError } from "./verify.ts";
import { isGone, isWhole, wasCutShort } from "../tracking/state.ts";

/** The times of files are kept in ticks and rounded when they are copied (ns). */
const sameTimeNs = 10_000_000n;
/** The clock of a file system may differ from ours by so much (ms). */
const clockSlackMs = 60_000;

/** A link that leads to another file than before, or nowhere. */
interface MovedLink {
  readonly path: string;
  /** Name of the file before. */
  readonly last: string;
  /** Names between that and the present one. */
  readonly between: RegExp | undefined;
  /** Time of the last write to the file before that was read (ns). */
  readonly modified: bigint;
}

/** Classifies untracked files: copies of tracked ones, or files of their own. */
export class UntrackedClassifier {
  readonly #scan: Omit<Scan, "log" | "descriptors">;
  readonly #placement: PathAssigner;
  /** The logs that were followed here before, and those that are from now on. */
  readonly #logNames: ReadonlySet<string>;
  readonly #newLogNames: ReadonlySet<string>;
  readonly #homes: LogHomes;
  readonly #begun = new Map<TrackedFile, Candidate>();
  /** Missing files by their last path. */
  #missing: ReadonlyMap<string, TrackedFile> = new Map();
  #movedLinks: readonly MovedLink[] = [];
  #isGrowing = false;

  constructor(scan: Omit<Scan, "log" | "descriptors">, placement: PathAssigner) {
    this.#scan = scan;
    this.#placement = placement;
    this.#homes = new LogHomes(scan);
    const named = scan.known.filter(({ path }) => scan.owners.of(path) !== undefined);
    this.#logNames = new Set(named.map(({ realPath }) => logName(basename(realPath))));
    this.#newLogNames = new Set([...scan.paths].map((path) => logName(basename(realPathOf(path)))));
  }

  /**
   * Meets them all: first those that are no copies by their names, then the others, the longest first, compressed ones
   * last. Whether there is one of which nothing can be said yet.
   */
  async classify(pathOf: ReadonlyMap<string, string>, areAllKnown: boolean): Promise<boolean> {
    const { here, snapshot, files, turns } = this.#scan;
    this.#missing = new Map(
      this.#scan.known.flatMap((file) => (file.state.kind === "missing" ? [[file.path, file] as const] : [])),
    );
    this.#movedLinks = await this.#findMovedLinks();
    const known = new Set([...here].map(({ inode }) => inode));
    const untracked = [...snapshot]
      .filter(({ inode }) => !known.has(inode))
      .filter((candidate) => !isRotatedName(candidate.name) || files.copiedBy(candidate) === undefined)
      .sort((a, b) => Number(isRotatedName(a.name)) - Number(isRotatedName(b.name)) || longestFirst(a, b));
    for (const candidate of untracked) {
      if (turns.isOver) await turns.next();
      await this.#classifyOne(candidate, pathOf.get(candidate.inode), areAllKnown);
    }
    this.#putInOrder();
    return this.#isGrowing;
  }

  async #classifyOne(candidate: Candidate, path: string | undefined, areAllKnown: boolean): Promise<void> {
    const isRefused = this.#scan.isRefused(candidate.inode);
    if (isRefused) this.#placement.refuse(candidate.inode);
    try {
      // What is not followed may still be what has become of a file that was.
      if (isRefused && this.#missing.size === 0) return;
      if (!isRotatedName(candidate.name)) this.#classifyUnmarked(candidate, path);
      else await this.#classifyRotated(candidate, path, areAllKnown);
    } catch (error) {
      if (error instanceof FileMoved) throw error;
      if (error instanceof NotWholeYet) {
        this.#isGrowing = true;
        this.#placement.refuse(candidate.inode);
        return;
      }
      const isDamaged = errorCode(error)?.startsWith("Z_") === true;
      if (path === undefined && (isDamaged || isAccessError(error))) this.#markUndecided(candidate);
      else if (path !== undefined && isDamaged) this.#beginAt(candidate, path, undefined);
      else this.#refuse(candidate, path, error);
    } finally {
      candidate.close();
    }
  }

  /** Marks a file as unidentifiable: retried a few times, then once it has changed. */
  #markUndecided(candidate: Candidate, path = candidate.path): void {
    const { files } = this.#scan;
    this.#isGrowing ||= !files.knows(candidate);
    files.markUndecided(candidate, path);
  }

  /** Reports an unreadable file, and retries with the next search. */
  #refuse(candidate: Candidate, path: string | undefined, error: unknown): void {
    this.#isGrowing = true;
    this.#placement.refuse(candidate.inode);
    const source = path === undefined ? undefined : this.#scan.owners.of(path);
    if (path === undefined || source === undefined) return;
    this.#scan.statsOf(source).errors.unreadable(path, Number(candidate.stat.size), error);
  }

  #classifyUnmarked(candidate: Candidate, path: string | undefined): void {
    const original = this.#scan.files.copiedBy(candidate);
    if (original !== undefined) {
      this.#replace(original, candidate);
      return;
    }
    if (path === undefined) {
      const link = this.#linkPast(candidate);
      if (link !== undefined) this.#beginAt(candidate, link, undefined, false);
      return;
    }
    const same = this.#sameAt(path, candidate);
    if (same === undefined) this.#beginAt(candidate, path, undefined);
    else this.#continueIn(same, candidate);
  }

  /** Continues a file in a copy that has the name of a log, such as a restored backup. */
  #replace(original: TrackedFile, candidate: Candidate): void {
    const { here, ready } = this.#scan;
    if (here.has(original) && !original.observed.isDeleted) return;
    // What only the open file holds is read first.
    if (ready.has(original)) this.#isGrowing = true;
    else if (hasReadPart(candidate, original)) this.#continueIn(original, candidate);
  }

  /** The file that was at the path before, when this one goes on as it: a device was renumbered, or it was replaced. */
  #sameAt(path: string, candidate: Candidate): TrackedFile | undefined {
    const { files } = this.#scan;
    const lost = this.#missing.get(path);
    const before = files.live.get(path) ?? (lost?.state.kind === "missing" ? lost : undefined);
    if (before === undefined || before.position.head.bytes === 0 || this.#begun.has(before)) return undefined;
    // It is elsewhere by now: two logs may begin alike, and end alike.
    if (this.#scan.here.has(before) && !before.observed.isDeleted) return undefined;
    return this.#scan.originals.isReplaced(before, candidate) ? before : undefined;
  }

  /** Classifies a file with a mark of rotation. One that matches no other is new only if all files beside it are known. */
  async #classifyRotated(candidate: Candidate, path: string | undefined, areAllKnown: boolean): Promise<void> {
    const head = candidate.head();
    if (head.length === 0) {
      this.#markUndecided(candidate, path);
      return;
    }
    const original = await this.#scan.originals.of(candidate, this.#scan.turns);
    // Only what it holds can tell whether it is the same, as far as it is found.
    if (original !== undefined) {
      if (this.#scan.here.has(original) || isGone(original.state)) this.#join(candidate, original);
      return;
    }
    // What was there when following began is not wanted, or from its end at most, whatever it is.
    const isFirst = this.#homes.since(candidate.name, path) === undefined;
    const isOld = path === undefined ? !this.#isWanted(candidate) : isFirst && this.#startsAtEnd(path);
    if (!areAllKnown && !isOld) return;
    const [home] = this.#homes.of(logName(candidate.name));
    if (path !== undefined) this.#beginAt(candidate, path, head);
    else if (home !== undefined && this.#isWanted(candidate)) this.#begin(candidate, home, head, false);
    else this.#skipOld(candidate, home);
  }

  /** Tells whether a file was rotated away since following began, at a configured path between two scans. */
  #isWanted(candidate: Candidate): boolean {
    const since = this.#homes.since(candidate.name, undefined);
    const family = logName(candidate.name);
    if (since === undefined) return false;
    if (this.#logNames.has(family)) return true;
    return this.#newLogNames.has(family) && Number(candidate.stat.mtimeMs) >= since - clockSlackMs;
  }

  #startsAtEnd(path: string): boolean {
    return this.#scan.owners.of(path)?.startAt === "end";
  }

  #skipOld(candidate: Candidate, home: Home | undefined): void {
    const { transitions, files, isRefused } = this.#scan;
    if (isRefused(candidate.inode)) return;
    const family = logName(candidate.name);
    const isOfLog = this.#logNames.has(family) || this.#newLogNames.has(family);
    if (isOfLog && home !== undefined) transitions.skipOld(candidate, home);
    else files.forgetUndecided(candidate);
  }

  /** The path of a link that led to one file and leads to another or nowhere, between which this one was. */
  #linkPast({ name, stat }: Candidate): string | undefined {
    return this.#movedLinks.find(
      ({ last, between, modified }) =>
        (name === last || between?.test(name) === true) && stat.mtimeNs > modified - sameTimeNs,
    )?.path;
  }

  async #findMovedLinks(): Promise<MovedLink[]> {
    const { files, paths, request, turns } = this.#scan;
    const moved: MovedLink[] = [];
    for (const path of paths) {
      if (turns.isOver) await turns.next();
      const there = files.live.get(path);
      const before =
        there === undefined
          ? files.predecessorAt(path)
          : { realPath: there.realPath, modified: there.observed.readModified };
      const now = realPathOf(path);
      if (before === undefined || before.realPath === now || dirname(before.realPath) !== request.dir) continue;
      const last = basename(before.realPath);
      moved.push({ path, last, between: namesBetween(last, basename(now)), modified: before.modified });
    }
    return moved;
  }

  #join(candidate: Candidate, original: TrackedFile): void {
    const { files, positions, here } = this.#scan;
    const isOver = isGone(original.state);
    const size = candidate.isCompressed ? candidate.head().length : candidate.content().size();
    const { offset } = original.position;
    if (original.observed.isDeleted && !candidate.isCompressed && size > offset) {
      this.#replace(original, candidate);
      return;
    }
    // Of an archive that is not wanted only the first bytes were looked at; of one that was read, everything.
    const isRead = isWhole(original.state) && original.position.head.bytes === identityBytes;
    const isSaid = wasCutShort(original.state) || (!here.has(original) && claimsMore(candidate, offset));
    const hasMore = !isRead && (size > offset || (candidate.isCompressed && isSaid));
    if (isOver && !isShorter(candidate, offset) && (original.state.kind === "missing" || hasMore)) {
      this.#continueIn(original, candidate);
      return;
    }
    files.addCopy(original, candidate.inode, copyOf(candidate));
    positions.changed(original);
  }

  #continueIn(file: TrackedFile, candidate: Candidate): void {
    this.#scan.transitions.continueIn(file, candidate);
    this.#scan.here.add(file);
  }

  #beginAt(candidate: Candidate, path: string, head: Buffer | undefined, isLive = true): void {
    const source = this.#scan.owners.of(path);
    if (source !== undefined) this.#begin(candidate, { source, path }, head, isLive);
  }

  #begin(candidate: Candidate, { source, path }: Home, head: Buffer | undefined, isLive: boolean): void {
    const { transitions, fromEnd, statsOf, request, isRefused } = this.#scan;
    if (isRefused(candidate.inode)) return;
    const form = candidate.isCompressed ? undefined : compressionOf(candidate.content().head());
    if (form !== undefined) {
      this.#refuse(candidate, path, new Error(misnamedText(form)));
      return;
    }
    const isFirst =
      (isRotatedName(candidate.name) ? this.#homes.since(candidate.name, path) : request.since(path)) === undefined;
    const isFromEnd = isLive && ((this.#startsAtEnd(path) && isFirst) || fromEnd.has(path));
    if (isLive) this.#placement.vacate(path);
    try {
      const file = transitions.begin(candidate, { source, path, isLive }, isFromEnd, head);
      fromEnd.delete(path);
      if (!isLive) statsOf(source).rotations++;
      this.#scan.here.add(file);
      this.#scan.known.push(file);
      this.#begun.set(file, candidate);
      this.#scan.originals.add(file, head);
    } catch (error) {
      if (error instanceof FileMoved) throw error;
      if (isFromEnd) fromEnd.add(path);
      this.#refuse(candidate, path, error);
    }
  }

  /** Puts new files into the order in which they were written. */
  #putInOrder(): void {
    const { order, request, positions } = this.#scan;
    for (const [file, { name }] of [...this.#begun].sort(([, a], [, b]) => byAge(a, b))) {
      order.append(file, `${request.dir}/${name}`);
      positions.changed(file);
    }
  }
}

function copyOf(candidate: Candidate): Copy {
  const { path, stat, isCompressed } = candidate;
  const size = Number(stat.size);
  const length = isCompressed ? 0 : Math.min(size, identityBytes);
  const last = candidate.content().stretch(size - length, length);
  return { path, size, modified: stat.mtimeNs, isShort: false, tail: fingerprintBefore(last, 0, last.length) };
}
