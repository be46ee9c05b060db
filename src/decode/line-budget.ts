import { monotonicClock, type Clock } from "../clock.ts";
import type { PartialLine } from "./partial-lines.ts";

/** Most bytes of all unfinished lines. */
const mostBytes = 32 * 1024 * 1024;

/** Memory that all unfinished lines share; past it the largest one is given up. */
export class LineBudget {
  /** The time that lines wait by (ms). */
  readonly now: Clock;
  readonly #most: number;
  readonly #lines = new Set<PartialLine>();
  #bytes = 0;

  constructor(most = mostBytes, now = monotonicClock) {
    this.#most = most;
    this.now = now;
  }

  /** Bytes of all unfinished lines. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Notes that a line takes more bytes, or less of them. */
  note(line: PartialLine, by: number): void {
    this.#bytes += by;
    if (line.size > 0) this.#lines.add(line);
    else this.#lines.delete(line);
  }

  /** Gives up the largest lines until the others fit. */
  keepWithin(): void {
    while (this.#bytes > this.#most) {
      let largest: PartialLine | undefined;
      for (const line of this.#lines) if (largest === undefined || line.size > largest.size) largest = line;
      if (largest === undefined) return;
      largest.giveUp();
    }
  }
}
