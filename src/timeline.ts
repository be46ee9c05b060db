import type { Clock } from "./clock.ts";

/** Source of the current time for windows. */
export interface Timeline {
  /** Reads the clock, before each batch of lines. */
  refresh(): void;
  /** Receives an event's time (Unix milliseconds, or NaN). */
  observe(time: number): void;
  /** Unix milliseconds. */
  readonly now: number;
}

/** Wall-clock time, read once per batch: the timeline of the daemon. */
export class WallTimeline implements Timeline {
  now: number;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.now = clock();
  }

  refresh(): void {
    this.now = this.#clock();
  }

  observe(): void {
    // Events do not advance the wall clock.
  }
}

/** Latest time of any event: the timeline of a replayed log. */
export class EventTimeline implements Timeline {
  #latest = Number.NEGATIVE_INFINITY;
  readonly #clock: Clock;

  /** `clock` is used until an event has a time. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get now(): number {
    return this.#latest === Number.NEGATIVE_INFINITY ? this.#clock() : this.#latest;
  }

  refresh(): void {
    // Only events advance this time.
  }

  observe(time: number): void {
    if (time > this.#latest) this.#latest = time;
  }
}
