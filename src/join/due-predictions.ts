import { Heap } from "../heap.ts";
import { state } from "./id-table.ts";
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
  readonly #leastBound: number;
  #bound: number;
  #heap = emptyHeap();

  /** `maxIds` is the limit of ids: about so many are kept, however many predictions get their label before. */
  constructor(maxIds: number) {
    this.#leastBound = 2 * maxIds;
    this.#bound = this.#leastBound;
  }

  /** Predictions that are kept, those included that have got their label since the last ones were left out. */
  get size(): number {
    return this.#heap.items.length;
  }

  /** Adds a prediction that waits in a pool under a hash. */
  add(at: number, pool: Pool, low: number, high: number): void {
    if (this.size >= this.#bound) this.#leaveOut();
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

  /** Leaves out those that wait no more. */
  #leaveOut(): void {
    const all = this.#heap.items;
    this.#heap = emptyHeap();
    for (const due of all) if (isWaiting(due)) this.#heap.push(due);
    this.#bound = Math.max(this.#leastBound, 2 * this.size);
  }
}

function emptyHeap(): Heap<Due> {
  return new Heap((one, other) => one.at < other.at);
}

function isWaiting({ pool: { table }, low, high }: Due): boolean {
  for (let found = table.seek(low, high); found; found = table.next()) if (table.state === state.predicted) return true;
  return false;
}
