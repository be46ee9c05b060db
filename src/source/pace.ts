import { setImmediate as nextTurn } from "node:timers/promises";

/** Maximum time of a search per turn of the event loop (ms). */
const turnMs = 15;

/** Minimum interval after a hint (ms). */
const hintMs = 20;

/** Maximum rest for wall-clock time (ms): after a hang, a file server was away, or the machine was paused. */
const longestRestMs = 5000;

/**
 * Computes the rest (ms) after work of `tookMs` wall-clock and `ownMs` processor time: as long as the former, up to some
 * seconds, and `times` the latter. Both, since little work takes long on a busy machine.
 */
export function restAfter(tookMs: number, ownMs: number, times: number): number {
  return Math.max(Math.min(tookMs, longestRestMs), ownMs * times);
}

/** Schedule of repeated work: at an interval, sooner after a hint, less often at rest and when it takes long. */
export class Pace {
  readonly #everyMs: number;
  readonly #restingMs: number;
  #next = 0;
  #soonest = 0;

  /** `everyMs`: the usual interval; `restingMs`: that at rest, if it is longer. */
  constructor(everyMs: number, restingMs = everyMs) {
    this.#everyMs = everyMs;
    this.#restingMs = Math.max(everyMs, restingMs);
  }

  /** Monotonic time of the next run (ms). */
  get next(): number {
    return this.#next;
  }

  /** Requests an early run. */
  hint(): void {
    this.#next = Math.min(this.#next, this.#soonest);
  }

  /** Ends a rest: the next run is no later than the usual interval from now. */
  wake(): void {
    this.#next = Math.min(this.#next, Math.max(this.#soonest, performance.now() + this.#everyMs));
  }

  /** Records a run; the next one is at least `restMs` later, whatever the hints. */
  done(restMs: number, isResting = false): void {
    const now = performance.now();
    this.#next = now + Math.max(isResting ? this.#restingMs : this.#everyMs, restMs);
    this.#soonest = now + Math.max(hintMs, restMs);
  }
}

/**
 * Adds up the processor time of work in parts. Other work between the parts is not counted, nor is the time in which a busy
 * machine runs other programs.
 */
export class Stopwatch {
  #us = 0;

  /** Processor time so far (ms). */
  get ms(): number {
    return this.#us / 1000;
  }

  /** Adds the processor time since `before`. */
  add(before: NodeJS.CpuUsage): void {
    const { user, system } = process.cpuUsage(before);
    this.#us += user + system;
  }

  /** Runs and measures a part of the work; returns and throws what it does. Parts must not nest. */
  measure<T>(part: () => T): T {
    const before = process.cpuUsage();
    try {
      return part();
    } finally {
      this.add(before);
    }
  }
}

/**
 * Cuts long work into turns of the event loop, and measures its processor time. Work asks `isOver` after each small step,
 * and awaits `next` when it is.
 */
export class Turns {
  readonly #own: Stopwatch;
  #before = process.cpuUsage();
  #end = performance.now() + turnMs;

  constructor(own: Stopwatch) {
    this.#own = own;
  }

  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** Lets others have a turn. */
  async next(): Promise<void> {
    this.stop();
    await nextTurn();
    this.#before = process.cpuUsage();
    this.#end = performance.now() + turnMs;
  }

  /** Ends the measurement. */
  stop(): void {
    this.#own.add(this.#before);
  }
}
