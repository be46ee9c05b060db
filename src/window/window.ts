import type { JsonValue } from "../serializable.ts";
import type { CellCounts } from "./cell-counts.ts";

/**
 * Counts of cells by number in one window of a tag. To add a kind of window, implement this interface and add a line to
 * `window-kinds.ts`; a shared test suite compares every kind with a naive recount.
 */
export interface Window {
  /** Counts in the window as of the last `add` or `slide`. */
  readonly totals: CellCounts;
  /**
   * Counts one outcome; false when it is older than the window and left out. `time` and `now` are Unix milliseconds,
   * `time` within the tolerated future. Amortised constant cost.
   */
  add(cell: number, time: number, now: number): boolean;
  /** Removes outcomes that have expired by `now`. */
  slide(now: number): void;
  /** Renumbers cells: `numbers[old]` is the new number of every cell with a count. */
  renumber(numbers: readonly number[]): void;
  /** Parts changed since the last call, by number; undefined removes a part. */
  changes(): [part: number, value: JsonValue | undefined][];
  /** Numbers of all parts that may be in the store. */
  parts(): number[];
  /** Restores one part; false, without effect, for an unreadable part. */
  restore(part: number, value: JsonValue): boolean;
}
