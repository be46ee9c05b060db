import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { canonicalClass } from "../decode/canonical-class.ts";
import { LineStats } from "../decode/line-stats.ts";
import { classWarningText } from "../exposition/class-warnings.ts";
import type { Declared } from "../exposition/quality-page.ts";
import type { HealthView } from "../exposition/health.ts";
import type { Log } from "../log.ts";
import { Pipeline } from "../pipeline.ts";
import { WallTimeline } from "../timeline.ts";
import { errorMessage, Problem } from "../problem.ts";
import type { SourceCounts } from "../source/source.ts";
import { Tail } from "../source/tail.ts";
import { openStore, type Store } from "../state/store.ts";
import { ClassMonitor } from "../window/class-monitor.ts";
import type { TagSnapshot } from "../window/tags.ts";
import { tagEntryPrefixes } from "../window/tag-entries.ts";
import { windowChanges, type WindowChange } from "../window/window-changes.ts";
import { Checkpoint } from "./checkpoint.ts";
import { SourceMismatchCheck } from "./source-mismatch.ts";
import { sourceTotals } from "./source-totals.ts";
import { unmatchedGlobs } from "./unmatched-globs.ts";

/**
 * Interval of the first commit, doubled each time up to `commitEveryMs` (ms): a process that is repeatedly killed early
 * has saved about half of its work, and eventually gets through a backlog.
 */
const firstCommitMs = 20;
const commitEveryMs = 1000;
/** Time limit for reading existing data at a stop (ms). */
const drainWithinMs = 500;

/** Stages of the current config; a reload replaces them all and restores offsets and windows from the store. */
interface Running {
  readonly config: Config;
  readonly pipeline: Pipeline;
  readonly tail: Tail;
  readonly mismatches: SourceMismatchCheck;
}

/**
 * The exporter without HTTP: follows the logs, maintains the windows, and commits offsets and windows together every
 * second. A reload works like a restart: everything is restored from the store.
 */
export class Daemon {
  readonly #configFile: string;
  readonly #log: Log;
  readonly #store: Store;
  readonly #checkpoint: Checkpoint;
  readonly #lines = new LineStats();
  readonly #classes = new ClassMonitor();
  readonly #version: string;
  #running: Running;
  #ready = false;
  #reload = { successful: true, successSeconds: wallClock() / 1000 };
  #reloading: Promise<void> | undefined;
  /** The uninterruptible part of a reload: from the old config's tail to the new one's. */
  #switching: Promise<void> | undefined;
  #stopping = false;
  /** Paths and globs without a file that were logged. */
  readonly #unmatched = new Set<string>();
  #commits: NodeJS.Timeout | undefined;
  /** Counts of previous configs, since counters must not decrease. */
  #previous: { late: number; future: number; tagsDropped: number; sources: readonly SourceCounts[] } = {
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
    this.#running = this.#restore(config);
  }

  /** Restores the state and starts following the logs. Throws a `Problem` when the state cannot be opened. */
  static async start(options: { config: Config; stateDir: string; log: Log; version: string }): Promise<Daemon> {
    const store = await openStore(options.stateDir, options.log);
    try {
      const daemon = new Daemon(options.config, store, options.log, options.version);
      await daemon.#follow();
      daemon.#scheduleCommit(firstCommitMs);
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

  get lines(): LineStats {
    return this.#lines;
  }

  /** True once the state is restored and the backlog at the start is read. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Declared classes by named model. */
  get declared(): Declared {
    const models = [...this.config.models.values()].filter((model) => model.name !== "*");
    return new Map(models.flatMap(({ name, classes }) => (classes === undefined ? [] : [[name, classes]])));
  }

  /** Undeclared outcomes by model since the process started. */
  get undeclared(): ClassMonitor["counts"] {
    return this.#classes.counts;
  }

  /** Current snapshots of all tags. */
  snapshot(): TagSnapshot[] {
    return this.#running.pipeline.tags.snapshot(wallClock());
  }

  /** Current health of the exporter. */
  health(): HealthView {
    const { tail, pipeline } = this.#running;
    return {
      version: this.#version,
      lines: this.#lines.sources,
      files: tail.status(),
      sources: sourceTotals([this.#previous.sources, tail.counts()]),
      late: this.#previous.late + pipeline.tags.late,
      future: this.#previous.future + pipeline.tags.future,
      tags: pipeline.tags.size,
      tagsDropped: this.#previous.tagsDropped + pipeline.tags.dropped,
      undeclared: this.undeclared,
      reload: this.#reload,
      checkpoint: this.#checkpoint,
    };
  }

  /**
   * Reloads the config. Rejects with the `Problem` of an invalid one, which leaves the current config in use. Unchanged
   * windows, offsets and counters are kept. Concurrent calls run one after the other.
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

  /** Stops following, and commits everything that was read. */
  async stop(): Promise<void> {
    clearTimeout(this.#commits);
    // Do not wait for a config that is still loading: it may never finish.
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
      this.#log.error({ file: this.#configFile, error: text }, "config not reloaded; the previous one stays in use");
      throw error;
    }
  }

  async #switchTo(config: Config): Promise<void> {
    const { tail, pipeline } = this.#running;
    const released = await tail.release();
    await this.#commit();
    this.#previous.late += pipeline.tags.late;
    this.#previous.future += pipeline.tags.future;
    this.#previous.tagsDropped += pipeline.tags.dropped;
    this.#previous.sources = sourceTotals([this.#previous.sources, tail.counts()]);
    this.#running = this.#restore(config, released);
    await this.#follow();
    this.#reload = { successful: true, successSeconds: wallClock() / 1000 };
    this.#log.info({ file: this.#configFile }, "config reloaded");
  }

  #restore(config: Config, released: ReadonlyMap<number, number> = new Map()): Running {
    const pipeline = new Pipeline(config, new WallTimeline(wallClock), this.#lines, this.#classes);
    const saved = tagEntryPrefixes.flatMap((prefix) => [...this.#checkpoint.entries(prefix)]);
    for (const change of windowChanges(saved, config.windows)) this.#logWindowChange(change);
    const { discarded, resetWindows } = pipeline.tags.restore(saved, canonicalClass);
    if (discarded > 0) this.#log.warn({ tags: discarded }, "discarded saved tags that do not match the config");
    for (const { labels, windows } of resetWindows) {
      const what =
        "windows start empty: their outcomes of classes past limits.maxClasses cannot be classified with this config";
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
    return { config, pipeline, tail, mismatches: new SourceMismatchCheck(config, this.#lines, this.#log) };
  }

  async #follow(): Promise<void> {
    const { tail } = this.#running;
    await tail.start(() => this.#commit());
    this.#logUnmatched();
    void tail.caughtUp.then(() => {
      if (!this.#ready) this.#logReady();
      this.#ready = true;
    });
  }

  /** Commits after `afterMs`, then repeatedly at growing intervals. */
  #scheduleCommit(afterMs: number): void {
    this.#commits = setTimeout(() => {
      void this.#commit().then(() => {
        if (!this.#stopping) this.#scheduleCommit(Math.min(2 * afterMs, commitEveryMs));
      });
    }, afterMs);
  }

  #logReady(): void {
    const files = this.#running.tail.counts().reduce((sum, { followed }) => sum + followed, 0);
    const { read, accepted } = this.#lines.total;
    this.#log.info({ files, lines: read, accepted }, "ready: the backlog is read");
  }

  /** Logs each path and glob without a file once, since a typo in it looks like an idle log. */
  #logUnmatched(): void {
    const { config, tail } = this.#running;
    const sources = config.sources.map(({ source }) => source);
    const files = tail.status().map(({ path }) => path);
    for (const unmatched of unmatchedGlobs(sources, files)) {
      const key = JSON.stringify(unmatched);
      if (!this.#unmatched.has(key)) this.#log.warn(unmatched, "no file matches; still searching");
      this.#unmatched.add(key);
    }
  }

  #logWindowChange({ window, change, tags }: WindowChange): void {
    const [first = "", ...others] = tags;
    const what = { window, tags: tags.length, tag: others.length === 0 ? first : `${first}, ...` };
    if (change === "removed") this.#log.info(what, "window removed from the config; its outcomes are discarded");
    else this.#log.warn(what, "window starts empty: the length of its panes has changed (limits.panes)");
  }

  async #commit(): Promise<void> {
    const { tail, pipeline, mismatches } = this.#running;
    mismatches.check(performance.now());
    pipeline.tags.evictIdle(wallClock());
    for (const warning of this.#classes.takeWarnings()) this.#log.warn(classWarningText(warning));
    // No await in between, so that offsets and counts are consistent.
    await this.#checkpoint.commit([...tail.changes(), ...pipeline.tags.changes()]);
  }
}
