import type { JsonValue } from "../serializable.ts";
import type { Additions, Outcome } from "./measure.ts";
import type { NumberedSums } from "./numbered-sums.ts";

/** A slice of a window and its counts, as `[cell, count, ...]`. */
export interface Pane {
  /** Unix milliseconds; the end is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/**
 * Sums by number in one window of a tag. To add a kind of window, implement this interface and add a line to
 * `window-kinds.ts`; a shared test suite compares every kind with a naive recount.
 */
export interface Window {
  /** Sums in the window as of the last `add` or `slide`. */
  readonly totals: NumberedSums;
  /**
   * Adds one outcome, whose `additions` the measures made; false when it is older than the window and left out. `time` and
   * `now` are Unix milliseconds, `time` within the tolerated future. Amortised constant cost.
   */
  add(outcome: Outcome, additions: Additions, time: number, now: number): boolean;
  /** Replaces an outcome that was added with this `time`, or has the same key; false when it has left the window. */
  mend(from: Outcome, to: Outcome, time: number): boolean;
  /** Numbers of all cells with a count, those that do not count in the totals yet included. */
  cells(): Iterable<number>;
  /** Tells whether `slide` would change nothing. */
  isAsOf(now: number): boolean;
  /** Removes outcomes that have expired by `now`. */
  slide(now: number): void;
  /** Gives up what has expired, which would count again when the clock is set back. */
  forget(): void;
  /** Panes of the whole window as of the last `slide`, empty ones too, oldest first; none where it has no times. */
  panes(): readonly Pane[];
  /** Renumbers cells: `numbers[old]` is the new number of every cell with a count. */
  renumber(numbers: readonly number[]): void;
  /** Parts changed since the last call, as of now, by number; made while they are read. Undefined removes a part. */
  changes(): Iterable<readonly [part: number, value: JsonValue | undefined]>;
  /** Numbers of all parts that may be in the store. */
  parts(): number[];
  /** Restores one part; false, without effect, for an unreadable part. */
  restore(part: number, value: JsonValue): boolean;
}
