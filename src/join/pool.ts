import type { AnyEntry, Entry, EntryKey, JsonValue } from "../serializable.ts";
import type { Cell, Cells } from "./cells.ts";
import { Generations, orderText, type Generation, type Order } from "./generations.ts";
import { heldTime, IdTable, state, type State } from "./id-table.ts";
import { readRecord, recordBytes, RecordLog, type IdRecord } from "./records.ts";

/** Key prefix of the saved records. */
export const recordPrefix = "join-ids";

/** Why a slot leaves: it was remembered for long enough, or there are too many. */
export type Departure = "expired" | "capacity";

/** Receiver of slots that leave, at the cursor; true keeps the slot, which it has written anew. */
export type OnLeave = (low: number, high: number, why: Departure) => boolean;

/** States in the order in which the oldest ids are given up. */
const leastWanted: readonly State[] = [state.label, state.predicted];

/** Ids that are remembered for the same time: their table, their generations, and what is written down of them. */
export class Pool {
  /** What it is called in the state. */
  readonly name: string;
  readonly table = new IdTable();
  readonly #generations: Generations;
  readonly #cells: Cells;
  /** Records to save by generation; undefined where nothing is saved. */
  #logs: Map<Generation, RecordLog> | undefined;
  #removals: Entry[] = [];
  /** Filled anew for each record. */
  readonly #record: IdRecord = { low: 0, high: 0, state: 0, cell: 0, time: 0 };

  /** An id is remembered for `rememberMs` at least; `most` is the limit of ids of all pools, `order` of their generations. */
  constructor(rememberMs: number, most: number, cells: Cells, order: Order) {
    this.name = String(rememberMs);
    this.#generations = new Generations(rememberMs, most, order);
    this.#cells = cells;
  }

  /** Slots of a state. */
  count(of: State): number {
    return this.#generations.all.reduce((sum, { counts }) => sum + counts[of], 0);
  }

  /** Index of the oldest generation; infinity without any. */
  get oldestIndex(): number {
    return this.#generations.all[0]?.index ?? Number.POSITIVE_INFINITY;
  }

  /** The cell of the cursor's slot. */
  get cell(): Cell | undefined {
    return this.#cells.get(this.table.cell);
  }

  /** Writes a slot, at the cursor or as a new one with this hash. */
  write(where: "cursor" | "new", low: number, high: number, to: State, cell: Cell, time: number, now: number): void {
    const generation = this.#generations.current(now);
    this.#cells.use(cell, generation.index);
    if (where === "cursor") this.#uncount();
    else this.table.insert(low, high);
    const held = heldTime(time);
    this.table.set(to, generation.id, cell.number, held);
    generation.counts[to]++;
    this.#note(generation, low, high, to, cell.number, held);
  }

  /** Takes out the cursor's slot, which is in another pool from now on. */
  takeOut(low: number, high: number, now: number): void {
    const { cell } = this.table;
    this.#uncount();
    this.table.remove();
    this.#note(this.#generations.current(now), low, high, 0, cell, heldTime(0));
  }

  /** Lets go of ids that were remembered for long enough. */
  expire(now: number, onLeave: OnLeave): void {
    const over: Generation[] = [];
    while (this.#generations.isOldestOver(now)) {
      const [oldest] = this.#generations.all;
      if (oldest === undefined) break;
      over.push(oldest);
      this.#generations.detach(oldest);
    }
    if (over.length === 0) return;
    this.#leave((generation) => over.includes(generation), "expired", onLeave);
    for (const generation of over) this.#remove(generation);
  }

  /** Gives up about a thirtieth of the ids: joined ones first, then the oldest labels and predictions. */
  evict(onLeave: OnLeave): void {
    if (!this.#generations.hasRoom) {
      this.evictOldest(onLeave);
      return;
    }
    const goal = Math.max(1, Math.ceil(this.table.size / 32));
    this.#generations.close();
    const { all } = this.#generations;
    const order: readonly { generation: Generation; of: State }[] = [
      ...all.map((generation) => ({ generation, of: state.joined })),
      ...all.flatMap((generation) => leastWanted.map((of) => ({ generation, of }))),
    ];
    const leaving = new Map<Generation, Set<State>>();
    let count = 0;
    for (const { generation, of } of order) {
      if (count >= goal) break;
      if (generation.counts[of] === 0) continue;
      count += generation.counts[of];
      leaving.set(generation, (leaving.get(generation) ?? new Set()).add(of));
      this.#generations.evict(generation, of);
    }
    this.#leave((generation, of) => leaving.get(generation)?.has(of) === true, "capacity", onLeave);
    this.#removeEmpty();
  }

  /** Gives up the oldest generation. */
  evictOldest(onLeave: OnLeave): void {
    const [oldest] = this.#generations.all;
    if (oldest === undefined) return;
    this.#generations.detach(oldest);
    this.#leave((generation) => generation === oldest, "capacity", onLeave);
    this.#remove(oldest);
  }

  /** Changed entries since the last call. */
  changes(): AnyEntry[] {
    const entries: AnyEntry[] = this.#removals;
    this.#removals = [];
    entries.push(...this.#generations.changes(this.name));
    for (const [generation, log] of this.#logs ?? []) {
      for (const [blob, value] of log.changes()) entries.push({ key: this.#key(generation, blob), value });
    }
    return entries;
  }

  /** Restores a saved generation. */
  restoreGeneration(key: EntryKey, value: JsonValue): void {
    this.#generations.restore(Number(key[2]), value);
  }

  /** Restores saved records; call it in the order of their keys, after their generations and cells. */
  restoreRecords(key: EntryKey, bytes: Uint8Array): void {
    const index = Number(key[2]);
    const generation = this.#generations.all.find((one) => one.index === index);
    if (generation === undefined) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + recordBytes <= bytes.byteLength; at += recordBytes) {
      readRecord(view, at, this.#record);
      this.#apply(this.#record, generation);
    }
    generation.written += bytes.byteLength / recordBytes;
    this.#logs ??= new Map();
    this.#logs.set(generation, new RecordLog(Number(key[3]) + 1));
  }

  /** Ends the restoring: counts what is there, without what was evicted. From here on changes are kept. */
  settle(): void {
    this.#logs ??= new Map();
    this.table.retain(() => {
      const generation = this.#generations.of(this.table.generation);
      const { cell } = this;
      const of = this.table.state;
      if (generation === undefined || cell === undefined || generation.evicted.has(of)) return false;
      generation.counts[of]++;
      this.#cells.use(cell, generation.index);
      return true;
    });
    this.#generations.close();
  }

  /** Shows every slot at the cursor, which may be written anew. */
  sweep(onSlot: (low: number, high: number) => void): void {
    this.table.retain((low, high) => {
      onSlot(low, high);
      return true;
    });
  }

  #apply({ low, high, state: to, cell, time }: IdRecord, generation: Generation): void {
    const { table } = this;
    const tag = this.#cells.get(cell)?.tag;
    const said = this.#cells.get(cell);
    if (said !== undefined) said.lastIndex = Math.max(said.lastIndex, generation.index);
    for (let found = table.seek(low, high); found; found = table.next()) {
      if (table.state === state.label || (to !== state.label && this.cell?.tag === tag)) {
        if (to === 0) table.remove();
        else table.set(to, generation.id, cell, time);
        return;
      }
    }
    if (to === 0) return;
    table.insert(low, high);
    table.set(to, generation.id, cell, time);
  }

  #leave(isLeaving: (generation: Generation, of: State) => boolean, why: Departure, onLeave: OnLeave): void {
    this.table.retain((low, high) => {
      const generation = this.#generations.of(this.table.generation);
      if (generation === undefined || !isLeaving(generation, this.table.state)) return true;
      if (onLeave(low, high, why)) return true;
      this.#uncount();
      return false;
    });
  }

  #uncount(): void {
    const { cell } = this;
    const generation = this.#generations.of(this.table.generation);
    if (generation !== undefined) generation.counts[this.table.state]--;
    if (cell !== undefined) this.#cells.release(cell);
  }

  #note(generation: Generation, low: number, high: number, to: State | 0, cell: number, time: number): void {
    generation.written++;
    if (this.#logs === undefined) return;
    let log = this.#logs.get(generation);
    if (log === undefined) this.#logs.set(generation, (log = new RecordLog(0)));
    log.add(low, high, to, cell, time);
  }

  /** Removes the oldest generations while they are empty: later ones may need theirs to undo earlier records. */
  #removeEmpty(): void {
    for (const generation of this.#generations.all) {
      if (generation.counts.some((count) => count > 0)) break;
      this.#generations.detach(generation);
      this.#remove(generation);
    }
  }

  #remove(generation: Generation): void {
    this.#generations.remove(generation);
    if (this.#logs === undefined) return;
    this.#removals.push(this.#generations.removal(this.name, generation));
    const log = this.#logs.get(generation);
    this.#logs.delete(generation);
    for (let blob = 0; blob <= (log?.blobs ?? -1); blob++) {
      this.#removals.push({ key: this.#key(generation, blob), value: undefined });
    }
  }

  #key(generation: Generation, blob: number): EntryKey {
    return [recordPrefix, this.name, orderText(generation.index), orderText(blob)];
  }
}
