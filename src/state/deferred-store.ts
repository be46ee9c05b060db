import type { Entry, EntryKey, Plain } from "../plain.ts";
import type { LmdbStore } from "./lmdb-store.ts";
import type { StateDirectory } from "./state-directory.ts";

/** The store of a process that was started while the disk was full: the first commit that finds room opens it. */
export class LateStore {
  readonly #directory: StateDirectory;
  #store: LmdbStore | undefined;
  /** What could be read at the start, by key, until it is known to be on the disk. */
  #atStart: Map<string, Entry> | undefined;
  /** Commits and the close come one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(directory: StateDirectory, entries: readonly Entry[]) {
    this.#directory = directory;
    this.#atStart = byKey(entries);
  }

  /** See `Store.entries`. */
  *entries(word: string): Iterable<readonly [EntryKey, Plain]> {
    for (const { key, value } of this.#atStart?.values() ?? []) {
      if (key[0] === word && value !== undefined) yield [key, value];
    }
    if (this.#atStart === undefined) yield* this.#store?.entries(word) ?? [];
  }

  /** See `Store.commit`. */
  commit(entries: readonly Entry[]): Promise<void> {
    return this.#afterLast(async () => {
      this.#store ??= await this.#directory.open();
      // What was read is written again: by now the store may have been set aside, or removed.
      const all = this.#atStart === undefined ? entries : byKey([...this.#atStart.values(), ...entries]).values();
      await this.#store.commit([...all]);
      this.#atStart = undefined;
    });
  }

  /** See `Store.close`. */
  close(): Promise<void> {
    return this.#afterLast(() => (this.#store ?? this.#directory).close());
  }

  #afterLast(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function byKey(entries: readonly Entry[]): Map<string, Entry> {
  return new Map(entries.map((entry) => [JSON.stringify(entry.key), entry]));
}
