import { Shard, shardBits, slotWords } from "./shard.ts";

/** States of an id. */
export const state = {
  /** A prediction that waits for its label. */
  predicted: 1,
  /** A label that waits for its prediction. */
  label: 2,
  /** Joined, and remembered for repeats and corrections. */
  joined: 3,
} as const;

/** One of `state`. */
export type State = (typeof state)[keyof typeof state];

/** Number of generations that a slot can tell apart. */
export const generationIds = 64;

/** Number of classes pairs that a slot can tell apart. */
export const mostCells = 2 ** 21;

const shards = 2 ** shardBits;
const shardMask = shards - 1;
const cellMask = mostCells - 1;

/** Times of slots are milliseconds since 1990, in 41 bits: until 2059. */
const epoch = Date.UTC(1990, 0, 1);
const mostTime = 2 ** (32 + shardBits) - 1;

/** Limits a time to those that a slot can hold. */
export function heldTime(time: number): number {
  return Math.min(Math.max(Math.floor(time), epoch), epoch + mostTime);
}

/** High bits of a held time. */
export function timeHigh(time: number): number {
  return Math.floor((time - epoch) / 0x1_0000_0000);
}

/** Low 32 bits of a held time. */
export function timeLow(time: number): number {
  return (time - epoch) % 0x1_0000_0000;
}

/** The time of which these are the bits. */
export function timeOf(high: number, low: number): number {
  return epoch + high * 0x1_0000_0000 + low;
}

/**
 * Table of ids by hash: 16 bytes a slot, no object. Times in it are absolute, so that a backlog may be of any age. Several
 * slots may have one hash: predictions of several tags under one id. A cursor reads and changes a slot; it is good until
 * the next `insert` or `retain`.
 */
export class IdTable {
  readonly #shards: readonly Shard[];
  /** Slots in use. */
  size = 0;
  #shard: Shard;
  #at = -1;
  #low = 0;
  #high = 0;

  constructor() {
    this.#shards = Array.from({ length: shards }, () => new Shard());
    this.#shard = this.#shardOf(0);
  }

  /** Bytes in memory. */
  get bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.bytes, 0);
  }

  /** Moves the cursor to the first slot with this hash; false when there is none. */
  seek(low: number, high: number): boolean {
    this.#low = low;
    this.#high = high;
    this.#shard = this.#shardOf(low);
    this.#at = this.#shard.find(low, high);
    return this.#at >= 0;
  }

  /** Moves the cursor to the next slot with the same hash; false when there is none. */
  next(): boolean {
    const at = this.#at + slotWords;
    const words = this.#shard.words;
    if (at >= words.length || words[at + 3] === 0) return false;
    if (words[at + 1] !== this.#high || (words[at] ?? 0) >>> shardBits !== this.#low >>> shardBits) return false;
    this.#at = at;
    return true;
  }

  get state(): State {
    return stateOf(this.#shard.words[this.#at + 3] ?? 0);
  }

  get generation(): number {
    return generationOf(this.#shard.words[this.#at + 3] ?? 0);
  }

  get cell(): number {
    return cellOf(this.#shard.words[this.#at + 3] ?? 0);
  }

  get time(): number {
    const words = this.#shard.words;
    return timeOf((words[this.#at] ?? 0) & shardMask, words[this.#at + 2] ?? 0);
  }

  /** Fills the cursor's slot; `time` is a held one. */
  set(to: State, generation: number, cell: number, time: number): void {
    put(this.#shard.words, this.#at, to, generation, cell, time);
  }

  /** Adds a slot, and moves the cursor there. */
  insert(low: number, high: number): void {
    this.#low = low;
    this.#high = high;
    this.#shard = this.#shardOf(low);
    this.#at = this.#shard.insert(low, high);
    this.size++;
    this.#shard.words[this.#at] = (low >>> shardBits) << shardBits;
    this.#shard.words[this.#at + 1] = high;
  }

  /** Frees the cursor's slot, which is then at no slot. */
  remove(): void {
    this.#shard.remove(this.#at);
    this.size--;
    this.#at = -1;
  }

  /** Shows every slot at the cursor, and frees those for which `isKept` is false; `low` and `high` are its hash. */
  retain(isKept: (low: number, high: number) => boolean): void {
    this.#shards.forEach((shard, number) => {
      this.#shard = shard;
      shard.retain((words, at) => {
        this.#at = at;
        return isKept((((words[at] ?? 0) & ~shardMask) | number) >>> 0, words[at + 1] ?? 0);
      });
    });
    this.#at = -1;
    this.size = this.#shards.reduce((sum, shard) => sum + shard.size, 0);
  }

  #shardOf(low: number): Shard {
    const shard = this.#shards[low & shardMask];
    if (shard === undefined) throw new Error("no such shard");
    return shard;
  }
}

function put(words: Uint32Array, at: number, to: State, generation: number, cell: number, time: number): void {
  words[at] = ((words[at] ?? 0) & ~shardMask) | timeHigh(time);
  words[at + 2] = timeLow(time);
  words[at + 3] = (to << 30) | (generation << 24) | cell;
}

function stateOf(word: number): State {
  const bits = word >>> 30;
  return bits === 1 ? 1 : bits === 2 ? 2 : 3;
}

function generationOf(word: number): number {
  return (word >>> 24) & (generationIds - 1);
}

function cellOf(word: number): number {
  return word & cellMask;
}
