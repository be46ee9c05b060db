import type { IngestOptions } from "./options.ts";

/** Token bucket: lets requests in at a rate, and so many at once. */
export class Rate {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #at: number;

  /** `now` is monotonic (ms), here and below. */
  constructor({ perSecond, burst }: NonNullable<IngestOptions["rate"]>, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#at = now;
  }

  /** Lets a request in; otherwise returns the whole seconds until the next one may come. */
  take(now: number): number | undefined {
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left >= 1) {
      this.#left -= 1;
      return undefined;
    }
    return Math.max(1, Math.ceil((1 - this.#left) / this.#perSecond));
  }
}
