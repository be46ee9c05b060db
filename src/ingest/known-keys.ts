import { savedPart, type Entry, type JsonValue } from "../serializable.ts";

/** Key prefix of the saved keys. */
export const knownPrefix = "posted";

/** How long a key is known, how many of a kind are, and how much their answers may take. */
const keepMs = 86_400_000;
const mostKeys = 100_000;
const mostBytes = 16 * 1024 * 1024;
/** Rough bytes of a key besides its answer. */
const keyBytes = 128;

/** What is known of a key. */
interface Known {
  /** When it came (Unix ms). */
  readonly at: number;
  /** What is kept for it. */
  readonly value: JsonValue;
  /** Number of the entry that it is saved in. */
  readonly entry: number;
  readonly bytes: number;
}

/**
 * Keys of one kind that were taken, with what is kept for each: for a day, and a bounded number of them. They are saved in
 * the order in which they came, a commit's keys in one entry, so that they go in that order too.
 */
export class KnownKeys {
  readonly #kind: string;
  readonly #atRest: (value: JsonValue) => JsonValue;
  readonly #known = new Map<string, Known>();
  /** All keys in the order in which they came, from `#first` on; a map is slow to give its first key after many are gone. */
  #order: string[] = [];
  #first = 0;
  /** Keys of each saved entry that are still known. */
  readonly #entries = new Map<number, number>();
  #removals: number[] = [];
  #fresh: string[] = [];
  #next = 0;
  #bytes = 0;

  /** `atRest` is what is saved of a value. */
  constructor(kind: string, atRest: (value: JsonValue) => JsonValue = (value) => value) {
    this.#kind = kind;
    this.#atRest = atRest;
  }

  /** Number of keys. */
  get size(): number {
    return this.#known.size;
  }

  /** What is kept for a key; undefined for one that is not known. */
  get(key: string): JsonValue | undefined {
    return this.#known.get(key)?.value;
  }

  /** Adds a key that is not known, with what is kept for it; `now` is Unix ms, here and below. */
  add(key: string, value: JsonValue, now: number): void {
    this.#put(key, value, now, this.#next);
    this.#fresh.push(key);
    this.#bound();
  }

  /** Lets go of keys that were known for long enough. */
  expire(now: number): void {
    for (let oldest = this.#oldest; oldest !== undefined; oldest = this.#oldest) {
      if (now - oldest.at < keepMs) return;
      this.#forgetOldest();
    }
  }

  /** Changed entries since the last call. */
  changes(): Entry[] {
    const changes: Entry[] = this.#removals.map((entry) => ({ key: this.#keyOf(entry), value: undefined }));
    this.#removals = [];
    const rows = this.#rows(this.#fresh);
    this.#fresh = [];
    if (rows.length === 0) return changes;
    changes.push({ key: this.#keyOf(this.#next), value: rows });
    this.#next++;
    return changes;
  }

  /** Restores the saved entries of all kinds. */
  restore(entries: Iterable<readonly [readonly (string | number)[], JsonValue]>): void {
    const own = [...entries].filter(([[, kind]]) => kind === this.#kind);
    for (const [[, , number], rows] of own.sort(([a], [b]) => Number(a[2]) - Number(b[2]))) {
      const entry = Number(number);
      this.#next = Math.max(this.#next, entry + 1);
      const all: readonly JsonValue[] = Array.isArray(rows) ? rows : [];
      for (const row of all) {
        const [key, at, value] = [savedPart(row, "key"), savedPart(row, "at"), savedPart(row, "value")];
        if (typeof key === "string" && typeof at === "number" && !this.#known.has(key))
          this.#put(key, value ?? null, at, entry);
      }
      if (!this.#entries.has(entry)) this.#removals.push(entry);
    }
    this.#bound();
  }

  #put(key: string, value: JsonValue, at: number, entry: number): void {
    const bytes = keyBytes + (value === null ? 0 : JSON.stringify(value).length);
    this.#known.set(key, { at, value, entry, bytes });
    this.#order.push(key);
    this.#entries.set(entry, (this.#entries.get(entry) ?? 0) + 1);
    this.#bytes += bytes;
  }

  #bound(): void {
    while (this.#known.size > mostKeys || this.#bytes > mostBytes) this.#forgetOldest();
  }

  get #oldest(): Known | undefined {
    return this.#known.get(this.#order[this.#first] ?? "");
  }

  #forgetOldest(): void {
    const known = this.#oldest;
    if (known === undefined) return;
    this.#known.delete(this.#order[this.#first] ?? "");
    this.#first++;
    if (2 * this.#first > this.#order.length) {
      this.#order = this.#order.slice(this.#first);
      this.#first = 0;
    }
    this.#bytes -= known.bytes;
    const left = (this.#entries.get(known.entry) ?? 0) - 1;
    if (left > 0) this.#entries.set(known.entry, left);
    else {
      this.#entries.delete(known.entry);
      if (known.entry < this.#next) this.#removals.push(known.entry);
    }
  }

  #rows(keys: readonly string[]): JsonValue[] {
    return keys.flatMap((key): JsonValue[] => {
      const known = this.#known.get(key);
      return known === undefined ? [] : [{ key, at: known.at, value: this.#atRest(known.value) }];
    });
  }

  #keyOf(entry: number): (string | number)[] {
    return [knownPrefix, this.#kind, entry];
  }
}
