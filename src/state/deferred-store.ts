import type { AnyEntry, SavedEntry } from "../serializable.ts";
import type { LmdbStore } from "./lmdb-store.ts";
import type { StateDirectory } from "./state-directory.ts";
import { SerialQueue } from "./serial-queue.ts";

/** Store of a process started on a full disk: opened by the first commit that finds room. */
export class DeferredStore {
  readonly #directory: StateDirectory;
  #store: LmdbStore | undefined;
  #maxBytes = Number.POSITIVE_INFINITY;
  /** Entries read at the start, by key, until they are durable. */
  #atStart: Map<string, AnyEntry> | undefined;
  /** Serializes commits and the close. */
  readonly #queue = new SerialQueue();

  constructor(directory: StateDirectory, entries: readonly AnyEntry[]) {
    this.#directory = directory;
    this.#atStart = byKey(entries);
  }

  /** See `Store.entries`. */
  *entries(prefix: string): Iterable<SavedEntry> {
    for (const { key, value } of this.#atStart?.values() ?? []) {
      if (key[0] === prefix && value !== undefined) yield [key, value];
    }
    if (this.#atStart === undefined) yield* this.#store?.entries(prefix) ?? [];
  }

  /** See `Store.commit`. */
  commit(entries: readonly AnyEntry[]): Promise<void> {
    return this.#queue.run(async () => {
      this.#store ??= await this.#directory.open();
      this.#store.limit(this.#maxBytes);
      // Rewrite what was read: the store may have been set aside or removed in the meantime.
      const all = this.#atStart === undefined ? entries : byKey([...this.#atStart.values(), ...entries]).values();
      await this.#store.commit([...all]);
      this.#atStart = undefined;
    });
  }

  /** See `Store.limit`. */
  limit(bytes: number): void {
    this.#maxBytes = bytes;
    this.#store?.limit(bytes);
  }

  /** See `Store.close`. */
  close(): Promise<void> {
    return this.#queue.run(() => (this.#store ?? this.#directory).close());
  }
}

function byKey(entries: readonly AnyEntry[]): Map<string, AnyEntry> {
  return new Map(entries.map((entry) => [JSON.stringify(entry.key), entry]));
}
