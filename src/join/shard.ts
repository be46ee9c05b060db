/** Words of 32 bits of a slot: what is left of the low half of the hash with the time's high bits, the high half, the time's low bits, and the state. */
export const slotWords = 4;

/** Bits of the low half of the hash that choose the shard, so that a slot has room for the time's high bits there. */
export const shardBits = 9;

/** Fill from which a shard grows. */
const fullest = 0.92;
/** Slots from which on a shard grows by a sixteenth, so that little lies idle; below it by a half, which takes less time. */
const largeShard = 1024;
const leastSlots = 8;
/** How far a shard may grow, in address space: half a billion ids in all of them. */
const mostBytes = 2 ** 24;

/**
 * One part of the table: slots in the order of their hashes, each at the place that its hash asks for or, where that is
 * taken, at the next free one (sorted linear probing). So a search ends early where an id is not held, at any fill, and
 * growing is one pass. A slot whose last word is 0 is free.
 */
export class Shard {
  words = new Uint32Array(0);
  /** Slots in use. */
  size = 0;
  /** Undefined while it is empty: address space takes time to get. */
  #buffer: ArrayBuffer | undefined;
  /** Slots that hashes ask for; those behind take what spills over. */
  #homes = 0;

  /** Bytes in memory. */
  get bytes(): number {
    return this.words.byteLength;
  }

  /** Finds the first slot with this hash, as the place of its first word; -1 when there is none. */
  find(low: number, high: number): number {
    const words = this.words;
    const low_ = low >>> shardBits;
    for (let at = this.#home(high); at < words.length; at += slotWords) {
      if (words[at + 3] === 0) return -1;
      const there = words[at + 1] ?? 0;
      if (there < high) continue;
      if (there > high) return -1;
      const rest = (words[at] ?? 0) >>> shardBits;
      if (rest === low_) return at;
      if (rest > low_) return -1;
    }
    return -1;
  }

  /** Makes room for one more slot with this hash, behind those with the same; returns its place. The caller fills it. */
  insert(low: number, high: number): number {
    if (this.size + 1 > this.#homes * fullest) this.#grow();
    for (;;) {
      const at = this.#place(low >>> shardBits, high);
      const words = this.words;
      let free = at;
      while (free < words.length && words[free + 3] !== 0) free += slotWords;
      if (free < words.length) {
        words.copyWithin(at + slotWords, at, free);
        this.size++;
        return at;
      }
      this.#grow();
    }
  }

  /** Frees a slot. */
  remove(at: number): void {
    const words = this.words;
    let end = at + slotWords;
    while (end < words.length && words[end + 3] !== 0 && this.#home(words[end + 1] ?? 0) < end) end += slotWords;
    words.copyWithin(at, at + slotWords, end);
    words.fill(0, end - slotWords, end);
    this.size--;
  }

  /** Shows every slot in use and frees those for which `isKept` is false; it may change all but the hash. */
  retain(isKept: (words: Uint32Array, at: number) => boolean): void {
    const words = this.words;
    let next = 0;
    for (let at = 0; at < words.length; at += slotWords) {
      if (words[at + 3] === 0) continue;
      if (!isKept(words, at)) {
        words.fill(0, at, at + slotWords);
        this.size--;
        continue;
      }
      const to = Math.max(this.#home(words[at + 1] ?? 0), next);
      next = to + slotWords;
      if (to === at) continue;
      for (let word = 0; word < slotWords; word++) {
        words[to + word] = words[at + word] ?? 0;
        words[at + word] = 0;
      }
    }
  }

  #home(high: number): number {
    return Math.floor((high / 0x1_0000_0000) * this.#homes) * slotWords;
  }

  #place(low: number, high: number): number {
    const words = this.words;
    let at = this.#home(high);
    for (; at < words.length && words[at + 3] !== 0; at += slotWords) {
      const there = words[at + 1] ?? 0;
      if (there > high || (there === high && (words[at] ?? 0) >>> shardBits > low)) break;
    }
    return at;
  }

  /** Grows in place: pushes all slots to the end, then lays them out from the front. */
  #grow(): void {
    if (this.#buffer === undefined) {
      this.#buffer = new ArrayBuffer(0, { maxByteLength: mostBytes });
      this.words = new Uint32Array(this.#buffer);
    }
    const end = this.words.length;
    this.#homes = Math.max(leastSlots, Math.ceil(this.#homes * (this.#homes < largeShard ? 1.5 : 1.0625)));
    this.#buffer.resize(4 * slotWords * (this.#homes + spillOf(this.#homes)));
    this.#pushToEnd(end);
    this.#layOut();
  }

  /** Moves the slots before `end` to the end of the words, without gaps. */
  #pushToEnd(end: number): void {
    const words = this.words;
    let to = words.length;
    let runEnd = end;
    while (runEnd > 0) {
      while (runEnd > 0 && words[runEnd - 1] === 0) runEnd -= slotWords;
      let runStart = runEnd;
      while (runStart > 0 && words[runStart - 1] !== 0) runStart -= slotWords;
      to -= runEnd - runStart;
      words.copyWithin(to, runStart, runEnd);
      runEnd = runStart;
    }
  }

  /**
   * Lays out slots that stand at the end without gaps. With more homes each has at least as much room behind its home as
   * before, so that what did fit fits.
   */
  #layOut(): void {
    const words = this.words;
    let next = 0;
    for (let from = words.length - this.size * slotWords; from < words.length; from += slotWords) {
      const high = words[from + 1] ?? 0;
      const to = Math.max(this.#home(high), next);
      for (; next < to; next += slotWords) words[next + 3] = 0;
      words[to] = words[from] ?? 0;
      words[to + 1] = high;
      words[to + 2] = words[from + 2] ?? 0;
      words[to + 3] = words[from + 3] ?? 0;
      next = to + slotWords;
    }
    words.fill(0, next);
  }
}

/** Slots behind the last home: enough for what a random table spills there. */
function spillOf(homes: number): number {
  return 16 + (homes >> 6);
}
