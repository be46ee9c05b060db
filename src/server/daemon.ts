import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { classText } from "../decode/canonical-class.ts";
import { LineCounts } from "../decode/line-stats.ts";
import { classNewsText } from "../exposition/class-warnings.ts";
import type { Declared } from "../exposition/quality-page.ts";
import type { HealthView } from "../exposition/health.ts";
import type { Log } from "../log.ts";
import { Pipeline, WallTimeline } from "../pipeline.ts";
import { errorMessage, Problem } from "../problem.ts";
import type { SourceCounts } from "../source/source.ts";
import { Tail } from "../source/tail.ts";
import { openStore, type Store } from "../state/store.ts";
import { ClassWatch } from "../window/class-monitor.ts";
import type { TagSnapshot } from "../window/tags.ts";
import { tagEntryWords } from "../window/tag-entries.ts";
import { windowChanges, type WindowChange } from "../window/window-changes.ts";
import { Checkpoint } from "./checkpoint.ts";
import { MisfitSources } from "./source-mismatch.ts";
import { sourceTotals } from "./source-totals.ts";
import { unmatchedGlobs } from "./unmatched-globs.ts";

/**
 * How soon it commits after the start, then twice as late each time, up to every second (ms). So a process that is killed
 * soon, however often, has written down about half of what it did, and gets through a backlog.
 */
const firstCommitMs = 20;
const commitEveryMs = 1000;
/** How long a stop goes on reading what is there. */
const drainWithinMs = 500;

/** One config at work. It is replaced as a whole by a reload; the store carries offsets and windows over. */
interface Running {
  readonly config: Config;
  readonly pipeline: Pipeline;
  readonly tail: Tail;
  readonly misfits: MisfitSources;
}

/**
 * The exporter without its HTTP side: follows the logs, keeps the windows, and writes both down together every second.
 * A restart and a reload are the same thing: everything is taken up again from the store.
 */
export class Daemon {
  readonly #configFile: string;
  readonly #log: Log;
  readonly #store: Store;
  readonly #checkpoint: Checkpoint;
  readonly #lines = new LineCounts();
  readonly #classes = new ClassWatch();
  readonly #version: string;
  #running: Running;
  #ready = false;
  #reload = { successful: true, successSeconds: wallClock() / 1000 };
  #reloading: Promise<void> | undefined;
  /** The part of a reload that must not be broken off: from the old config's tail to the new one's. */
  #switching: Promise<void> | undefined;
  #stopping = false;
  /** The paths and globs of which it was said that there is no file. */
  readonly #unmatched = new Set<string>();
  #commits: NodeJS.Timeout | undefined;
  /** What earlier configs' tails and tags have counted: counters never fall. */
  #before: { late: number; future: number; tagsDropped: number; sources: readonly SourceCounts[] } = {
    late: 0,
    future: 0,
    tagsDropped: 0,
    sources: [],
  };

  private constructor(config: Config, store: Store, log: Log, version: string) {
    this.#configFile = config.file;
    this.#log = log;
    this.#version = version;
    this.#store = store;
    this.#checkpoint = new Checkpoint(store, log);
    this.#running = this.#takeUp(config);
  }

  /** Takes up the state and begins to follow the logs of the config. Throws a `Problem` when the state cannot be had. */
  static async start(options: { config: Config; stateDir: string; log: Log; version: string }): Promise<Daemon> {
    const store = await openStore(options.stateDir, options.log);
    try {
      const daemon = new Daemon(options.config, store, options.log, options.version);
      await daemon.#follow();
      daemon.#commitAgain(firstCommitMs);
      return daemon;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  get config(): Config {
    return this.#running.config;
  }

  get log(): Log {
    return this.#log;
  }

  get lines(): LineCounts {
    return this.#lines;
  }

  /** Whether the state is loaded and the backlog that was found at the start is read. */
  get ready(): boolean {
    return this.#ready;
  }

  /** The models that the config names with their classes. */
  get declared(): Declared {
    const models = [...this.config.models.values()].filter((model) => model.name !== "*");
    return new Map(models.flatMap(({ name, classes }) => (classes === undefined ? [] : [[name, classes]])));
  }

  /** Outcomes of classes that the config does not name, by model, since the process started. */
  get undeclared(): ClassWatch["counts"] {
    return this.#classes.counts;
  }

  /** All tags as they stand now. */
  snapshot(): TagSnapshot[] {
    return this.#running.pipeline.tags.snapshot(wallClock());
  }

  /** What the exporter says of itself. */
  health(): HealthView {
    const { tail, pipeline } = this.#running;
    return {
      version: this.#version,
      lines: this.#lines.sources,
      files: tail.status(),
      sources: sourceTotals([this.#before.sources, tail.counts()]),
      late: this.#before.late + pipeline.tags.late,
      future: this.#before.future + pipeline.tags.future,
      tags: pipeline.tags.size,
      tagsDropped: this.#before.tagsDropped + pipeline.tags.dropped,
      undeclared: this.undeclared,
      reload: this.#reload,
      checkpoint: this.#checkpoint,
    };
  }

  /**
   * Reads the config again. A bad one is refused with its `Problem`, and the old one stays. Windows, offsets and
   * counters of what is unchanged live on. Calls at the same time wait for each other.
   */
  async reload(): Promise<void> {
    while (this.#reloading !== undefined) await this.#reloading.catch(() => undefined);
    this.#reloading = this.#reloadNow();
    try {
      await this.#reloading;
    } finally {
      this.#reloading = undefined;
    }
  }

  /** Stops following, and writes down all that was read. */
  async stop(): Promise<void> {
    clearTimeout(this.#commits);
    // A config that is still being read is not waited for: what it awaits may never come.
    this.#stopping = true;
    await this.#switching?.catch(() => undefined);
    const { tail } = this.#running;
    await tail.drain(drainWithinMs);
    await tail.close();
    await this.#commit();
    await this.#store.close();
  }

  async #reloadNow(): Promise<void> {
    const config = await this.#readConfig();
    if (this.#stopping) throw new Problem("the exporter is stopping");
    this.#switching = this.#switchTo(config);
    await this.#switching;
  }

  async #readConfig(): Promise<Config> {
    try {
      return await loadConfig(this.#configFile);
    } catch (error) {
      this.#reload = { ...this.#reload, successful: false };
      const text = error instanceof Problem ? error.text : errorMessage(error);
      this.#log.error({ file: this.#configFile, error: text }, "config not reloaded, the old one stays");
      throw error;
    }
  }

  async #switchTo(config: Config): Promise<void> {
    const { tail, pipeline } = this.#running;
    const released = await tail.release();
    await this.#commit();
    this.#before.late += pipeline.tags.late;
    this.#before.future += pipeline.tags.future;
    this.#before.tagsDropped += pipeline.tags.dropped;
    this.#before.sources = sourceTotals([this.#before.sources, tail.counts()]);
    this.#running = this.#takeUp(config, released);
    await this.#follow();
    this.#reload = { successful: true, successSeconds: wallClock() / 1000 };
    this.#log.info({ file: this.#configFile }, "config reloaded");
  }

  #takeUp(config: Config, released: ReadonlyMap<number, number> = new Map()): Running {
    const pipeline = new Pipeline(config, new WallTimeline(wallClock), this.#lines, this.#classes);
    const saved = tagEntryWords.flatMap((word) => [...this.#checkpoint.entries(word)]);
    for (const change of windowChanges(saved, config.windows)) this.#tellWindowChange(change);
    const { lost, begunAnew } = pipeline.tags.restore(saved, classText);
    if (lost > 0) this.#log.warn({ tags: lost }, "saved tags do not fit the config and were let go of");
    for (const { labels, windows } of begunAnew) {
      const what =
        "windows begin anew: they hold classes past limits.maxClasses, of which it is not known what is right";
      this.#log.warn({ tag: labels.join(" "), windows: windows.join(" ") }, what);
    }
    const tail = new Tail({
      sources: config.sources.map(({ source }) => source),
      open: (file, saved) => pipeline.open(file, saved),
      saved: this.#checkpoint.entries("file"),
      clock: wallClock,
      log: this.#log,
      released,
    });
    return { config, pipeline, tail, misfits: new MisfitSources(config, this.#lines, this.#log) };
  }

  async #follow(): Promise<void> {
    const { tail } = this.#running;
    await tail.start(() => this.#commit());
    this.#tellUnmatched();
    void tail.caughtUp.then(() => {
      if (!this.#ready) this.#tellReady();
      this.#ready = true;
    });
  }

  /** Commits after so many milliseconds, and from then on. */
  #commitAgain(afterMs: number): void {
    this.#commits = setTimeout(() => {
      void this.#commit().then(() => {
        if (!this.#stopping) this.#commitAgain(Math.min(2 * afterMs, commitEveryMs));
      });
    }, afterMs);
  }

  #tellReady(): void {
    const files = this.#running.tail.counts().reduce((sum, { followed }) => sum + followed, 0);
    const { read, accepted } = this.#lines.total;
    this.#log.info({ files, lines: read, accepted }, "ready: the backlog is read");
  }

  /** Says once of each path and glob that there is no file: a slip in it looks like a log in which nothing happens. */
  #tellUnmatched(): void {
    const { config, tail } = this.#running;
    const sources = config.sources.map(({ source }) => source);
    const files = tail.status().map(({ path }) => path);
    for (const unmatched of unmatchedGlobs(sources, files)) {
      const key = JSON.stringify(unmatched);
      if (!this.#unmatched.has(key)) this.#log.warn(unmatched, "no file is found there; the search goes on");
      this.#unmatched.add(key);
    }
  }

  #tellWindowChange({ window, change, tags }: WindowChange): void {
    const [first = "", ...others] = tags;
    const what = { window, tags: tags.length, tag: others.length === 0 ? first : `${first}, ...` };
    if (change === "gone") this.#log.info(what, "the config has the window no more: what it held is let go of");
    else this.#log.warn(what, "the window begins empty: its panes have another length than before (limits.panes)");
  }

  async #commit(): Promise<void> {
    const { tail, pipeline, misfits } = this.#running;
    misfits.look(performance.now());
    pipeline.tags.forgetIdle(wallClock());
    for (const news of this.#classes.takeNews()) this.#log.warn(classNewsText(news));
    // Nothing is awaited between the two: offsets and counts are of one moment.
    await this.#checkpoint.commit([...tail.changes(), ...pipeline.tags.changes()]);
  }
}
