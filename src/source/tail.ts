import { closeSync } from "node:fs";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Entry, EntryKey, JsonValue } from "../serializable.ts";
import { Backlog } from "./backlog.ts";
import { OwnFiles } from "./discovery/own-files.ts";
import type { UnmatchedGlob } from "./discovery/unmatched-globs.ts";
import { FsEvents } from "./discovery/fs-events.ts";
import { Pace, restAfter, Stopwatch } from "./pace.ts";
import { recallMoved } from "./reading/recall-pieces.ts";
import { ReadingTurns } from "./reading-turns.ts";
import type { Input } from "./input.ts";
import { ScanLock } from "./scan-lock.ts";
import type { FileStatus, SourceCounts } from "./source.ts";
import type { TailOptions } from "./tail-options.ts";
import { Trackers } from "./trackers.ts";
import { Descriptors } from "./tracking/descriptors.ts";
import type { NumberedRecord } from "./tracking/duplicate-records.ts";
import { FileLog } from "./tracking/file-log.ts";
import { idOf, PositionStore } from "./tracking/position-store.ts";
import { readRecord } from "./tracking/record.ts";
import type { Shared } from "./tracking/transitions.ts";

/** Interval of `drain` for scanning changing names again (ms). */
const againMs = 20;

/** Time without an event after which files are looked at less often (ms). */
const quietMs = 10_000;
/** Intervals of polls and searches then (ms), where events tell of all that may happen: no more than insurance. */
const restingPollMs = 1000;
const restingSearchMs = 5000;

/**
 * Follows the files of all sources and hands their whole lines to their readers, each line once.
 *
 * Whatever may be read is read now: there is no queue between the files and the readers, so memory does not grow with what
 * is not read yet. A reader is called synchronously, and the offset moves in the same turn of the event loop: whenever
 * other code runs, `changes` and what the readers have counted belong together and can be committed together.
 */
export class Tail implements Input {
  readonly #options: TailOptions;
  readonly #trackers: Trackers;
  readonly #shared: Shared;
  readonly #turns: ReadingTurns;
  readonly #fsEvents: FsEvents | undefined;
  readonly #polls: Pace;
  readonly #searches: Pace;
  #loop: Promise<void> = Promise.resolve();
  readonly #scans = new ScanLock();
  #closed = false;
  #wake: () => void = () => undefined;
  readonly #backlog: Backlog;
  /** When something last happened, by the monotonic clock (ms). */
  #lastEvent = performance.now();
  /** True while events tell of all that may happen. */
  #isCovered = false;
  #isCaughtUp = false;
  #resolveCaughtUp: () => void = () => undefined;

  /** Resolves once what was there at the start is read. */
  readonly caughtUp: Promise<void>;

  constructor(options: TailOptions) {
    this.#options = options;
    const pollMs = options.pollMs ?? 250;
    this.#polls = new Pace(pollMs, restingPollMs);
    this.#searches = new Pace(options.discoverMs ?? 1000, restingSearchMs);
    this.#shared = {
      open: options.open,
      recall: recallMoved,
      clock: options.clock,
      steady: options.steady ?? options.clock,
      log: options.log,
      fileLog: new FileLog(options.log),
      descriptors: new Descriptors(options.maxOpen),
      positions: new PositionStore(),
      ready: new Set(),
      archives: new Set(),
      isClosed: () => this.#closed,
      scan: () => this.#scans.going,
      rotatedMs: options.rotatedMs ?? 5 * 60_000,
      deletedMs: options.deletedMs ?? 5000,
    };
    this.#trackers = new Trackers(options.sources, this.#shared, new OwnFiles(options.ownFiles));
    this.#turns = new ReadingTurns(
      options.sources,
      this.#shared,
      (file) => this.#trackers.readingOf(file),
      () => {
        this.#wake();
      },
    );
    this.#fsEvents =
      options.watch === false
        ? undefined
        : new FsEvents(options.log, pollMs, (isNewName) => {
            this.#hint(isNewName);
          });
    this.#backlog = new Backlog((file) => this.#turns.isUnread(file), options.endlessMs);
    this.caughtUp = new Promise((resolve) => (this.#resolveCaughtUp = resolve));
  }

  /**
   * Finds the files, waits for `found`, and begins to read. Which files there are is in `changes` by then: once that is
   * committed, a file that is rotated away before it is read is known all the same. Never rejects unless `found` does: bad
   * paths are in `status`.
   */
  async start(found: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    this.#resume();
    await this.#search();
    await found();
    const { ready, archives } = this.#shared;
    this.#backlog.begin([...ready, ...archives]);
    this.#loop = this.#run();
  }

  /** Polls soon after a file system event. */
  #hint(isNewName: boolean): void {
    this.#stir();
    this.#polls.hint();
    if (isNewName) this.#searches.hint();
    this.#wake();
  }

  #stir(): void {
    this.#lastEvent = performance.now();
    this.#polls.wake();
    this.#searches.wake();
  }

  get #isResting(): boolean {
    return this.#isCovered && performance.now() - this.#lastEvent > quietMs;
  }

  /** The scan that goes on, if one does: what it finds out is one change. */
  get busy(): Promise<void> | undefined {
    return this.#scans.going;
  }

  /**
   * The entries that have changed since the last call, to be committed in one transaction with what the readers counted:
   * take both in the same turn of the event loop.
   */
  changes(): Entry[] {
    return this.#shared.positions.take();
  }

  /** All entries, for a tail that takes over in this process. */
  save(): [EntryKey, JsonValue][] {
    return this.#shared.positions.all();
  }

  /** Status of each file, and of each path that cannot be followed. */
  status(): FileStatus[] {
    return this.#trackers.status();
  }

  /** File counts per source. */
  counts(): SourceCounts[] {
    return this.#trackers.counts();
  }

  /** Paths and globs that matched no file in the first search. */
  unmatched(): UnmatchedGlob[] {
    return this.#trackers.unmatched();
  }

  /** Reads what is there now, for at most so long; resolves when the end of every file was reached, or the time is over. */
  async drain(deadlineMs: number): Promise<void> {
    const end = performance.now() + deadlineMs;
    // A search hangs when a network file system does; what is known is read all the same.
    await Promise.race([this.#search(), sleep(deadlineMs / 2, undefined, { ref: false })]);
    await this.#poll();
    while (!this.#closed && performance.now() < end) {
      while (this.#scans.going !== undefined) await this.#scans.going;
      if (this.#turns.turn() || this.#shared.archives.size > 0 || this.#turns.archive !== undefined) {
        this.#turns.readArchives();
        await nextTurn();
      } else if (this.#trackers.isDirty) {
        await sleep(againMs, undefined, { ref: false });
        await this.#poll();
      } else return;
    }
  }

  /** Ends following; no reader is called afterwards. */
  async close(): Promise<void> {
    await this.release();
    this.#shared.descriptors.closeAll();
  }

  /**
   * As `close`, but leaves files open for a tail that takes over, and gives their descriptors by the numbers of their
   * entries: of a file that was deleted, there is no other way to what its writer still writes.
   */
  async release(): Promise<ReadonlyMap<number, number>> {
    this.#closed = true;
    this.#wake();
    await this.#loop;
    while (this.#scans.going !== undefined) await this.#scans.going;
    await this.#turns.archive;
    this.#fsEvents?.close();
    return new Map([...this.#shared.descriptors].map(([{ id }, fd]) => [id, fd]));
  }

  /** Resumes from an earlier tail's entries. */
  #resume(): void {
    const files: NumberedRecord[] = [];
    for (const [key, value] of this.#options.saved) {
      this.#shared.positions.restore(key, value);
      const id = idOf(key);
      const file = typeof id === "number" ? readRecord(value) : undefined;
      if (typeof id === "number" && file !== undefined) files.push([id, file]);
    }
    const released = new Map(this.#options.released);
    this.#trackers.resume(files, released);
    for (const fd of released.values()) closeSync(fd);
  }

  async #run(): Promise<void> {
    while (!this.#isClosed()) {
      const now = performance.now();
      if (now >= this.#searches.next) await this.#search();
      if (this.#isClosed()) return;
      if (now >= this.#polls.next) await this.#poll();
      while (this.#scans.going !== undefined) await this.#scans.going;
      if (this.#isClosed()) return;
      const didSomething = this.#turns.turn();
      this.#turns.readArchives();
      this.#catchUp();
      if (didSomething) {
        this.#stir();
        await nextTurn();
      }
      if (this.#trackers.isDirty) this.#polls.hint();
      if (!didSomething)
        await this.#sleep(Math.max(1, Math.min(this.#polls.next, this.#searches.next) - performance.now()));
    }
  }

  /** Resolves `caughtUp` once; names what is not waited for. */
  #catchUp(): void {
    if (this.#isCaughtUp || !this.#backlog.isOver()) return;
    this.#isCaughtUp = true;
    for (const { realPath, position } of this.#backlog.files) {
      const what = { file: realPath, offset: position.offset, scanned: position.scanned };
      this.#shared.log.warn(what, "no line has come from the file for a while: ready without it; it is still read");
    }
    this.#resolveCaughtUp();
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #search(): Promise<void> {
    const began = performance.now();
    const own = new Stopwatch();
    const found = await this.#trackers.search(own);
    // Of a search that was ended nothing is taken over.
    await this.#scans.run(own, this.#shared.isClosed, (turns) => this.#trackers.take(found, turns));
    // However many directories there are, searching them takes half of the time, and a sixth of a core.
    const rest = restAfter(performance.now() - began, own.ms, 5);
    const isWatched =
      !this.#closed && this.#fsEvents?.watch(this.#trackers.directories(({ watch }) => watch !== "poll")) === true;
    this.#isCovered = isWatched && this.#trackers.isAtRest(found);
    this.#searches.done(rest, this.#isResting);
  }

  async #poll(): Promise<void> {
    const began = performance.now();
    const own = new Stopwatch();
    await this.#scans.run(own, this.#shared.isClosed, (turns) => this.#trackers.poll(turns));
    // However many files there are, looking at them takes a twentieth of a core.
    // A link above the directories may have been switched, of which no event tells.
    if (this.#trackers.isFresh) this.#stir();
    this.#polls.done(restAfter(performance.now() - began, own.ms, 20), this.#isResting);
  }
}
