import type { Clock } from "./clock.ts";
import type { Moment } from "./steady-clock.ts";

/** Source of the current time for windows. */
export interface Timeline {
  /** Reads the clock, before each batch of lines. */
  refresh(): void;
  /** Receives an event's time (Unix milliseconds, or NaN). */
  observe(time: number): void;
  /** Unix milliseconds. */
  readonly now: number;
  /** The time by which ids grow old (Unix ms), which is never set. */
  readonly steady: number;
  /** How far `now` may be behind (ms). */
  readonly behindMs: number;
}

/** Wall-clock time, read once per batch: the timeline of the daemon. */
export class WallTimeline implements Timeline {
  #moment: Moment;
  readonly #clock: { look(): Moment };

  constructor(clock: { look(): Moment }) {
    this.#clock = clock;
    this.#moment = clock.look();
  }

  get now(): number {
    return this.#moment.wall;
  }

  get steady(): number {
    return this.#moment.steady;
  }

  get behindMs(): number {
    return this.#moment.behindMs;
  }

  refresh(): void {
    this.#moment = this.#clock.look();
  }

  observe(): void {
    // Events do not advance the wall clock.
  }
}

/** Limit of times in the future: those beyond it are taken for wrong. */
export class FutureLimit {
  readonly #clock: Clock;
  readonly #futureMs: number;
  #limit = Number.NEGATIVE_INFINITY;

  /** `futureMs` is the tolerated future. */
  constructor(clock: Clock, futureMs: number) {
    this.#clock = clock;
    this.#futureMs = futureMs;
  }

  /** Tells whether a time (Unix milliseconds) is within the tolerated future. */
  tolerates(time: number): boolean {
    if (time > this.#limit) this.#limit = this.#clock() + this.#futureMs;
    return time <= this.#limit;
  }
}

/**
 * Latest time of any event: the timeline of a replayed log. Ignores times beyond the tolerated future, since a wrong one
 * would expire all other outcomes.
 */
export class EventTimeline implements Timeline {
  readonly behindMs = 0;
  #latest = Number.NEGATIVE_INFINITY;
  readonly #clock: Clock;
  readonly #future: FutureLimit;

  /** `clock` is used until an event has a time. */
  constructor(clock: Clock, future: FutureLimit) {
    this.#clock = clock;
    this.#future = future;
  }

  get now(): number {
    return this.#latest === Number.NEGATIVE_INFINITY ? this.#clock() : this.#latest;
  }

  get steady(): number {
    return this.now;
  }

  refresh(): void {
    // Only events advance this time.
  }

  observe(time: number): void {
    if (time > this.#latest && this.tolerates(time)) this.#latest = time;
  }

  /** Tells whether a time (Unix milliseconds) is taken for right. */
  tolerates(time: number): boolean {
    return this.#future.tolerates(time);
  }
}
