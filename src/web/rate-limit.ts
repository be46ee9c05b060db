/** Token bucket: one request each interval, and bursts. */
export class RateLimit {
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

  /** Takes a token: 0, or the time until there is one (ms) when there is none. */
  take(): number {
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / this.#intervalMs);
    this.#at = now;
    if (this.#tokens < 1) return (1 - this.#tokens) * this.#intervalMs;
    this.#tokens -= 1;
    return 0;
  }
}
