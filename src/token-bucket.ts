/** Token bucket: one request each interval, and bursts. */
export class TokenBucket {
  readonly #intervalMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #at: number;

  constructor(intervalMs: number, burst: number, now = (): number => performance.now()) {
    this.#intervalMs = intervalMs;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#at = now();
  }

  /** Takes a token: 0, or the whole seconds from 1 on until there is one. */
  take(): number {
    const now = this.#now();
    const tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / this.#intervalMs);
    if (tokens < 1) return Math.ceil(((1 - tokens) * this.#intervalMs) / 1000);
    this.#tokens = tokens - 1;
    this.#at = now;
    return 0;
  }
}
