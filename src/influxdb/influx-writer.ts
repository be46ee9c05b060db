import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { InfluxTarget } from "../config/influxdb-target.ts";
import type { HealthView } from "../exposition/health.ts";
import { inTurns } from "../in-turns.ts";
import type { Log } from "../log.ts";
import { errorMessage } from "../problem.ts";
import { figuresOf } from "../window/reading.ts";
import type { Tags } from "../window/tags.ts";
import { exporterPoints } from "./exporter-points.ts";
import { InfluxStats } from "./influx-stats.ts";
import { pointOptions, Points, type Lines } from "./points.ts";
import { writeUrl } from "./request.ts";
import { Sender, type SenderTimes } from "./sender.ts";

/** What is written at a moment. */
export interface Figures {
  /** The tags of the config in use. */
  readonly tags: Pick<Tags, "read" | "views">;
  health(): HealthView;
}

/** What a writer needs. */
export interface WriterContext {
  readonly figures: Figures;
  readonly log: Log;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly times?: SenderTimes;
}

interface Running {
  readonly target: InfluxTarget;
  readonly sender: Sender;
  readonly points: Points;
}

/**
 * Writer of all figures to the InfluxDB of the config, at multiples of its interval: what is written again after a restart,
 * or from the log, takes the place of what is there.
 */
export class InfluxWriter {
  /** Counts since the process started. */
  readonly stats = new InfluxStats();
  readonly #context: WriterContext;
  #running: Running | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  /** True where the config names a server. */
  get isOn(): boolean {
    return this.#running !== undefined;
  }

  /** Takes a config in use, the first one or another one. */
  use(config: Config): void {
    clearTimeout(this.#timer);
    const before = this.#running;
    const target = config.influxdb;
    const isSame = target !== undefined && before !== undefined && writeUrl(target) === writeUrl(before.target);
    if (!isSame) {
      void before?.sender.stop(lastTryMs);
      this.stats.failure = undefined;
    }
    if (target === undefined) {
      this.#running = undefined;
      return;
    }
    if (isSame) before.sender.use(target);
    const sender = isSame ? before.sender : new Sender(target, { ...this.#context, stats: this.stats });
    const points = new Points(pointOptions(config, target), isSame ? before.points : undefined);
    if (!isSame) points.expect(this.#context.figures.tags.views(this.#context.clock()));
    this.#running = { target, sender, points };
    this.#schedule(target.intervalMs);
  }

  /** Sends what was written before, for a second at most. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    const running = this.#running;
    this.#running = undefined;
    const end = performance.now() + lastTryMs;
    await Promise.race([this.#writing, sleep(lastTryMs, undefined, { ref: false })]);
    await running?.sender.stop(Math.max(0, end - performance.now()));
  }

  #schedule(intervalMs: number): void {
    const now = this.#context.clock();
    const next = (Math.floor(now / intervalMs) + 1) * intervalMs;
    this.#timer = setTimeout(() => {
      // Timers may be early, and clocks are set.
      const due = Math.floor(this.#context.clock() / intervalMs) * intervalMs;
      if (due !== next - intervalMs) this.#writing ??= this.#write(due);
      this.#schedule(intervalMs);
    }, next - now);
    this.#timer.unref();
  }

  async #write(time: number): Promise<void> {
    try {
      if (this.#running !== undefined) await this.#writeAll(this.#running, time);
    } catch (error) {
      this.#context.log.error({ error: errorMessage(error) }, "cannot write the figures for InfluxDB");
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeAll({ target, sender, points }: Running, time: number): Promise<void> {
    const { figures } = this.#context;
    const batches = new Batches(sender);
    await batches.add(exporterPoints(figures.health(), target.tags, time));
    // Outcomes are counted between the slices.
    const { snapshots, close } = figures.tags.read(time);
    try {
      await inTurns(points.write(snapshots.map(figuresOf), time), (lines) => batches.add(lines));
    } finally {
      close();
    }
    await batches.end();
  }
}

/** How long the last try at a stop may take (ms). */
const lastTryMs = 1000;

/** Gathers lines into batches that a server takes at once. */
class Batches {
  readonly #sender: Pick<Sender, "add" | "mostLines">;
  #text = "";
  #lines = 0;

  constructor(sender: Pick<Sender, "add" | "mostLines">) {
    this.#sender = sender;
  }

  async add({ text, lines }: Lines): Promise<void> {
    this.#text += text;
    this.#lines += lines;
    if (this.#lines < this.#sender.mostLines) return;
    const all = this.#text.split(/(?<=\n)/u);
    while (all.length >= this.#sender.mostLines) {
      const some = all.splice(0, this.#sender.mostLines);
      await this.#sender.add(some.join(""), some.length);
    }
    this.#text = all.join("");
    this.#lines = all.length;
  }

  async end(): Promise<void> {
    await this.#sender.add(this.#text, this.#lines);
  }
}
