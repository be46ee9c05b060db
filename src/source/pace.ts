/** How soon after it was done something is done again at the earliest (ms), when an event asks for it. */
const hintMs = 20;

/** Work that hung is not waited for longer than this (ms): a file server was away, or the machine was paused. */
const longestRestMs = 5000;

/**
 * How long to rest (ms) after work that took `tookMs` by the clock, `ownMs` of them of the processor: as long as it took,
 * up to some seconds, and `times` as long as it worked. On a busy machine it takes long without being much.
 */
export function restAfter(tookMs: number, ownMs: number, times: number): number {
  return Math.max(Math.min(tookMs, longestRestMs), ownMs * times);
}

/** How often something is done: from time to time, sooner when there is a hint, and less often when it takes long. */
export class Pace {
  readonly #everyMs: number;
  #next = 0;
  #soonest = 0;

  /** It is done every so often (ms). */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** When it is to be done again, by the monotonic clock (ms). */
  get next(): number {
    return this.#next;
  }

  /** There is reason to do it soon. */
  hint(): void {
    this.#next = Math.min(this.#next, this.#soonest);
  }

  /** It was done, and is not done again within `restMs`, whatever the hints. */
  done(restMs: number): void {
    const now = performance.now();
    this.#next = now + Math.max(this.#everyMs, restMs);
    this.#soonest = now + Math.max(hintMs, restMs);
  }
}

/**
 * Adds up the processor time of work that is done in parts, between which others have their turn. Their time is not counted,
 * nor is that in which a busy machine gave the processor to another program.
 */
export class Stopwatch {
  #us = 0;

  /** What was measured so far (ms); 0 at first. */
  get ms(): number {
    return this.#us / 1000;
  }

  /** Does a part of the work and measures it; gives and throws what the part does. Parts must not hold one another. */
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
