import type { Plain } from "../plain.ts";
import type { CellCounts } from "./cell-counts.ts";

/**
 * A window of one tag: counts of cells, by number. It knows neither classes nor logs. A kind of window is this
 * contract and a line in `window-kinds.ts`; one suite of tests holds every kind against a naive recount.
 */
export interface Window {
  /** What is in the window as of the last `add` or `slide`. */
  readonly totals: CellCounts;
  /**
   * Counts one outcome. `time` and `now` are Unix milliseconds, `time` not past what the window was made for.
   * False when the outcome is older than the window and was left out. Amortised constant cost.
   */
  add(cell: number, time: number, now: number): boolean;
  /** Lets go of what has left the window by `now`. */
  slide(now: number): void;
  /** Gives cells new numbers: `numbers[old]` is the new one. Every cell with a count has one. */
  renumber(numbers: readonly number[]): void;
  /** What was changed since the last call, in parts that are kept under their number; undefined removes the part. */
  changes(): [part: number, value: Plain | undefined][];
  /** The numbers of all parts that earlier calls of `changes` may have given and not removed. */
  parts(): number[];
  /** Takes back one part that `changes` gave; a part that cannot be read is left out, and the result is false. */
  restore(part: number, value: Plain): boolean;
}
