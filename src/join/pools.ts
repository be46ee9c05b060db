import type { AnyEntry, SavedEntry } from "../serializable.ts";
import { cellPrefix, type Cell, type Cells } from "./cells.ts";
import { generationPrefix } from "./generations.ts";
import { state, type State } from "./id-table.ts";
import { Pool, recordPrefix, type Departure } from "./pool.ts";

/** Key prefixes of the saved entries, in the order in which they are restored. */
export const joinPrefixes = [cellPrefix, generationPrefix, recordPrefix] as const;

/** Receiver of a slot that leaves, at the cursor of its pool; true keeps it, written anew. */
type OnLeave = (pool: Pool, low: number, high: number, why: Departure) => boolean;

/** Slots by state, and their memory. */
export interface JoinSize {
  readonly predictions: number;
  readonly labels: number;
  readonly joined: number;
  readonly bytes: number;
}

/** All pools, one for each time that ids are remembered, within one limit of ids. */
export class Pools {
  readonly all: readonly Pool[];
  readonly cells: Cells;
  readonly #byStretch: ReadonlyMap<number, Pool>;
  readonly #maxIds: number;
  readonly #onLeave: OnLeave;
  /** Removals of the entries of pools that the config no longer has. */
  #removals: AnyEntry[] = [];

  /** `stretches` are how long ids are remembered (ms), `maxIds` is the limit of all of them. */
  constructor(stretches: Iterable<number>, maxIds: number, cells: Cells, onLeave: OnLeave) {
    const order = { next: 0 };
    this.cells = cells;
    this.#maxIds = maxIds;
    this.#onLeave = onLeave;
    this.#byStretch = new Map(
      [...new Set(stretches)].map((stretch) => [stretch, new Pool(stretch, maxIds, cells, order)]),
    );
    this.all = [...this.#byStretch.values()];
  }

  /** Slots by state, and their memory. */
  get size(): JoinSize {
    const sum = (of: (pool: Pool) => number): number => this.all.reduce((total, pool) => total + of(pool), 0);
    return {
      predictions: sum((pool) => pool.count(state.predicted)),
      labels: sum((pool) => pool.count(state.label)),
      joined: sum((pool) => pool.count(state.joined)),
      bytes: sum((pool) => pool.table.bytes),
    };
  }

  /** The pool of ids that are remembered for so long. */
  of(stretch: number): Pool {
    const pool = this.#byStretch.get(stretch);
    if (pool === undefined) throw new Error("no such pool");
    return pool;
  }

  /** Makes room for one more id. */
  makeRoom(): void {
    while (this.#ids >= this.#maxIds) {
      const largest = this.#largest;
      largest.evict((low, high, why) => this.#onLeave(largest, low, high, why));
    }
    while (this.cells.isFull && this.#ids > 0) {
      const largest = this.#largest;
      largest.evictOldest((low, high, why) => this.#onLeave(largest, low, high, why));
      this.#forgetCells();
    }
  }

  /** Lets go of ids that were remembered for long enough. */
  expire(now: number): void {
    for (const pool of this.all) pool.expire(now, (low, high, why) => this.#onLeave(pool, low, high, why));
  }

  /** Takes a label that waited in every pool out of the others than the one that used it. */
  takeOutElsewhere(used: Pool, low: number, high: number, now: number): void {
    for (const pool of this.all) {
      if (pool === used) continue;
      for (let found = pool.table.seek(low, high); found; found = pool.table.next()) {
        if (pool.table.state !== state.label) continue;
        pool.takeOut(low, high, now);
        break;
      }
    }
  }

  /** Changed entries since the last call. */
  changes(): AnyEntry[] {
    this.#forgetCells();
    const removals = this.#removals;
    this.#removals = [];
    return [...removals, ...this.cells.changes(), ...this.all.flatMap((pool) => pool.changes())];
  }

  /**
   * Restores saved entries, in the order of their prefixes and keys; from then on changes are kept. Ids of models that are
   * remembered for another time by now go to the pool that `homeOf` gives for what they say.
   */
  restore(
    entries: Iterable<SavedEntry>,
    spelling: (labels: readonly string[], name: string) => string,
    homeOf: (cell: Cell) => Pool | undefined,
    now: number,
  ): void {
    const pools = new Map(this.all.map((pool) => [pool.name, pool]));
    const retired: Pool[] = [];
    for (const [key, value] of entries) {
      if (key[0] === cellPrefix && !(value instanceof Uint8Array)) {
        this.cells.restore(key, value, spelling);
        continue;
      }
      const name = String(key[1]);
      let pool = pools.get(name);
      if (pool === undefined) {
        pools.set(name, (pool = new Pool(Number(name), this.#maxIds, this.cells, { next: 0 })));
        retired.push(pool);
      }
      if (value instanceof Uint8Array) pool.restoreRecords(key, value);
      else pool.restoreGeneration(key, value);
      if (retired.includes(pool)) this.#removals.push({ key, value: undefined });
    }
    for (const pool of pools.values()) pool.settle();
    this.cells.settle();
    for (const pool of pools.values()) this.#moveAway(pool, retired.includes(pool), homeOf, now);
  }

  /** Moves ids to the pools where they are looked for. */
  #moveAway(from: Pool, isRetired: boolean, homeOf: (cell: Cell) => Pool | undefined, now: number): void {
    const moving: (readonly [low: number, high: number, of: State, cell: Cell, time: number, to: Pool])[] = [];
    from.sweep((low, high) => {
      const { table, cell } = from;
      const to = cell && (homeOf(cell) ?? (isRetired ? this.all[0] : from));
      if (cell !== undefined && to !== undefined && to !== from) {
        moving.push([low, high, table.state, cell, table.time, to]);
      }
    });
    for (const [low, high, of, cell, time, to] of moving) {
      this.makeRoom();
      to.write("new", low, high, of, cell, time, now);
      for (let found = from.table.seek(low, high); found; found = from.table.next()) {
        if (from.cell !== cell) continue;
        from.takeOut(low, high, now);
        break;
      }
    }
  }

  get #ids(): number {
    let ids = 0;
    for (const { table } of this.all) ids += table.size;
    return ids;
  }

  get #largest(): Pool {
    return this.all.reduce((largest, pool) => (pool.table.size > largest.table.size ? pool : largest));
  }

  #forgetCells(): void {
    this.cells.forget(Math.min(...this.all.map(({ oldestIndex }) => oldestIndex)));
  }
}
