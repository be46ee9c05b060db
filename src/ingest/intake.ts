import { TokenBucket } from "../token-bucket.ts";
import { ByteQueue } from "./byte-queue.ts";
import type { Endpoint } from "./endpoint.ts";
import { IngestStats } from "./ingest-stats.ts";
import type { IngestOptions } from "./options.ts";
import { refusedFor } from "./refusal.ts";
import type { Tokens } from "./tokens.ts";

/** How long a request waits for the config to be switched (ms). */
const patienceMs = 5000;

/** What a config says of events by HTTP. */
export interface Reception {
  readonly options: IngestOptions;
  /** Undefined where the config names no file of tokens. */
  readonly tokens: Tokens | undefined;
  readonly endpoint: Endpoint;
}

/** The way of events by HTTP into the daemon, whatever config is in use. */
export class Intake {
  readonly stats = new IngestStats();
  readonly queue = new ByteQueue();
  /** Hashes of the keys of requests that are being answered. */
  readonly running = new Set<string>();
  #reception: Reception | undefined;
  #rate: TokenBucket | undefined;
  #isStopping = false;
  /** Resolves at the next `open`; undefined unless it is closed. */
  #opened: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  /** What the current config says; undefined where it has no source of events by HTTP. */
  get reception(): Reception | undefined {
    return this.#reception;
  }

  /** Takes events from now on, as a config has it. */
  open(reception: Reception | undefined): void {
    const { rate } = reception?.options ?? {};
    this.#rate = rate && new TokenBucket(1000 / rate.perSecond, rate.burst);
    this.#reception = reception;
    this.#opened?.resolve();
    this.#opened = undefined;
  }

  /** Takes none until `open` is called: the config is switched. */
  close(): void {
    if (this.#opened !== undefined) return;
    let resolve = (): void => undefined;
    const promise = new Promise<void>((done) => (resolve = done));
    this.#opened = { promise, resolve };
  }

  /** Takes none any more. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Lets a request in, or throws a `Refused`. */
  admit(): void {
    this.#checkRunning();
    const seconds = this.#rate?.take() ?? 0;
    if (seconds > 0) throw refusedFor(429, seconds, "too many requests (http.rate); try again later");
  }

  /** The endpoint that takes events, once a switch of the config is over; undefined as `reception`. */
  async endpoint(): Promise<Endpoint | undefined> {
    if (this.#opened !== undefined) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((done) => (timer = setTimeout(done, patienceMs)));
      await Promise.race([this.#opened.promise, late]);
      clearTimeout(timer);
    }
    this.#checkRunning();
    if (this.#opened !== undefined) throw refusedFor(503, 5, "the config is being switched; try again");
    return this.#reception?.endpoint;
  }

  #checkRunning(): void {
    if (this.#isStopping) throw refusedFor(503, 5, "the exporter is stopping; try again");
  }
}
