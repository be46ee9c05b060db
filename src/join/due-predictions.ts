import { Heap } from "../heap.ts";
import type { Pool } from "./pool.ts";

/** Prediction whose time for a label is over after `at` (Unix ms). */
interface Due {
  readonly at: number;
  readonly pool: Pool;
  readonly low: number;
  readonly high: number;
}

/** Predictions by when their time for a label is over. */
export class DuePredictions {
  readonly #heap = new Heap<Due>((one, other) => one.at < other.at);

  /** Adds a prediction that waits in a pool under a hash. */
  add(at: number, pool: Pool, low: number, high: number): void {
    this.#heap.push({ at, pool, low, high });
  }

  /** Removes and shows the slots whose time was over before `now`, the earliest first, each at the cursor of its pool. */
  show(now: number, onSlot: (pool: Pool, low: number, high: number) => void): void {
    for (let { first } = this.#heap; first !== undefined && first.at < now; { first } = this.#heap) {
      this.#heap.pop();
      const { pool, low, high } = first;
      for (let found = pool.table.seek(low, high); found; found = pool.table.next()) onSlot(pool, low, high);
    }
  }
}
