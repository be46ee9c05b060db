import type { Clock } from "../clock.ts";
import type { InfluxTarget } from "../config/influxdb-target.ts";
import type { Log } from "../log.ts";
import type { Outcome } from "./answer.ts";
import { halvesOf, makeBatch, mostBatchLines, type Batch } from "./batch.ts";
import type { InfluxStats } from "./influx-stats.ts";
import { post } from "./request.ts";

/** Times of a sender (ms). */
export interface SenderTimes {
  /** Limit of a request, answer included. */
  readonly requestMs: number;
  /** First wait after a failure, doubled with each, and the longest. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Wait after an answer that only people can mend. */
  readonly refusedWaitMs: number;
}

const defaultTimes: SenderTimes = {
  requestMs: 10_000,
  firstWaitMs: 1000,
  longestWaitMs: 60_000,
  refusedWaitMs: 60_000,
};

/** What a sender needs besides its server. */
export interface SenderContext {
  readonly stats: InfluxStats;
  readonly log: Log;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly times?: SenderTimes;
}

/** How often rejected lines are told of at most (ms). */
const rejectionEveryMs = 3_600_000;

/**
 * Sender of lines to one server, one request at a time and in their order. What the server does not take waits in memory,
 * up to a limit past which the oldest lines are dropped: what happens to the server never holds up anybody else.
 */
export class Sender {
  #target: InfluxTarget;
  readonly #context: SenderContext;
  readonly #times: SenderTimes;
  readonly #batches: Batch[] = [];
  #sending: Promise<void> | undefined;
  #failures = 0;
  #isStopping = false;
  #isOver = false;
  /** Ends the present request. */
  #abort: () => void = () => undefined;
  /** Ends the present wait. */
  #wake: () => void = () => undefined;
  #mostLines = mostBatchLines;
  /** Failures that are logged; one that lasts is told once. */
  readonly #told = new Set<string>();
  #rejectionToldAt = Number.NEGATIVE_INFINITY;

  constructor(target: InfluxTarget, context: SenderContext) {
    this.#target = target;
    this.#context = context;
    this.#times = context.times ?? defaultTimes;
  }

  /** Most lines that the server takes at once. */
  get mostLines(): number {
    return this.#mostLines;
  }

  /** Takes another config of the same server in use, and tries it at once. */
  use(target: InfluxTarget): void {
    this.#target = target;
    this.#wake();
  }

  /** Takes lines to send; resolves when they wait in memory. */
  async add(text: string, lines: number): Promise<void> {
    if (lines === 0) return;
    this.#push(await makeBatch(text, lines));
    this.#sending ??= this.#send();
  }

  /** Tries once more to send what waits, for this long, and gives up the rest. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    const end = (): void => {
      this.#isOver = true;
      this.#abort();
    };
    const timer = setTimeout(end, withinMs);
    await this.#sending;
    clearTimeout(timer);
    end();
    const { bufferedLines, failure } = this.#context.stats;
    if (bufferedLines > 0) {
      const what = { lines: bufferedLines, ...(failure !== undefined && { reason: failure }) };
      this.#context.log.warn(what, "lines for InfluxDB are given up; replay --influxdb writes them from the log");
    }
    while (this.#batches.length > 0) this.#drop();
  }

  #push(batch: Batch): void {
    const { stats } = this.#context;
    this.#batches.push(batch);
    stats.bufferedBytes += batch.body.length;
    stats.bufferedLines += batch.lines;
    // The newest stays, however large it is.
    if (stats.bufferedBytes <= this.#target.maxBufferedBytes || this.#batches.length < 2) return;
    while (stats.bufferedBytes > this.#target.maxBufferedBytes && this.#batches.length > 1) this.#drop();
    this.#tell({ reason: "influxdb.maxBufferedBytes is reached" }, "the oldest lines for InfluxDB are dropped");
  }

  /** Gives up the oldest batch. */
  #drop(): void {
    const { stats } = this.#context;
    const [batch] = this.#batches;
    if (batch === undefined) return;
    this.#remove(batch);
    stats.lines.dropped += batch.lines;
  }

  #remove(batch: Batch): void {
    const at = this.#batches.indexOf(batch);
    // It may have been dropped while it was on its way.
    if (at < 0) return;
    const { stats } = this.#context;
    this.#batches.splice(at, 1);
    stats.bufferedBytes -= batch.body.length;
    stats.bufferedLines -= batch.lines;
  }

  async #send(): Promise<void> {
    for (let [batch] = this.#batches; batch !== undefined && !this.#isOver; [batch] = this.#batches) {
      const outcome = await this.#post(batch);
      if (outcome.kind === "taken") this.#taken(batch, outcome);
      else if (outcome.kind === "too large") await this.#halve(batch);
      else {
        this.#failed(outcome);
        // The last try at a stop is made at once; what it does not bring is given up.
        if (this.#isStopping) break;
        await this.#wait(this.#waitOf(outcome));
      }
    }
    // At once, so that lines which come now start anew.
    this.#sending = undefined;
  }

  async #post({ body }: Batch): Promise<Outcome> {
    const { stats, clock, env } = this.#context;
    const abort = new AbortController();
    this.#abort = () => {
      abort.abort();
    };
    const { code, outcome } = await post(this.#target, body, { clock, env, abort, withinMs: this.#times.requestMs });
    if (code !== undefined) stats.request(code);
    return outcome;
  }

  #taken(batch: Batch, { rejected, reason }: Extract<Outcome, { readonly kind: "taken" }>): void {
    const { stats, log, clock } = this.#context;
    this.#remove(batch);
    const lost = rejected === "all" ? batch.lines : Math.min(rejected, batch.lines);
    stats.lines.rejected += lost;
    stats.lines.written += batch.lines - lost;
    if (lost < batch.lines) stats.lastSuccessSeconds = clock() / 1000;
    if (reason !== undefined) this.#tellRejection(reason, lost);
    if (stats.failure !== undefined) {
      log.info({ url: this.#target.url, waiting: stats.bufferedLines }, "InfluxDB takes lines again");
      this.#told.clear();
    }
    stats.failure = undefined;
    this.#failures = 0;
  }

  #failed({ reason, kind }: Extract<Outcome, { readonly kind: "later" | "refused" }>): void {
    this.#context.stats.failure = reason;
    this.#failures++;
    const next = kind === "refused" ? "tried again each minute" : "tried again";
    this.#tell({ reason, url: this.#target.url }, `InfluxDB takes no lines: they wait in memory and are ${next}`);
  }

  #tell(what: { readonly reason: string; readonly url?: string }, message: string): void {
    // Servers word one failure in many ways; the status, or the system's error, stands before the first colon.
    const key = `${message} ${what.reason.split(":")[0] ?? ""}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#context.log.warn(what, message);
  }

  #tellRejection(reason: string, lines: number): void {
    const { stats, clock, log } = this.#context;
    stats.rejection = reason;
    if (Math.abs(clock() - this.#rejectionToldAt) < rejectionEveryMs) return;
    this.#rejectionToldAt = clock();
    log.warn({ reason, lines, url: this.#target.url }, "InfluxDB rejects lines, which are lost");
  }

  /** Puts two halves in the place of a batch; a single line that is too large is rejected. */
  async #halve(batch: Batch): Promise<void> {
    if (batch.lines < 2) {
      this.#taken(batch, { kind: "taken", rejected: "all", reason: "413: one line is too large" });
      return;
    }
    const halves = await halvesOf(batch);
    this.#mostLines = halves[0].lines;
    const at = this.#batches.indexOf(batch);
    if (at < 0) return;
    const { stats } = this.#context;
    this.#batches.splice(at, 1, ...halves);
    stats.bufferedBytes += halves.reduce((sum, { body }) => sum + body.length, 0) - batch.body.length;
  }

  #waitOf(outcome: Extract<Outcome, { readonly kind: "later" | "refused" }>): number {
    if (outcome.kind === "refused") return this.#times.refusedWaitMs;
    const { firstWaitMs, longestWaitMs } = this.#times;
    const doubled = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(this.#failures - 1, 30));
    // Spread, so that a fleet does not come back as one.
    return Math.max(outcome.afterMs ?? 0, doubled * (0.5 + Math.random() / 2));
  }

  async #wait(ms: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, ms);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
    this.#wake = () => undefined;
  }
}
