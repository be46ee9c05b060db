import { isRecord, type Entry, type JsonValue } from "../serializable.ts";
import { generationIds, state, type State } from "./id-table.ts";

/** Generations within the time that an id is remembered: one leaves when that time is over for all of its ids. */
const perStretch = 16;

/** Key prefix of the saved generations. */
export const generationPrefix = "join-generation";

/** Order of the generations of all pools: the index of the next one. */
export interface Order {
  next: number;
}

/** The ids of one stretch of arrival. */
export interface Generation {
  /** Number in the slots, free again once the generation has left. */
  readonly id: number;
  /** Number in the order of all generations. */
  readonly index: number;
  /** When the first id arrived (Unix ms). */
  openedAt: number;
  /** Slots by state. */
  readonly counts: [free: number, predicted: number, label: number, joined: number];
  /** Slots written, those included that a later write replaced. */
  written: number;
  /** States whose slots were evicted, of which earlier records must not bring one back. */
  readonly evicted: Set<State>;
}

/**
 * Generations of the ids of a pool by arrival, oldest first. They are opened by time, and by number of ids, so that a full
 * table gives up its oldest ids and not all of a day.
 */
export class Generations {
  readonly #spanMs: number;
  readonly #mostWritten: number;
  /** By number in the slots. */
  readonly #byId: (Generation | undefined)[] = Array.from({ length: generationIds }, () => undefined);
  #all: Generation[] = [];
  #current: Generation | undefined;
  readonly #order: Order;
  readonly #changed = new Set<Generation>();

  /** `rememberMs` is how long an id is remembered at least, `most` the limit of ids, `order` that of all pools. */
  constructor(rememberMs: number, most: number, order: Order) {
    this.#order = order;
    this.#spanMs = rememberMs / perStretch;
    this.#mostWritten = Math.ceil(most / perStretch);
  }

  /** All of them, oldest first. */
  get all(): readonly Generation[] {
    return this.#all;
  }

  /** The one of a slot. */
  of(id: number): Generation | undefined {
    return this.#byId[id];
  }

  /** Whether another one can be told apart in the slots. */
  get hasRoom(): boolean {
    return this.#byId.includes(undefined);
  }

  /** The one that ids arriving `now` belong to, opened when it is time. */
  current(now: number): Generation {
    const current = this.#current ?? (this.hasRoom ? undefined : this.#all.at(-1));
    if (current !== undefined) {
      const isOver = now >= current.openedAt + this.#spanMs || current.written >= this.#mostWritten;
      if (!isOver) return current;
      if (current.written === 0) return this.#openAgain(current, now);
    }
    const id = this.#byId.indexOf(undefined);
    // All numbers are taken: the ids of this one are remembered for longer.
    if (id < 0 && current !== undefined) return (this.#current = current);
    return this.add({
      id,
      index: this.#order.next,
      openedAt: now,
      counts: [0, 0, 0, 0],
      written: 0,
      evicted: new Set(),
    });
  }

  /** Tells whether the oldest one has been remembered for long enough; a clock that was set back makes none wait for ever. */
  isOldestOver(now: number): boolean {
    for (const generation of this.#all) {
      if (generation.openedAt <= now) continue;
      generation.openedAt = now;
      this.#changed.add(generation);
    }
    const [oldest] = this.#all;
    return oldest !== undefined && now >= oldest.openedAt + (perStretch + 1) * this.#spanMs;
  }

  /** Closes the current one: the next id opens another. */
  close(): void {
    this.#current = undefined;
  }

  /** Adds one, which is then the current one. */
  add(generation: Generation): Generation {
    this.#order.next = Math.max(this.#order.next, generation.index + 1);
    this.#byId[generation.id] = generation;
    this.#all.push(generation);
    this.#changed.add(generation);
    this.#current = generation;
    return generation;
  }

  /** Notes that slots of a state were evicted. */
  evict(generation: Generation, of: State): void {
    generation.evicted.add(of);
    this.#changed.add(generation);
  }

  /** Takes one out of the order; its slots are still told by its number, until it is removed. */
  detach(generation: Generation): void {
    this.#all = this.#all.filter((other) => other !== generation);
    this.#changed.delete(generation);
    if (this.#current === generation) this.#current = undefined;
  }

  /** Removes one that was detached, once all of its slots have left. */
  remove(generation: Generation): void {
    this.#byId[generation.id] = undefined;
  }

  /** The entry that removes one from the state. */
  removal(pool: string, { index }: Generation): Entry {
    return { key: [generationPrefix, pool, orderText(index)], value: undefined };
  }

  /** Changed entries of the pool since the last call. */
  changes(pool: string): Entry[] {
    const entries = [...this.#changed].map((generation): Entry => {
      const { openedAt, evicted } = generation;
      return { key: [generationPrefix, pool, orderText(generation.index)], value: { openedAt, evicted: [...evicted] } };
    });
    this.#changed.clear();
    return entries;
  }

  /** Restores a saved one. */
  restore(index: number, value: JsonValue): void {
    const id = this.#byId.indexOf(undefined);
    const saved = isRecord(value) ? value : {};
    const openedAt = typeof saved["openedAt"] === "number" ? saved["openedAt"] : 0;
    const listed: readonly unknown[] = Array.isArray(saved["evicted"]) ? saved["evicted"] : [];
    const evicted = new Set(Object.values(state).filter((one) => listed.includes(one)));
    this.add({ id, index, openedAt, counts: [0, 0, 0, 0], written: 0, evicted });
    this.#changed.clear();
  }

  #openAgain(generation: Generation, now: number): Generation {
    generation.openedAt = now;
    this.#changed.add(generation);
    return generation;
  }
}

/** A number as a part of a key, so that the keys of the store are in its order. */
export function orderText(index: number): string {
  return String(index).padStart(15, "0");
}
