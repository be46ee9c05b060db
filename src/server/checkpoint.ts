import { wallClock } from "../clock.ts";
import { faultPoint } from "../fault-points.ts";
import type { Log } from "../log.ts";
import type { Entry, EntryKey, Plain } from "../plain.ts";
import { errorMessage } from "../problem.ts";
import type { Store } from "../state/store.ts";

/**
 * Writes changes down in the order in which they were made, one transaction at a time. What a failed transaction held
 * stands in the next one, so a disk that was full for an hour costs nothing but that hour's durability.
 */
export class Checkpoint {
  /** Unix seconds of the last commit; 0 before the first. */
  seconds = 0;
  /** Commits that failed. */
  errors = 0;
  readonly #store: Store;
  readonly #log: Log;
  /** By key, so that what waits is bounded by the state itself. */
  #waiting = new Map<string, Entry>();
  #last: Promise<boolean> = Promise.resolve(true);
  #failing = false;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /**
   * Resolves once these and all earlier changes were tried to be made durable, with whether they are; a failure is counted
   * and logged, and what it held is tried again with the next commit.
   */
  commit(entries: readonly Entry[]): Promise<boolean> {
    for (const entry of entries) this.#waiting.set(JSON.stringify(entry.key), entry);
    this.#last = this.#last.then(() => this.#write());
    return this.#last;
  }

  /** The entries whose key begins with this word, with what still waits to be written. */
  *entries(word: string): Iterable<readonly [EntryKey, Plain]> {
    for (const [key, value] of this.#store.entries(word)) {
      if (!this.#waiting.has(JSON.stringify(key))) yield [key, value];
    }
    for (const { key, value } of this.#waiting.values()) {
      if (key[0] === word && value !== undefined) yield [key, value];
    }
  }

  async #write(): Promise<boolean> {
    const batch = this.#waiting;
    this.#waiting = new Map();
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
      if (!this.#failing) this.#log.error({ error: errorMessage(error) }, "state not written, will be tried again");
      this.#failing = true;
      for (const [key, entry] of this.#waiting) batch.set(key, entry);
      this.#waiting = batch;
      return false;
    }
  }
}
