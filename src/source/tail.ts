import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Entry, EntryKey, Plain } from "../plain.ts";
import { Descriptors } from "./descriptors.ts";
import type { FollowedFile } from "./followed-file.ts";
import { idOf, Ledger } from "./ledger.ts";
import { bufferBytes } from "./read-file.ts";
import { readSaved } from "./saved-file.ts";
import { SourceFiles, type Following } from "./source-files.ts";
import type { FileStatus, OpenReader, SourceCounts, SourceOptions } from "./source.ts";

/** What a tail is made of. */
export interface TailOptions {
  readonly sources: readonly SourceOptions[];
  /** Makes the reader that takes a file's lines. */
  readonly open: OpenReader;
  /** The entries of an earlier tail: from its `changes` as they were committed, or from its `save`. */
  readonly saved: Iterable<readonly [EntryKey, Plain]>;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the known files are looked at (ms, default 250), however few events the watcher gives. */
  readonly pollMs?: number;
  /** How often new files are looked for (ms, default 1000). */
  readonly discoverMs?: number;
  /** How long a renamed file is watched after it last grew (ms, default 5 minutes). */
  readonly rotatedMs?: number;
  /** How long a deleted file is kept open after it last grew (ms, default 5 s): its room on the disk is not free before. */
  readonly deletedMs?: number;
  /** How many files may be open at a time; by default half of what the process is allowed. */
  readonly maxOpen?: number;
}

/** How long the tail reads before it lets others have their turn (ms). */
const turnMs = 15;

/**
 * Follows the files of all sources and hands their whole lines to their readers, each line once.
 *
 * Whatever may be read is read now: there is no queue between the files and the readers, so memory does not grow with what
 * is not read yet. A reader is called synchronously, and the offset moves in the same turn of the event loop: whenever
 * other code runs, `changes` and what the readers have counted belong together and can be committed together.
 */
export class Tail {
  readonly #options: TailOptions;
  readonly #sources: ReadonlyMap<string, SourceFiles>;
  readonly #shared: Following;
  readonly #buffer: Buffer;
  readonly #pollMs: number;
  readonly #discoverMs: number;
  #loop: Promise<void> = Promise.resolve();
  #closed = false;
  #nextLook = 0;
  #nextDiscovery = 0;
  #wake: () => void = () => undefined;
  #backlog = new Map<FollowedFile, number>();
  #resolveCaughtUp: () => void = () => undefined;

  /** Resolves once what was there at the start is read. */
  readonly caughtUp: Promise<void>;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#pollMs = options.pollMs ?? 250;
    this.#discoverMs = options.discoverMs ?? 1000;
    this.#shared = {
      open: options.open,
      clock: options.clock,
      log: options.log,
      descriptors: new Descriptors(options.maxOpen),
      ledger: new Ledger(),
      ready: new Set(),
      rotatedMs: options.rotatedMs ?? 5 * 60_000,
      deletedMs: options.deletedMs ?? 5000,
    };
    this.#sources = new Map(options.sources.map((source) => [source.name, new SourceFiles(source, this.#shared)]));
    this.#buffer = Buffer.allocUnsafeSlow(
      Math.max(...options.sources.map((source) => bufferBytes(source.maxLineBytes)), bufferBytes(0)),
    );
    this.caughtUp = new Promise((resolve) => (this.#resolveCaughtUp = resolve));
  }

  /** Finds the files and begins to read; resolves when the first search is over. Never rejects: bad paths are in `status`. */
  async start(): Promise<void> {
    this.#resume();
    await this.#discover(true);
    this.#backlog = new Map([...this.#shared.ready].map((file) => [file, file.size]));
    this.#loop = this.#run();
  }

  /**
   * The entries that have changed since the last call, to be committed in one transaction with what the readers counted:
   * take both in the same turn of the event loop. When the commit fails, `giveBack` them; the next call has them again.
   */
  changes(): Entry[] {
    return this.#shared.ledger.take();
  }

  /** The commit of these entries has failed. */
  giveBack(entries: readonly Entry[]): void {
    this.#shared.ledger.giveBack(entries);
  }

  /** All entries, for a tail that takes over in this process. */
  save(): [EntryKey, Plain][] {
    return this.#shared.ledger.all();
  }

  /** How each file stands, and each path that cannot be followed. */
  status(): FileStatus[] {
    return [...this.#sources.values()].flatMap((source) => source.status());
  }

  /** What happened so far, per source. */
  counts(): SourceCounts[] {
    return [...this.#sources.values()].map((source) => source.counts());
  }

  /** Reads what is there now, for at most so long; resolves when the end of every file was reached, or the time is over. */
  async drain(deadlineMs: number): Promise<void> {
    const end = performance.now() + deadlineMs;
    this.#look();
    while (!this.#closed && this.#shared.ready.size > 0 && performance.now() < end) {
      this.#turn();
      await nextTurn();
    }
  }

  /** Ends following; no reader is called afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#loop;
    this.#shared.descriptors.closeAll();
  }

  #resume(): void {
    for (const [key, value] of this.#options.saved) {
      const id = idOf(key);
      const saved = readSaved(value);
      if (id === undefined) continue;
      this.#shared.ledger.reserve(id);
      const source = saved === undefined ? undefined : this.#sources.get(saved.source);
      if (saved === undefined || source?.resume(id, saved) !== true) this.#shared.ledger.removed(id);
    }
  }

  async #run(): Promise<void> {
    while (!this.#isClosed()) {
      const now = performance.now();
      if (now >= this.#nextDiscovery) await this.#discover(false);
      if (this.#isClosed()) return;
      if (now >= this.#nextLook) this.#look();
      if (this.#shared.ready.size > 0) {
        this.#turn();
        await nextTurn();
      } else {
        this.#resolveCaughtUp();
        await this.#sleep(Math.max(1, Math.min(this.#nextLook, this.#nextDiscovery) - performance.now()));
      }
    }
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

  async #discover(atStart: boolean): Promise<void> {
    const began = performance.now();
    for (const source of this.#sources.values()) {
      try {
        await source.discover(atStart);
      } catch (error) {
        this.#shared.log.error({ source: source.source.name, error }, "cannot look for files");
      }
    }
    const took = performance.now() - began;
    this.#nextDiscovery = performance.now() + Math.max(this.#discoverMs, took * 20);
  }

  #look(): void {
    const began = performance.now();
    for (const source of this.#sources.values()) source.look();
    // However many files there are, looking at them takes a twentieth of the time.
    const took = performance.now() - began;
    this.#nextLook = performance.now() + Math.max(this.#pollMs, took * 20);
  }

  /** Reads one buffer from each file that has more, as many as fit into a turn; the others are first in the next. */
  #turn(): void {
    const end = performance.now() + turnMs;
    const { ready } = this.#shared;
    for (const file of [...ready]) {
      if (file.after !== undefined && ready.has(file.after)) continue;
      file.after = undefined;
      const more = this.#sources.get(file.source.name)?.read(file, this.#buffer) ?? false;
      ready.delete(file);
      if (more) ready.add(file);
      this.#reached(file, more);
      if (performance.now() >= end) break;
    }
  }

  #reached(file: FollowedFile, more: boolean): void {
    const target = this.#backlog.get(file);
    if (target === undefined || (more && file.scanned < target)) return;
    this.#backlog.delete(file);
    if (this.#backlog.size === 0) this.#resolveCaughtUp();
  }
}
