import { wallClock } from "../clock.ts";
import { faultPoint } from "../fault-points.ts";
import type { Log } from "../log.ts";
import type { AnyEntry, SavedEntry } from "../serializable.ts";
import { errorMessage } from "../problem.ts";
import type { Store } from "../state/store.ts";

/**
 * Commits changes in order, one transaction at a time. Entries of a failed transaction are part of the next one, so a
 * full disk costs durability only while it lasts.
 */
export class Checkpoint {
  /** Unix seconds of the last successful commit; 0 before the first. */
  seconds = 0;
  /** Number of failed commits. */
  errors = 0;
  readonly #store: Store;
  readonly #log: Log;
  /** Pending entries by key, so that memory is bounded by the size of the state. */
  #pending = new Map<string, AnyEntry>();
  #last: Promise<boolean> = Promise.resolve(true);
  #failing = false;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /**
   * Resolves after an attempt to commit these and all earlier changes, with true if they are durable. A failure is counted
   * and logged, and its entries are retried with the next commit.
   */
  commit(entries: readonly AnyEntry[]): Promise<boolean> {
    for (const entry of entries) this.#pending.set(JSON.stringify(entry.key), entry);
    this.#last = this.#last.then(() => this.#write());
    return this.#last;
  }

  /** Resolves after the attempts to commit all that was given so far. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** All entries of a key prefix, pending ones included, in the order of the store. */
  *entries(prefix: string): Iterable<SavedEntry> {
    const pending = [...this.#pending].filter(([, { key }]) => key[0] === prefix).sort(byText);
    let next = 0;
    for (const entry of this.#store.entries(prefix)) {
      if (pending.length === 0) {
        yield entry;
        continue;
      }
      const text = JSON.stringify(entry[0]);
      for (; next < pending.length && (pending[next]?.[0] ?? "") < text; next++) yield* given(pending[next]?.[1]);
      if (!this.#pending.has(text)) yield entry;
    }
    for (; next < pending.length; next++) yield* given(pending[next]?.[1]);
  }

  async #write(): Promise<boolean> {
    const batch = this.#pending;
    this.#pending = new Map();
    try {
      if (batch.size > 0) faultPoint("taken");
      await this.#store.commit([...batch.values()]);
      if (batch.size > 0) faultPoint("committed");
      this.seconds = wallClock() / 1000;
      if (this.#failing) this.#log.info("state is written again");
      this.#failing = false;
      return true;
    } catch (error) {
      this.errors++;
      if (!this.#failing) this.#log.error({ error: errorMessage(error) }, "cannot write the state; will retry");
      this.#failing = true;
      for (const [key, entry] of this.#pending) batch.set(key, entry);
      this.#pending = batch;
      return false;
    }
  }
}

function byText([a]: readonly [string, AnyEntry], [b]: readonly [string, AnyEntry]): number {
  return a < b ? -1 : 1;
}

function given(entry: AnyEntry | undefined): SavedEntry[] {
  return entry?.value === undefined ? [] : [[entry.key, entry.value]];
}
