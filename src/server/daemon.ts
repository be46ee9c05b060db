import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { JoinStats } from "../join/join-stats.ts";
import { LineStats } from "../decode/line-stats.ts";
import { classWarningText } from "../exposition/class-warnings.ts";
import type { HealthView } from "../exposition/health.ts";
import { InfluxWriter } from "../influxdb/influx-writer.ts";
import { Intake } from "../ingest/intake.ts";
import type { Log } from "../log.ts";
import { Pipeline } from "../pipeline.ts";
import { errorMessage, Problem } from "../problem.ts";
import { jsonEntries, type JsonValue } from "../serializable.ts";
import type { Input } from "../source/input.ts";
import type { OpenedFile, SourceCounts } from "../source/source.ts";
import { SerialQueue } from "../state/serial-queue.ts";
import { openStore, type Store } from "../state/store.ts";
import { ClassMonitor } from "../window/class-monitor.ts";
import type { Tags } from "../window/tags.ts";
import type { EntryFormat, Stage } from "../stage.ts";
import { Checkpoint } from "./checkpoint.ts";
import { ClockStage } from "./clock-stage.ts";
import { CommitSchedule } from "./commit-schedule.ts";
import type { DaemonOptions } from "./daemon-options.ts";
import { busyOf, inputFormats, makeInputs, type OpenInput } from "./inputs.ts";
import { readQuality, type QualityReading } from "./quality-view.ts";
import type { Running } from "./running.ts";
import { SavedState } from "./saved-state.ts";
import { sourceTotals } from "./source-totals.ts";
import { checksOf, stagesOf } from "./stages.ts";
import { takeChanges } from "./take-changes.ts";
import { UnmatchedGlobLog } from "./unmatched-glob-log.ts";

/** Time limit for reading existing data at a stop (ms). */
const drainWithinMs = 500;

/**
 * The exporter without HTTP: runs inputs and stages, and commits their state together every second. A reload works like a
 * restart: everything is restored from the store.
 */
export class Daemon {
  readonly #configFile: string;
  readonly #log: Log;
  readonly #store: Store;
  readonly #checkpoint: Checkpoint;
  readonly #saved: SavedState;
  readonly #lines = new LineStats();
  readonly #classes = new ClassMonitor();
  readonly #joined = new JoinStats();
  readonly #clock: ClockStage;
  readonly #version: string;
  readonly #stages: readonly Stage[];
  readonly #check: (config: Config) => void;
  /** Takes changes for one commit after another. */
  readonly #takes = new SerialQueue();
  readonly #schedule = new CommitSchedule(() => this.#commit());
  #running: Running;
  #ready = false;
  #reload = { successful: true, successSeconds: wallClock() / 1000 };
  #reloading: Promise<void> | undefined;
  /** The uninterruptible part of a reload: from the old config's tail to the new one's. */
  #switching: Promise<void> | undefined;
  #stopping = false;
  readonly #unmatched: UnmatchedGlobLog;
  readonly #influx: InfluxWriter;
  #fail: () => void = () => undefined;
  /** File counts of previous configs, since counters must not decrease. */
  #previousSources: readonly SourceCounts[] = [];

  /** The way of events by HTTP. */
  readonly intake = new Intake();

  /** Resolves after a failed reload that left no config in use: nothing is read until a restart. */
  readonly failed = new Promise<void>((resolve) => (this.#fail = resolve));

  private constructor(store: Store, { config, stateDir, log, version, stages = [], check }: DaemonOptions) {
    this.#configFile = config.file;
    this.#log = log;
    this.#unmatched = new UnmatchedGlobLog(log);
    this.#version = version;
    this.#stages = stages;
    this.#check = check ?? (() => undefined);
    this.#store = store;
    this.#clock = new ClockStage(log);
    this.#checkpoint = new Checkpoint(store, log);
    this.#saved = new SavedState(this.#checkpoint, log);
    this.#running = this.#restore(config, makeInputs(stateDir, this.intake));
    this.#influx = new InfluxWriter({ figures: this, log, clock: wallClock, env: process.env });
    this.#influx.use(config);
  }

  /** Restores the state and starts following the logs. Throws a `Problem` when the state cannot be opened. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const store = await openStore(options.stateDir, options.log);
    try {
      const daemon = new Daemon(store, options);
      await daemon.#follow();
      daemon.#schedule.start();
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

  /** Begins to read what `/metrics` says of quality now. */
  readQuality(): QualityReading {
    return readQuality(this.config, this.#running.pipeline, wallClock());
  }

  /** Undeclared outcomes by model since the process started. */
  get undeclared(): ClassMonitor["counts"] {
    return this.#classes.counts;
  }

  /** State of the join; undefined where the config has none. */
  get join(): HealthView["join"] {
    const { join } = this.#running.pipeline;
    return join && { size: join.size, stats: this.#joined };
  }

  /** Resolves after a commit of all that is counted by now, to true if it is durable. */
  durable(): Promise<boolean> {
    return this.#schedule.durable();
  }

  /** All tags of the current config. */
  get tags(): Tags {
    return this.#running.pipeline.tags;
  }

  /** Current health of the exporter. */
  health(): HealthView {
    return {
      version: this.#version,
      lines: this.#lines.sources,
      files: this.#inputs.flatMap((input) => input.status()),
      sources: sourceTotals([this.#previousSources, this.#sourceCounts()]),
      tags: this.tags.size,
      tagsDropped: this.#lines.outcomes("dropped"),
      undeclared: this.undeclared,
      join: this.join,
      ingest: this.intake.reception && { stats: this.intake.stats, queuedBytes: this.intake.queue.bytes },
      influxdb: this.#influx.isOn ? this.#influx.stats : undefined,
      reload: this.#reload,
      checkpoint: this.#checkpoint,
      clockSteps: this.#clock.clock.steps,
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
    // Do not wait for a config that is still loading: it may never finish.
    this.#stopping = true;
    await this.#switching?.catch(() => undefined);
    await Promise.all(this.#inputs.map((input) => input.drain(drainWithinMs)));
    await Promise.all(this.#inputs.map((input) => input.close()));
    await Promise.all([this.#schedule.stop(), this.#influx.stop()]);
    await this.#store.close();
  }

  async #reloadNow(): Promise<void> {
    const config = await this.#readConfig();
    if (this.#stopping) throw new Problem("the exporter is stopping");
    this.#switching = this.#switchTo(config);
    try {
      await this.#switching;
    } catch (error) {
      this.#reload = { ...this.#reload, successful: false };
      const what = { file: this.#configFile, error: errorMessage(error) };
      this.#log.error(what, "config not applied, and the previous one is stopped: exiting; a restart counts on");
      this.#fail();
      throw error;
    }
  }

  async #readConfig(): Promise<Config> {
    try {
      const config = await loadConfig(this.#configFile);
      this.#check(config);
      return config;
    } catch (error) {
      this.#reload = { ...this.#reload, successful: false };
      const text = error instanceof Problem ? error.text : errorMessage(error);
      this.#log.error({ file: this.#configFile, error: text }, "config not reloaded; the previous one stays in use");
      throw error;
    }
  }

  async #switchTo(config: Config): Promise<void> {
    const successors = await Promise.all(this.#running.inputs.map((opened) => opened.release()));
    await this.#commit();
    this.#previousSources = sourceTotals([this.#previousSources, this.#sourceCounts()]);
    await this.#takes.run(async () => {
      // What is on its way to the store would not be seen.
      await this.#checkpoint.settled();
      this.#running = this.#restore(config, successors);
    });
    this.#influx.use(config);
    await this.#follow();
    this.#reload = { successful: true, successSeconds: wallClock() / 1000 };
    this.#log.info({ file: this.#configFile }, "config reloaded");
  }

  get #inputs(): readonly Input[] {
    return this.#running.inputs.map(({ input }) => input);
  }

  #sourceCounts(): SourceCounts[] {
    return this.#inputs.flatMap((input) => input.counts());
  }

  #restore(config: Config, openInputs: readonly OpenInput[]): Running {
    const pipeline = new Pipeline(config, this.#clock.timeline(), this.#lines, this.#classes, this.#joined);
    const parts = { config, stats: this.#joined, clock: this.#clock, log: this.#log };
    const stages = [...stagesOf(pipeline, parts), ...this.#stages];
    this.#store.limit?.(config.limits.maxStateBytes);
    this.#saved.refuseNewer([...inputFormats, ...stages.map(({ format }) => format)]);
    for (const stage of stages) stage.restore(this.#saved.entries(stage.format));
    const context = {
      config,
      open: (file: OpenedFile, saved: JsonValue | undefined) => pipeline.open(file, saved),
      post: (source: string, path: string) => pipeline.openPosted(source, path),
      roomForIds: () => pipeline.roomForIds,
      entries: (format: EntryFormat) => jsonEntries(this.#saved.entries(format)),
      clock: wallClock,
      steady: this.#clock.clock.now,
      log: this.#log,
    };
    const inputs = openInputs.map((open) => open(context));
    return { config, pipeline, inputs, stages, checks: checksOf(config, this.#lines, this.#log) };
  }

  async #follow(): Promise<void> {
    for (const input of this.#inputs) await input.start(() => this.#commit());
    this.#unmatched.add(this.#inputs.flatMap((input) => input.unmatched()));
    const { pipeline } = this.#running;
    void Promise.all(this.#inputs.map(({ caughtUp }) => caughtUp)).then(() => {
      pipeline.isInBacklog = false;
      if (!this.#ready) this.#logReady();
      this.#ready = true;
    });
  }

  #logReady(): void {
    const files = this.#sourceCounts().reduce((sum, { followed }) => sum + followed, 0);
    const { read, accepted } = this.#lines.total;
    this.#log.info({ files, lines: read, accepted }, "ready: the backlog is read");
  }

  /** Commits all changes; resolves to true if they are durable. */
  async #commit(): Promise<boolean> {
    const { durable } = await this.#takes.run(async () => {
      for (let busy = busyOf(this.#inputs); busy !== undefined; busy = busyOf(this.#inputs)) await busy;
      const { stages, checks } = this.#running;
      for (const each of checks) each.check(performance.now());
      for (const stage of stages) stage.evict(this.#clock.clock.look());
      for (const warning of this.#classes.takeWarnings()) this.#log.warn(classWarningText(warning));
      const entries = await takeChanges([this.#saved, ...this.#inputs, ...stages]);
      return { durable: this.#checkpoint.commit(entries) };
    });
    return durable;
  }
}
