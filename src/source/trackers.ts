import type { OwnFiles } from "./discovery/own-files.ts";
import type { UnmatchedGlob } from "./discovery/unmatched-globs.ts";
import type { FileReader } from "./file-reader.ts";
import type { Stopwatch, Turns } from "./pace.ts";
import type { FileStatus, SourceCounts, SourceOptions } from "./source.ts";
import { type SourceSearch, Tracker } from "./tracker.ts";
import type { NumberedRecord } from "./tracking/duplicate-records.ts";
import { inherit } from "./tracking/inherit.ts";
import type { TrackedFile } from "./tracking/tracked-file.ts";
import type { Shared } from "./tracking/transitions.ts";

/**
 * Trackers by the selection of their sources. A file that sources of several selections reach is read once for each of them:
 * what one knows of it (how far it was read, what became of it) does not depend on when the others came or went.
 */
export class Trackers {
  readonly #all: readonly Tracker[];
  readonly #bySource = new Map<SourceOptions, Tracker>();
  readonly #shared: Shared;
  readonly #ownFiles: OwnFiles;
  #hasBegun = false;

  constructor(sources: readonly SourceOptions[], shared: Shared, ownFiles: OwnFiles) {
    this.#shared = shared;
    this.#ownFiles = ownFiles;
    const selections = new Set(sources.map(({ selection = "" }) => selection));
    const groups = [...selections].map((one) => sources.filter(({ selection = "" }) => selection === one));
    this.#all = groups.map((group) => new Tracker(group, shared, ownFiles));
    for (const tracker of this.#all) for (const source of tracker.sources) this.#bySource.set(source, tracker);
  }

  /** Returns the reader of a tracked file. */
  readingOf({ source }: TrackedFile): FileReader {
    const tracker = this.#bySource.get(source);
    if (tracker === undefined) throw new Error(`no source ${source.name}`);
    return tracker.reading;
  }

  /** True if a directory must be scanned again at once, because names changed meanwhile. */
  get isDirty(): boolean {
    return this.#all.some(({ isDirty }) => isDirty);
  }

  /** True if something has changed of late. */
  get isFresh(): boolean {
    return this.#all.some(({ isFresh }) => isFresh);
  }

  /** True if nothing has changed of late, and a search has told of all that it may find. */
  isAtRest(searches: readonly (readonly SourceSearch[])[]): boolean {
    return this.#all.every((tracker, index) => tracker.isAtRest(searches[index] ?? []));
  }

  /** Resumes from the records of an earlier tail; removes the descriptors it takes over from `released`. */
  resume(saved: readonly NumberedRecord[], released: Map<number, number>): void {
    const { positions } = this.#shared;
    const { left, inherited } = inherit(saved, this.#all, () => positions.nextId());
    for (const id of left) positions.removed(id);
    for (const [tracker, files] of inherited) tracker.resume(files, released);
  }

  /** Searches for files, and measures the processor time in `own`: nothing changes before `take` is called with the result. */
  async search(own: Stopwatch): Promise<SourceSearch[][]> {
    const searches: SourceSearch[][] = [];
    this.#ownFiles.renew();
    for (const tracker of this.#all) searches.push(await tracker.search(own));
    return searches;
  }

  /** Takes over what a search has found. */
  async take(searches: readonly (readonly SourceSearch[])[], turns: Turns): Promise<void> {
    const now = this.#shared.clock();
    if (!this.#hasBegun) this.#begin(now);
    for (const [index, tracker] of this.#all.entries()) await tracker.take(searches[index] ?? [], turns, now);
  }

  #begin(now: number): void {
    this.#hasBegun = true;
    const before = this.#shared.positions.begin(
      this.#all.map(({ sources }) => sources),
      now,
    );
    for (const tracker of this.#all) tracker.begin(before.sinceOf(tracker.sources));
  }

  /** Polls every tracked file: has it grown, was it truncated, replaced, renamed, deleted? */
  async poll(turns: Turns): Promise<void> {
    for (const tracker of this.#all) await tracker.poll(turns);
  }

  /** Directories in which files of the selected sources are or may appear. */
  directories(isWanted: (source: SourceOptions) => boolean): Set<string> {
    return new Set(this.#all.flatMap((tracker) => [...tracker.directories(isWanted)]));
  }

  /** Status of each file, and of each path that cannot be followed. */
  status(): FileStatus[] {
    return this.#all.flatMap((tracker) => tracker.status());
  }

  /** Paths and globs that matched no file in the first search. */
  unmatched(): UnmatchedGlob[] {
    return this.#all.flatMap(({ unmatched }) => unmatched);
  }

  /** File counts per source. */
  counts(): SourceCounts[] {
    return this.#all.flatMap((tracker) => tracker.counts());
  }
}
