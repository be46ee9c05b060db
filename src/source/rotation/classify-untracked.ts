import { basename, dirname } from "node:path";
import { errorCode } from "../../problem.ts";
import { realPathOf } from "../discovery/paths.ts";
import { byAge, type Candidate, FileMoved, NotWholeYet, longestFirst } from "../identity/candidate.ts";
import { fingerprintBefore, identityBytes } from "../identity/fingerprint.ts";
import { isGzip } from "../identity/gzip.ts";
import { type Copy, claimsMore, isShorter } from "../identity/match.ts";
import { logName, isRotatedName, namesBetween } from "../identity/rotation-names.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import type { Place } from "../tracking/transitions.ts";
import type { PathAssigner } from "./assign-paths.ts";
import type { Scan } from "./context.ts";
import { hasReadPart, isAccessError } from "./verify.ts";
import { isGone, isWhole, wasCutShort } from "../tracking/state.ts";

/** The times of files are kept in ticks and rounded when they are copied (ns). */
const sameTimeNs = 10_000_000n;
/** The clock of a file system may differ from ours by so much (ms). */
const clockSlackMs = 60_000;

/** Under which path a file is followed, and which source it belongs to. */
type Home = Omit<Place, "isLive">;

/** Classifies untracked files: copies of tracked ones, or files of their own. */
export class UntrackedClassifier {
  readonly #scan: Omit<Scan, "log" | "descriptors">;
  readonly #placement: PathAssigner;
  /** The logs that were followed here before, and those that are from now on. */
  readonly #logNames: ReadonlySet<string>;
  readonly #newLogNames: ReadonlySet<string>;
  /** Found out when it is asked for first: what begins then is under one of these paths. */
  #homesByLog: ReadonlyMap<string, readonly Home[]> | undefined;
  readonly #begun = new Map<TrackedFile, Candidate>();
  /** Missing files by their last path. */
  #missing: ReadonlyMap<string, TrackedFile> = new Map();
  #isGrowing = false;

  constructor(scan: Omit<Scan, "log" | "descriptors">, placement: PathAssigner) {
    this.#scan = scan;
    this.#placement = placement;
    const named = scan.known.filter(({ path }) => scan.owners.of(path) !== undefined);
    this.#logNames = new Set(named.map(({ realPath }) => logName(basename(realPath))));
    this.#newLogNames = new Set([...scan.paths].map((path) => logName(basename(realPathOf(path)))));
  }

  /**
   * Meets them all: first those that are no copies by their names, then the others, the longest first, compressed ones
   * last. Whether there is one of which nothing can be said yet.
   */
  classify(pathOf: ReadonlyMap<string, string>, areAllKnown: boolean): boolean {
    const { here, snapshot, files } = this.#scan;
    this.#missing = new Map(
      this.#scan.known.flatMap((file) => (file.state.kind === "missing" ? [[file.path, file] as const] : [])),
    );
    const known = new Set([...here].map(({ inode }) => inode));
    const untracked = [...snapshot]
      .filter(({ inode }) => !known.has(inode))
      .filter((candidate) => !isRotatedName(candidate.name) || files.copiedBy(candidate) === undefined)
      .sort((a, b) => Number(isRotatedName(a.name)) - Number(isRotatedName(b.name)) || longestFirst(a, b));
    for (const candidate of untracked) this.#classifyOne(candidate, pathOf.get(candidate.inode), areAllKnown);
    this.#putInOrder();
    return this.#isGrowing;
  }

  #classifyOne(candidate: Candidate, path: string | undefined, areAllKnown: boolean): void {
    try {
      if (!isRotatedName(candidate.name)) this.#classifyUnmarked(candidate, path);
      else this.#classifyRotated(candidate, path, areAllKnown);
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
  #classifyRotated(candidate: Candidate, path: string | undefined, areAllKnown: boolean): void {
    const head = candidate.head();
    if (head.length === 0) {
      this.#markUndecided(candidate, path);
      return;
    }
    const original = this.#scan.originals.of(candidate);
    // Only what it holds can tell whether it is the same, as far as it is found.
    if (original !== undefined) {
      if (this.#scan.here.has(original) || isGone(original.state)) this.#join(candidate, original);
      return;
    }
    // What was there when following began is not wanted, or from its end at most, whatever it is.
    const isFirst = this.#since(candidate, path) === undefined;
    const isOld = path === undefined ? !this.#isWanted(candidate) : isFirst && this.#startsAtEnd(path);
    if (!areAllKnown && !isOld) return;
    const [home] = this.#homesOf(logName(candidate.name));
    if (path !== undefined) this.#beginAt(candidate, path, head);
    else if (home !== undefined && this.#isWanted(candidate)) this.#begin(candidate, home, head, false);
    else this.#skipOld(candidate, home);
  }

  /** Tells whether a file was rotated away since following began, at a configured path between two scans. */
  #isWanted(candidate: Candidate): boolean {
    const since = this.#since(candidate, undefined);
    const family = logName(candidate.name);
    if (since === undefined) return false;
    if (this.#logNames.has(family)) return true;
    return this.#newLogNames.has(family) && Number(candidate.stat.mtimeMs) >= since - clockSlackMs;
  }

  /** Since when a file is followed, under its path or as what was rotated away from its log; undefined: that begins now. */
  #since(candidate: Candidate, path: string | undefined): number | undefined {
    const ofFamily = this.#homesOf(logName(candidate.name)).map((home) => home.path);
    // The numbers of logs that are told apart by them alone, and the marks of rotation, look alike.
    const paths = path === undefined ? ofFamily : [path, ...ofFamily.filter((one) => !isRotatedName(one))];
    const times = paths.flatMap((one) => this.#scan.request.since(one) ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #startsAtEnd(path: string): boolean {
    return this.#scan.owners.of(path)?.startAt === "end";
  }

  /** The paths under which a log is or was, and whose it is. */
  #homesOf(family: string): readonly Home[] {
    this.#homesByLog ??= this.#findHomes();
    return this.#homesByLog.get(family) ?? [];
  }

  #findHomes(): Map<string, Home[]> {
    const { paths, known, owners } = this.#scan;
    const byLog = new Map<string, Home[]>();
    const add = (realPath: string, home: Home): void => {
      const family = logName(basename(realPath));
      byLog.set(family, [...(byLog.get(family) ?? []), home]);
    };
    for (const path of paths) {
      const source = owners.of(path);
      if (source !== undefined) add(realPathOf(path), { source, path });
    }
    for (const file of known) add(file.realPath, file);
    return byLog;
  }

  #skipOld(candidate: Candidate, home: Home | undefined): void {
    const { transitions, files } = this.#scan;
    const family = logName(candidate.name);
    const isOfLog = this.#logNames.has(family) || this.#newLogNames.has(family);
    if (isOfLog && home !== undefined) transitions.skipOld(candidate, home);
    else files.forgetUndecided(candidate);
  }

  /** The path of a link that led to one file and leads to another or nowhere, between which this one was. */
  #linkPast({ name, stat }: Candidate): string | undefined {
    for (const path of this.#scan.paths) {
      const there = this.#scan.files.live.get(path);
      const before =
        there === undefined
          ? this.#scan.files.predecessorAt(path)
          : { realPath: there.realPath, modified: there.observed.readModified };
      const now = realPathOf(path);
      if (before === undefined || before.realPath === now || dirname(before.realPath) !== this.#scan.request.dir)
        continue;
      const last = basename(before.realPath);
      const isBetween = name === last || namesBetween(last, basename(now))?.test(name) === true;
      if (isBetween && stat.mtimeNs > before.modified - sameTimeNs) return path;
    }
    return undefined;
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
    const { transitions, fromEnd, statsOf, request } = this.#scan;
    if (!candidate.isCompressed && isGzip(candidate.content().head())) {
      this.#refuse(candidate, path, new Error("it is compressed by gzip, but its name does not end in .gz"));
      return;
    }
    const isFirst = (isRotatedName(candidate.name) ? this.#since(candidate, path) : request.since(path)) === undefined;
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
