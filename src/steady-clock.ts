import { isRecord, type JsonValue } from "./serializable.ts";
import type { Clock } from "./clock.ts";

/** One moment by both clocks, in Unix milliseconds. */
export interface Moment {
  /** By the wall clock: what events are dated by. */
  readonly wall: number;
  /** By the steady clock: what ids, tags and files grow old by. */
  readonly steady: number;
  /** False for an hour after the wall clock was set: its word alone ends nothing that cannot be undone. */
  readonly isSettled: boolean;
  /** How far the wall clock may be behind, having been set back within the hour (ms). */
  readonly behindMs: number;
}

/** Least difference from the monotonic clock that is a step of the wall clock, and no drift (ms). */
const leastStepMs = 60_000;

/** Time after a step in which it may be undone (ms). */
const doubtMs = 3_600_000;

/** Time between saves without a step (ms). */
const saveEveryMs = 60_000;

/**
 * Clock that goes on at the pace of the monotonic one, whatever the wall clock is set to, and never back. Over a restart it
 * goes by the wall clock, since no other went on.
 */
export class SteadyClock {
  /** Steps of the wall clock since the process started. */
  steps = 0;
  readonly #wall: Clock;
  readonly #monotonic: Clock;
  readonly #onStep: (stepMs: number) => void;
  /** The wall clock less the monotonic one at the last look. */
  #lead: number;
  /** What is to be added to the wall clock. */
  #offset = 0;
  /** The same before the steps that are in doubt. */
  #settledOffset = 0;
  #steppedAt = Number.NEGATIVE_INFINITY;
  #steady = Number.NEGATIVE_INFINITY;
  #savedAt = Number.NEGATIVE_INFINITY;

  /** `onStep` is told how far the wall clock was set, below 0 for back. */
  constructor(wall: Clock, monotonic: Clock, onStep: (stepMs: number) => void) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#onStep = onStep;
    this.#lead = wall() - monotonic();
  }

  /** Reads both clocks. */
  look(): Moment {
    const monotonic = this.#monotonic();
    const wall = this.#wall();
    const step = wall - monotonic - this.#lead;
    this.#lead = wall - monotonic;
    if (Math.abs(step) > leastStepMs) this.#step(step, monotonic);
    const isSettled = monotonic - this.#steppedAt > doubtMs;
    if (isSettled) this.#settledOffset = this.#offset;
    // Small steps are no reason to go back either.
    this.#steady = Math.max(this.#steady, wall + this.#offset);
    return { wall, steady: this.#steady, isSettled, behindMs: Math.max(0, this.#offset - this.#settledOffset) };
  }

  /** The steady time (Unix ms). */
  readonly now: Clock = () => this.look().steady;

  /** What is to be saved since the last call: after each step, and now and then; undefined for nothing. */
  change(): JsonValue | undefined {
    const { steady } = this.look();
    if (steady < this.#savedAt + saveEveryMs) return undefined;
    this.#savedAt = steady;
    return { steady, offset: this.#offset };
  }

  /** Goes on from what was saved. */
  restore(saved: JsonValue): void {
    const { steady, offset } = isRecord(saved) ? saved : {};
    if (typeof steady !== "number" || typeof offset !== "number") return;
    this.#offset = this.#settledOffset = offset;
    this.#steady = steady;
    const monotonic = this.#monotonic();
    const back = this.#wall() + offset - steady;
    if (back < -leastStepMs) this.#step(back, monotonic);
  }

  #step(stepMs: number, monotonic: number): void {
    this.steps++;
    this.#offset -= stepMs;
    this.#steppedAt = monotonic;
    this.#savedAt = Number.NEGATIVE_INFINITY;
    this.#onStep(stepMs);
  }
}
