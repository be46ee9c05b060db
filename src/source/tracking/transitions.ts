import { fstatSync } from "node:fs";
import type { Clock } from "../../clock.ts";
import { faultPoint } from "../../fault-points.ts";
import type { Log } from "../../log.ts";
import type { JsonValue } from "../../serializable.ts";
import { realPathOf } from "../discovery/paths.ts";
import { type Candidate, FileContent } from "../identity/candidate.ts";
import { fingerprintFrom, inodeOf, noFingerprint } from "../identity/fingerprint.ts";
import { isCompressedName } from "../identity/rotation-names.ts";
import type { LineReader, OpenReader, SourceOptions } from "../source.ts";
import type { Descriptors } from "./descriptors.ts";
import type { FileLog } from "./file-log.ts";
import type { Fileset } from "./fileset.ts";
import { PendingLines, retiredReader, type Recall } from "./pending-lines.ts";
import type { PositionStore } from "./position-store.ts";
import type { ReadingOrder } from "./reading-order.ts";
import type { FileRecord } from "./record.ts";
import { pastEnd, startAtEnd } from "./start-at-end.ts";
import { archiveState, isGone, isReading, isTentative, isWhole, type Ending, type FileState } from "./state.ts";
import { TrackedFile } from "./tracked-file.ts";

/** Services shared by the sources of a tail. */
export interface Shared {
  readonly open: OpenReader;
  readonly recall: Recall;
  readonly clock: Clock;
  readonly steady: Clock;
  readonly log: Log;
  readonly fileLog: FileLog;
  readonly descriptors: Descriptors<TrackedFile>;
  readonly positions: PositionStore;
  /** Plain files that may have unread bytes. */
  readonly ready: Set<TrackedFile>;
  readonly archives: Set<TrackedFile>;
  readonly isClosed: () => boolean;
  /** Returns the scan that goes on: no position moves before it is over. */
  readonly scan: () => Promise<void> | undefined;
  /** Time until a file that left its path and no longer grows is retired (ms): if deleted, and if not. */
  readonly deletedMs: number;
  readonly rotatedMs: number;
}

/** Location of a tracked file: live under a configured path, or elsewhere after it (or its original) was there. */
export interface Place {
  readonly source: SourceOptions;
  readonly path: string;
  readonly isLive: boolean;
}

/** State transitions of tracked files. */
export class Transitions {
  readonly #shared: Shared;
  readonly #files: Fileset;
  readonly #order: ReadingOrder;
  readonly #pendingLines: PendingLines;

  constructor(shared: Shared, files: Fileset, order: ReadingOrder) {
    this.#shared = shared;
    this.#files = files;
    this.#order = order;
    this.#pendingLines = new PendingLines(shared.positions, shared.recall);
  }

  /**
   * Follows a file that was never seen; `fromEnd` leaves out what it holds so far; `head` is its first bytes, as far as
   * they were looked at. Throws what the system says.
   */
  begin(candidate: Candidate, place: Place, fromEnd: boolean, head: Buffer | undefined): TrackedFile {
    const isArchive = candidate.isCompressed;
    const start = fromEnd && !isArchive ? startAtEnd(candidate.content(), place.source.maxLineBytes) : undefined;
    const file = this.#make(place, candidate.inode, undefined, start?.firstLine);
    if (start !== undefined) file.position.moveTo(start);
    else if (head !== undefined) file.position.learnHead(fingerprintFrom(head, 0, head.length));
    this.#follow(file, candidate, place.isLive, archiveState(fromEnd ? "done" : "unread"));
    faultPoint("begun");
    return file;
  }

  /** Remembers a file that is there but not wanted: neither it nor a copy of it is to be taken for a new one. */
  skipOld(candidate: Candidate, place: Omit<Place, "isLive">): void {
    const head = candidate.head();
    const file = this.#make(place, candidate.inode, undefined);
    file.realPath = candidate.real;
    file.position.moveTo(pastEnd(candidate, head));
    this.#see(file, candidate);
    this.retire(file, candidate.isCompressed ? "whole" : "read");
  }

  /** Continues a missing or retired file in a copy of it. */
  continueIn(file: TrackedFile, candidate: Candidate): void {
    const { path, state } = file;
    const { offset } = file.position;
    const isCopy = candidate.inode !== file.inode && candidate.real !== file.realPath;
    const what = { file: path, copy: candidate.path, offset };
    if (isCopy) this.#shared.fileLog.tell("info", file.source.name, what, "continuing in a copy of the file");
    this.#files.forgetCopy(candidate.inode);
    this.#forgetWork(file);
    if (state.kind === "retired" && file.reader.isWaiting !== true) file.reader = this.#open(file, file.reader.save());
    file.inode = candidate.inode;
    file.observed.countNames(candidate.stat);
    this.#follow(file, candidate, false, archiveState("unread", offset > 0));
    faultPoint("copied");
  }

  /** Retires a file whose archive ends before its offset: the archive is a copy of its beginning. */
  retireShortCopy(file: TrackedFile): void {
    const { inode, realPath } = file;
    const { size, modified } = file.observed;
    this.retire(file, "incomplete");
    this.#files.remove(file);
    file.inode = "";
    this.#files.add(file);
    this.#files.addCopy(file, inode, { path: realPath, size, modified, isShort: true, tail: noFingerprint });
  }

  /** Moves a file to `path`, or, if that is undefined, off all configured paths. */
  place(file: TrackedFile, path: string | undefined): void {
    this.#leave(file);
    this.#files.remove(file);
    file.state = { kind: path === undefined ? "rotated" : "live" };
    if (path !== undefined) {
      file.path = path;
      file.realPath = realPathOf(path);
    }
    file.observed.touch();
    this.#files.add(file);
    this.#shared.positions.changed(file);
    this.markReadable(file);
  }

  /** Marks a file as missing: its inode holds something else by now (`inode` is empty), or is gone. */
  markMissing(file: TrackedFile, inode: string): void {
    const wasLive = file.state.kind === "live";
    this.#leave(file);
    this.#forgetWork(file);
    file.inode = inode;
    file.state = { kind: "missing", since: performance.now(), isWhole: isWhole(file.state), wasLive };
    this.#files.add(file);
    this.#shared.positions.changed(file);
  }

  /** Recovers a missing file that was found unchanged. */
  recover(file: TrackedFile): void {
    file.observed.touch();
    this.#files.remove(file);
    const isArchive = isCompressedName(file.realPath);
    file.state = isArchive ? archiveState(isWhole(file.state) ? "done" : "unread") : { kind: "rotated" };
    this.#files.add(file);
    this.markReadable(file);
  }

  /** Opens a file; undefined if another one has taken its place. */
  descriptor(file: TrackedFile): number | undefined {
    const { descriptors } = this.#shared;
    if (file.state.kind === "missing") return undefined;
    const open = descriptors.of(file) !== undefined;
    const fd = descriptors.get(file, file.realPath);
    if (fd === undefined || open || inodeOf(fstatSync(fd, { bigint: true })) === file.inode) return fd;
    descriptors.close(file);
    return undefined;
  }

  /** Returns the content of a file if accessible; `candidate` is where it was found. */
  contentOf(file: TrackedFile, candidate: Candidate | undefined): FileContent | undefined {
    const fd = this.#shared.descriptors.of(file);
    if (fd !== undefined) return new FileContent(fd);
    if (file.state.kind === "missing" || candidate === undefined || candidate.isCompressed) return undefined;
    return candidate.content();
  }

  /** Queues a file for reading. */
  markReadable(file: TrackedFile): void {
    if (isGone(file.state) || isWhole(file.state)) return;
    file.stats.fallBehind();
    if (file.state.kind === "archive") this.#shared.archives.add(file);
    else this.#shared.ready.add(file);
  }

  /** Marks an archive as being read. */
  beginReading(file: TrackedFile): void {
    if (file.state.kind !== "archive") return;
    file.state = { kind: "archive", progress: "reading", isTentative: isTentative(file.state) };
  }

  /** Confirms that an archive holds what was read of the file. */
  confirmArchive(file: TrackedFile): void {
    if (isTentative(file.state)) file.state = { kind: "archive", progress: "reading", isTentative: false };
  }

  /** Records the end of reading an archive, at its end or not. */
  endReading(file: TrackedFile, isDone: boolean): void {
    if (isReading(file.state)) file.state = archiveState(isDone ? "done" : "unread", isTentative(file.state));
  }

  /** Reopens a fully read archive that has grown by a member. */
  reopenArchive(file: TrackedFile): void {
    if (isWhole(file.state)) file.state = archiveState("unread");
  }

  /** Resumes a file of an earlier tail, with its descriptor if it was left open. */
  resume(id: number, source: SourceOptions, saved: FileRecord, fd?: number): void {
    const file = this.#make({ source, path: saved.path }, saved.inode, saved.reader, undefined, id);
    file.restore(saved);
    if (file.state.kind === "retired") this.#quieten(file);
    this.#pendingLines.resume(file);
    this.#files.add(file);
    if (saved.source === source.name) this.#shared.positions.kept(file);
    else this.#shared.positions.changed(file);
    if (fd === undefined) return;
    file.observed.countNames(fstatSync(fd, { bigint: true }));
    this.#shared.descriptors.put(file, fd);
  }

  /** Retires a file: no longer followed, but its position is kept. */
  retire(file: TrackedFile, ending: Ending = isWhole(file.state) ? "whole" : "read"): void {
    // Of a file of which nothing was seen there is nothing to remember, and any other would be taken for it.
    if (file.position.head.bytes === 0 && ending !== "whole") {
      this.discard(file);
      return;
    }
    this.#leave(file);
    this.#forgetWork(file);
    this.#quieten(file);
    file.state = { kind: "retired", at: this.#shared.steady(), ending };
    // It waits no more; who is to be read after it must not keep those alive that were read before.
    file.after = undefined;
    this.#files.add(file);
    this.#shared.positions.changed(file);
    faultPoint("ended");
  }

  /** Forgets a file that was retired. */
  forget(file: TrackedFile): void {
    if (file.reader.isWaiting === true) file.reader.handOn();
    this.#pendingLines.forget(file);
    this.#order.forget(file);
    this.#shared.positions.removed(file.id);
  }

  /** Discards a file of which nothing was read: its inode is another file by now. */
  discard(file: TrackedFile): void {
    this.#leave(file);
    this.#forgetWork(file);
    if (file.reader.isWaiting === true) file.reader.handOn();
    // Whoever still holds it (a look, an archive that is being read) must not go on with it beside its successor.
    file.state = { kind: "retired", at: this.#shared.steady(), ending: "read" };
    this.#order.discard(file, this.#files.followed());
    this.#shared.positions.removed(file.id);
  }

  /** Replaces the reader by its saved state, to free memory. */
  #quieten(file: TrackedFile): void {
    file.reader = retiredReader(file, (saved) => this.#open(file, saved), this.#shared.recall);
  }

  #leave(file: TrackedFile): void {
    if (file.state.kind === "live") this.#files.leave(file);
  }

  #forgetWork(file: TrackedFile): void {
    this.#shared.descriptors.close(file);
    this.#shared.ready.delete(file);
    this.#shared.archives.delete(file);
    this.#files.remove(file);
  }

  #open(file: TrackedFile, saved: JsonValue | undefined, firstLine?: Buffer): LineReader {
    const opened = { source: file.source.name, path: file.path, firstLine };
    return this.#pendingLines.reader(file, (left) => this.#shared.open(opened, left ?? saved));
  }

  #make(
    { source, path }: Omit<Place, "isLive">,
    inode: string,
    saved: JsonValue | undefined,
    firstLine?: Buffer,
    id?: number,
  ): TrackedFile {
    const open = (file: TrackedFile): LineReader => this.#open(file, saved, firstLine);
    return new TrackedFile(id ?? this.#shared.positions.nextId(), source, path, inode, open);
  }

  /** Follows a file where it was found; `ofArchive` is its state if it is compressed. */
  #follow(file: TrackedFile, candidate: Candidate, isLive: boolean, ofArchive: FileState): void {
    file.state = candidate.isCompressed ? ofArchive : { kind: isLive ? "live" : "rotated" };
    file.realPath = candidate.real;
    file.observed.touch();
    this.#see(file, candidate);
    // Whatever it is called by the time it is read, this is what it holds.
    if (candidate.isOpen && !candidate.isCompressed) this.#shared.descriptors.put(file, candidate.takeDescriptor());
    this.#files.add(file);
    this.#shared.positions.changed(file);
    this.markReadable(file);
  }

  #see(file: TrackedFile, { stat }: Candidate): void {
    file.observed.verify(stat);
    file.observed.see(stat);
  }
}
