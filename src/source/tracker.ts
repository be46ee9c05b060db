import { Boundary } from "./discovery/boundary.ts";
import { discover, isToldByEvents, type Search } from "./discovery/discover.ts";
import type { OwnFiles } from "./discovery/own-files.ts";
import { PathOwners } from "./discovery/path-owners.ts";
import { type UnmatchedGlob, unmatchedGlobs } from "./discovery/unmatched-globs.ts";
import { baseOf } from "./discovery/glob.ts";
import { isAt, isUnfit, statPath } from "./discovery/paths.ts";
import { FileReader } from "./file-reader.ts";
import type { FollowContext } from "./follow-context.ts";
import type { Found } from "./identity/candidate.ts";
import { inodeOf } from "./identity/fingerprint.ts";
import type { Stopwatch, Turns } from "./pace.ts";
import { errorMessage } from "../problem.ts";
import { Poller } from "./poller.ts";
import type { Context, ScanRequest } from "./rotation/context.ts";
import { DirtyDirectories } from "./rotation/dirty-directories.ts";
import { reconcile } from "./rotation/reconcile.ts";
import { SourceStats } from "./tracking/source-stats.ts";
import type { FileStatus, SourceCounts, SourceOptions } from "./source.ts";
import { SharedFiles } from "./shared-files.ts";
import { SourceLimits } from "./source-limits.ts";
import { type NumberedRecord, withoutDuplicates } from "./tracking/duplicate-records.ts";
import { Fileset } from "./tracking/fileset.ts";
import { ReadingOrder } from "./tracking/reading-order.ts";
import { type TrackedFile, isUnchanged } from "./tracking/tracked-file.ts";
import { Transitions, type Shared } from "./tracking/transitions.ts";

/** What a search has found of a source. */
export type SourceSearch = readonly [source: SourceOptions, search: Search];

/**
 * The files of sources of one selection: which there are, what became of them, and how far each is read. They are in one
 * table, by device and inode: a file is read once, for one source, however many sources, globs and links lead to it.
 */
export class Tracker {
  readonly sources: readonly SourceOptions[];
  readonly reading: FileReader;
  /** Paths and globs that matched no file in the first search. */
  readonly unmatched: UnmatchedGlob[] = [];
  readonly #shared: Shared;
  readonly #stats: ReadonlyMap<SourceOptions, SourceStats>;
  readonly #owners: PathOwners;
  readonly #boundaries: ReadonlyMap<SourceOptions, Boundary>;
  readonly #files: Fileset;
  readonly #transitions: Transitions;
  readonly #poller: Poller;
  readonly #context: Context;
  readonly #dirty: DirtyDirectories;
  readonly #order = new ReadingOrder();
  /** Time of the first search per source (Unix ms). */
  readonly #searched = new Map<SourceOptions, number>();
  readonly #sharedFiles: SharedFiles;
  readonly #limits: SourceLimits;
  #before: (path: string) => number | undefined = () => undefined;

  constructor(sources: readonly SourceOptions[], shared: Shared, ownFiles: OwnFiles) {
    this.sources = sources;
    this.#shared = shared;
    this.#owners = new PathOwners(sources);
    this.#boundaries = new Map(sources.map((source) => [source, new Boundary(source, ownFiles)]));
    this.#files = new Fileset((file) => {
      shared.positions.changed(file);
    });
    this.#stats = new Map(sources.map((source) => [source, new SourceStats(source, this.#files, shared.fileLog)]));
    this.#sharedFiles = new SharedFiles(shared.log, this.#files);
    const statsOf = (source: SourceOptions): SourceStats => this.#statsOf(source);
    this.#transitions = new Transitions(shared, this.#files, this.#order);
    this.#dirty = new DirtyDirectories(this.#files);
    const following: FollowContext = { shared, transitions: this.#transitions, dirty: this.#dirty, statsOf };
    this.#poller = new Poller(following);
    this.reading = new FileReader(following);
    this.#limits = new SourceLimits({
      shared,
      files: this.#files,
      transitions: this.#transitions,
      ownerOf: (path) => this.#owners.of(path),
    });
    this.#context = {
      fileLog: shared.fileLog,
      descriptors: shared.descriptors,
      positions: shared.positions,
      ready: shared.ready,
      files: this.#files,
      transitions: this.#transitions,
      owners: this.#owners,
      look: (path) => this.#boundaryOf(path)?.look(path),
      isHeld: (dir) => [...this.#boundaries.values()].some((boundary) => boundary.holds(dir)),
      isOwn: (stat) => ownFiles.describe(stat) !== undefined,
      statsOf,
      order: this.#order,
      isRefused: (inode) => this.#limits.isRefused(inode),
      fromEnd: new Set(),
    };
  }

  /** Tells whether a source names a path. */
  names(path: string): boolean {
    return this.#owners.of(path) !== undefined;
  }

  /** True if something has changed of late. */
  get isFresh(): boolean {
    return this.#dirty.isFresh;
  }

  /** True if a directory must be scanned again at once, because names changed meanwhile. */
  get isDirty(): boolean {
    return this.#dirty.isAny;
  }

  /**
   * True if nothing has changed of late, and events in the directories of its files tell of whatever a search may find; none is
   * polled on purpose.
   */
  isAtRest(searches: readonly SourceSearch[]): boolean {
    if (this.isFresh || searches.length < this.sources.length) return false;
    const watched = this.directories(({ watch }) => watch !== "poll");
    return searches.every(([source, search]) => source.watch !== "poll" && isToldByEvents(search, source, watched));
  }

  /** Resumes from the records of an earlier tail; removes the descriptors it takes over from `released`. */
  resume(saved: readonly NumberedRecord[], released: Map<number, number>): void {
    const { kept, doubled } = withoutDuplicates(saved);
    for (const [id] of doubled) this.#shared.positions.removed(id);
    // In the order in which they were begun: of two that have had a number, the later one has it.
    for (const [id, file] of kept.toSorted(([one], [other]) => one - other)) {
      // What no source names any more is retired at once, whosever it is.
      const source = this.#owners.of(file.path) ?? this.sources[0];
      if (source === undefined) return;
      this.#transitions.resume(id, source, file, released.get(id));
      released.delete(id);
    }
    this.#order.restore(this.#files.all());
    for (const file of this.#files.followed()) this.#dirty.add(file);
  }

  /** Searches for files, and measures the processor time in `own`: nothing changes before `take` is called with the result. */
  async search(own: Stopwatch): Promise<SourceSearch[]> {
    const searches: SourceSearch[] = [];
    for (const source of this.sources) {
      try {
        searches.push([source, await discover(source, own, this.#boundaries.get(source), this.#shared.isClosed)]);
      } catch (error) {
        const what = { source: source.name, error: errorMessage(error) };
        this.#shared.fileLog.tell("error", source.name, what, "cannot search for files; will retry");
      }
    }
    return searches;
  }

  /** Begins to follow: what may not be followed any more is retired. `before` tells since when an earlier process did. */
  begin(before: (path: string) => number | undefined): void {
    for (const file of [...this.#files.followed()]) {
      if (this.#owners.of(file.path) === undefined || this.#isRefused(file)) this.#transitions.retire(file);
    }
    this.#before = before;
  }

  /** Takes over what a search has found; `now` in Unix ms. */
  async take(searches: readonly SourceSearch[], turns: Turns, now: number): Promise<void> {
    // What comes to a path that was empty meanwhile is new.
    for (const path of this.#context.fromEnd) if (statPath(path) === undefined) this.#context.fromEnd.delete(path);
    this.#limits.renew();
    for (const [source, { found, refused, missing, foreign }] of searches) {
      const stats = this.#statsOf(source);
      const { errors, danglingLinks } = stats;
      errors.leaveOut(foreign);
      errors.refuse([...refused, ...(await danglingLinks.lasting(missing, turns))]);
      const back = this.#limits.apply(stats, found);
      for (const seen of found) {
        if (this.#limits.isRefused(inodeOf(seen.stat))) continue;
        if (back.has(seen.path) || this.#isNews(seen)) this.#dirty.addPath(seen.path);
        if (turns.isOver) await turns.next();
      }
    }
    for (const { path, realPath } of this.#files.grownRetired())
      if (this.#owners.of(path) !== undefined) this.#dirty.addUnknown(realPath);
    this.#dirty.recall();
    await this.#settle(turns);
    for (const [source, search] of searches) {
      if (!this.#searched.has(source)) this.unmatched.push(...unmatchedGlobs(source, search));
      // What is found from now on has come since.
      if (!this.#searched.has(source)) this.#searched.set(source, now);
      this.#sharedFiles.warn(source, search.found);
    }
    this.#letGoOfPieces();
    for (const file of this.#files.forget(this.#shared.steady())) this.#transitions.forget(file);
  }

  /** Tells whether a file is at its path, but must not be read. */
  #isRefused({ path, inode }: TrackedFile): boolean {
    const seen = this.#boundaryOf(path)?.look(path);
    return seen !== undefined && "code" in seen && isUnfit(seen) && isAt(path, inode);
  }

  #boundaryOf(path: string): Boundary | undefined {
    const source = this.#owners.of(path);
    return source && this.#boundaries.get(source);
  }

  /** Since when a path is followed; see `ScanRequest`. */
  #since(path: string): number | undefined {
    const source = this.#owners.of(path);
    const begun = source === undefined ? [...this.#searched.values()][0] : this.#searched.get(source);
    return this.#before(path) ?? begun;
  }

  /** Tells whether the file at a path is unknown. */
  #isNews({ path, stat }: Found): boolean {
    const inode = inodeOf(stat);
    const file = this.#files.withInode(inode);
    if (file === undefined) return !this.#files.knows({ inode, stat });
    if (file.state.kind === "missing") return true;
    const isOwn = (): boolean => this.#owners.of(path) === file.source;
    if (file.state.kind === "live") return file.path !== path && isOwn() && !isAt(file.path, inode);
    // Where it is now must be known: of one that is nowhere nothing is remembered for long.
    const hasMoved = file.realPath !== path && !isAt(file.realPath, inode);
    if (file.state.kind === "rotated") return hasMoved || isOwn();
    return file.state.kind === "retired" && (hasMoved || !isUnchanged(file, stat));
  }

  /** Polls every tracked file: has it grown, was it truncated, replaced, renamed, deleted? */
  async poll(turns: Turns): Promise<void> {
    for (const file of [...this.#files.followed()]) {
      this.#poller.poll(file);
      if (turns.isOver) await turns.next();
    }
    for (const path of this.#files.changedUndecided()) {
      if (this.#owners.of(path) === undefined) this.#dirty.addUnknown(path);
      else this.#dirty.addPath(path);
    }
    await this.#settle(turns);
  }

  /** Lets go of pieces of lines that wait for their end in files that are read to theirs. */
  #letGoOfPieces(): void {
    const { ready, archives, positions } = this.#shared;
    for (const file of this.#files.all()) {
      if (file.reader.isWaiting !== true || ready.has(file) || archives.has(file)) continue;
      if (file.reader.expire?.() === true) positions.changed(file);
    }
  }

  /** Directories in which files of the selected sources are or may appear. */
  directories(isWanted: (source: SourceOptions) => boolean): Set<string> {
    const bases = this.sources.filter(isWanted).flatMap(({ files }) => files.map((path) => baseOf(path)));
    return new Set([...bases, ...this.#files.directories(({ source }) => isWanted(source))]);
  }

  /** Status of each file, and of each path that cannot be followed. */
  status(): FileStatus[] {
    const bySource = this.#followedBySource();
    return [...this.#stats].flatMap(([source, report]) => report.status(bySource.get(source) ?? []));
  }

  /** File counts per source. */
  counts(): SourceCounts[] {
    const bySource = this.#followedBySource();
    return [...this.#stats].map(([source, report]) => report.counts((bySource.get(source) ?? []).length));
  }

  #followedBySource(): Map<SourceOptions, TrackedFile[]> {
    const bySource = new Map<SourceOptions, TrackedFile[]>();
    for (const file of this.#files.followed()) {
      if (file.state.kind === "missing") continue;
      const files = bySource.get(file.source);
      if (files === undefined) bySource.set(file.source, [file]);
      else files.push(file);
    }
    return bySource;
  }

  #statsOf(source: SourceOptions): SourceStats {
    const report = this.#stats.get(source);
    if (report === undefined) throw new Error(`no source ${source.name}`);
    return report;
  }

  /** Reconciles dirty directories. */
  async #settle(turns: Turns): Promise<void> {
    const since: ScanRequest["since"] = (path) => this.#since(path);
    await this.#dirty.settle(async (doubt) => {
      try {
        return await reconcile(this.#context, { ...doubt, since }, turns);
      } catch (error) {
        const what = { dir: doubt.dir, error: errorMessage(error) };
        this.#shared.fileLog.tell("error", "", what, "cannot scan the directory; will retry");
        return "growing";
      }
    });
  }
}
