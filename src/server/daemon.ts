import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { LineCounts } from "../decode/line-stats.ts";
import { classNewsText } from "../exposition/class-warnings.ts";
import type { Declared } from "../exposition/quality-page.ts";
import type { HealthView } from "../exposition/health.ts";
import type { Log } from "../log.ts";
import { Pipeline, WallTimeline } from "../pipeline.ts";
import { errorMessage, Problem } from "../problem.ts";
import type { Plain } from "../plain.ts";
import type { Input } from "../source/input.ts";
import type { OpenedFile, SourceCounts } from "../source/source.ts";
import { openStore, type Store } from "../state/store.ts";
import { ClassWatch } from "../window/class-monitor.ts";
import type { TagSnapshot } from "../window/tags.ts";
import type { Stage } from "../stage.ts";
import { Checkpoint } from "./checkpoint.ts";
import { inputs, type OpenedInput, type OpenInput } from "./inputs.ts";
import { MisplacedOutcomes } from "./misplaced-outcomes.ts";
import { MisfitSources } from "./source-mismatch.ts";
import { sourceTotals } from "./source-totals.ts";
import { stagesOf } from "./stages.ts";
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
  readonly inputs: readonly OpenedInput[];
  readonly stages: readonly Stage[];
  readonly misfits: MisfitSources;
  readonly misplaced: MisplacedOutcomes;
}

/** What a daemon is started with. */
export interface DaemonOptions {
  readonly config: Config;
  readonly stateDir: string;
  readonly log: Log;
  readonly version: string;
  /** Stages beside those of the pipeline, whose state is kept with theirs. */
  readonly stages?: readonly Stage[];
}

/**
 * The exporter without its HTTP side: lets the inputs read, keeps what the stages hold, and writes both down together every
 * second. A restart and a reload are the same thing: everything is taken up again from the store.
 */
export class Daemon {
  readonly #configFile: string;
  readonly #log: Log;
  readonly #store: Store;
  readonly #checkpoint: Checkpoint;
  readonly #lines = new LineCounts();
  readonly #classes = new ClassWatch();
  readonly #version: string;
  /** Stages beside those of the pipeline. */
  readonly #stages: readonly Stage[];
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

  private constructor(store: Store, { config, log, version, stages = [] }: DaemonOptions) {
    this.#configFile = config.file;
    this.#log = log;
    this.#version = version;
    this.#stages = stages;
    this.#store = store;
    this.#checkpoint = new Checkpoint(store, log);
    this.#running = this.#takeUp(config, inputs);
  }

  /** Takes up the state and begins to follow the logs of the config. Throws a `Problem` when the state cannot be had. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const store = await openStore(options.stateDir, options.log);
    try {
      const daemon = new Daemon(store, options);
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
    const { pipeline } = this.#running;
    return {
      version: this.#version,
      lines: this.#lines.sources,
      files: this.#inputs.flatMap((input) => input.status()),
      sources: sourceTotals([this.#before.sources, this.#sourceCounts()]),
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
    await Promise.all(this.#inputs.map((input) => input.drain(drainWithinMs)));
    await Promise.all(this.#inputs.map((input) => input.close()));
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
    const { pipeline } = this.#running;
    const successors = await Promise.all(this.#running.inputs.map((opened) => opened.release()));
    await this.#commit();
    this.#before.late += pipeline.tags.late;
    this.#before.future += pipeline.tags.future;
    this.#before.tagsDropped += pipeline.tags.dropped;
    this.#before.sources = sourceTotals([this.#before.sources, this.#sourceCounts()]);
    this.#running = this.#takeUp(config, successors);
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

  #takeUp(config: Config, openInputs: readonly OpenInput[]): Running {
    const pipeline = new Pipeline(config, new WallTimeline(wallClock), this.#lines, this.#classes);
    const stages = [...stagesOf(pipeline, config, this.#log), ...this.#stages];
    for (const stage of stages) {
      stage.restore(stage.words.flatMap((word) => [...this.#checkpoint.entries(word)]));
    }
    const context = {
      config,
      open: (file: OpenedFile, saved: Plain | undefined) => pipeline.open(file, saved),
      entries: (word: string) => this.#checkpoint.entries(word),
      clock: wallClock,
      log: this.#log,
    };
    const opened = openInputs.map((open) => open(context));
    const misfits = new MisfitSources(config, this.#lines, this.#log);
    const misplaced = new MisplacedOutcomes(config, this.#lines, this.#log);
    return { config, pipeline, inputs: opened, stages, misfits, misplaced };
  }

  async #follow(): Promise<void> {
    for (const input of this.#inputs) await input.start(() => this.#commit());
    this.#tellUnmatched();
    void Promise.all(this.#inputs.map(({ caughtUp }) => caughtUp)).then(() => {
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
    const files = this.#sourceCounts().reduce((sum, { followed }) => sum + followed, 0);
    const { read, accepted } = this.#lines.total;
    this.#log.info({ files, lines: read, accepted }, "ready: the backlog is read");
  }

  /** Says once of each path and glob that there is no file: a slip in it looks like a log in which nothing happens. */
  #tellUnmatched(): void {
    const sources = this.config.sources.map(({ source }) => source);
    const files = this.#inputs.flatMap((input) => input.status().map(({ path }) => path));
    for (const unmatched of unmatchedGlobs(sources, files)) {
      const key = JSON.stringify(unmatched);
      if (!this.#unmatched.has(key)) this.#log.warn(unmatched, "no file is found there; the search goes on");
      this.#unmatched.add(key);
    }
  }

  /** Writes down what has changed; whether it is durable now. */
  async #commit(): Promise<boolean> {
    const { pipeline, stages, misfits, misplaced } = this.#running;
    misfits.look(performance.now());
    misplaced.look(pipeline.tags.dropped, performance.now());
    for (const stage of stages) stage.forget(wallClock());
    for (const news of this.#classes.takeNews()) this.#log.warn(classNewsText(news));
    // Nothing is awaited between them: offsets and counts are of one moment.
    return this.#checkpoint.commit([...this.#inputs, ...stages].flatMap((part) => part.changes()));
  }
}
