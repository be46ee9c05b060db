import type { FileReader } from "./file-reader.ts";
import { bufferBytes } from "./reading/plain-file.ts";
import type { SourceOptions } from "./source.ts";
import { isGone, isReading } from "./tracking/state.ts";
import type { TrackedFile } from "./tracking/tracked-file.ts";
import type { Shared } from "./tracking/transitions.ts";

/** Maximum time of reading per turn of the event loop (ms). */
const turnMs = 15;

/** Reads what is ready, in turns of the event loop: plain files one after another, and beside them one archive at a time. */
export class ReadingTurns {
  readonly #shared: Shared;
  readonly #readingOf: (file: TrackedFile) => FileReader;
  readonly #buffer: Buffer;
  readonly #onRead: () => void;
  #archive: Promise<void> | undefined;

  /** `onRead` is called when an archive was read. */
  constructor(
    sources: readonly SourceOptions[],
    shared: Shared,
    readingOf: (file: TrackedFile) => FileReader,
    onRead: () => void,
  ) {
    this.#shared = shared;
    this.#readingOf = readingOf;
    this.#onRead = onRead;
    this.#buffer = Buffer.allocUnsafeSlow(
      Math.max(...sources.map((source) => bufferBytes(source.maxLineBytes)), bufferBytes(0)),
    );
  }

  /** The archive that is being read, if any. */
  get archive(): Promise<void> | undefined {
    return this.#archive;
  }

  /** Reads a buffer from each ready file until the turn is over; returns whether any was read. */
  turn(): boolean {
    const end = performance.now() + turnMs;
    const { ready, archives } = this.#shared;
    let didSomething = false;
    for (const file of [...ready]) {
      if (!ready.has(file) || this.#mustWait(file)) continue;
      didSomething = true;
      ready.delete(file);
      // What has more goes to the end: every file has its turn, however much one of them is written to.
      if (this.#readingOf(file).read(file, this.#buffer)) ready.add(file);
      this.#waitNoMore(file);
      if (performance.now() >= end) break;
    }
    if (didSomething || ready.size === 0 || archives.size > 0 || this.#archive !== undefined) return didSomething;
    // All wait for one another: order is worth less than the lines.
    for (const file of ready) file.after = undefined;
    return true;
  }

  /** Starts reading the next compressed file: one at a time, beside plain files. */
  readArchives(): void {
    const next = [...this.#shared.archives].find((file) => !this.#mustWait(file));
    if (next === undefined || this.#archive !== undefined || this.#shared.isClosed()) return;
    // Taken out first: when it grows while it is read, it is put in again.
    this.#shared.archives.delete(next);
    const reading = this.#readingOf(next);
    this.#archive = reading.readArchive(next).then(() => {
      this.#archive = undefined;
      this.#waitNoMore(next);
      this.#onRead();
    });
  }

  /** Tells whether another file must be read before this one. */
  #mustWait(file: TrackedFile): boolean {
    if (file.after !== undefined && this.isUnread(file.after)) return true;
    this.#waitNoMore(file);
    return false;
  }

  /** Drops the dependency on the previous file once a file was read: only before that may its beginning still be written there. */
  #waitNoMore(file: TrackedFile): void {
    if (file.position.offset > 0) file.after = undefined;
  }

  /** Tells whether a file has bytes that were not looked at. */
  isUnread(file: TrackedFile): boolean {
    const { ready, archives } = this.#shared;
    const isPaused = file.stats.isPaused && !isGone(file.state);
    return ready.has(file) || archives.has(file) || isReading(file.state) || isPaused;
  }
}
