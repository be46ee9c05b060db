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

/** Schedule of repeated work: at an interval, sooner after a hint, less often when it takes long. */
export class Pace {
  readonly #everyMs: number;
  #next = 0;
  #soonest = 0;

  /** `everyMs`: the usual interval. */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Monotonic time of the next run (ms). */
  get next(): number {
    return this.#next;
  }

  /** Requests an early run. */
  hint(): void {
    this.#next = Math.min(this.#next, this.#soonest);
  }

  /** Records a run; the next one is at least `restMs` later, whatever the hints. */
  done(restMs: number): void {
    const now = performance.now();
    this.#next = now + Math.max(this.#everyMs, restMs);
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

  /** Runs and measures a part of the work; returns and throws what it does. Parts must not nest. */
  measure<T>(part: () => T): T {
    const before = process.cpuUsage();
    try {
      return part();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.#us += user + system;
    }
  }
}
