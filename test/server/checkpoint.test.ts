import { expect, test } from "@jest/globals";
import { pino } from "pino";
import type { Entry, EntryKey, JsonValue } from "../../src/serializable.ts";
import { Checkpoint } from "../../src/server/checkpoint.ts";
import type { Store } from "../../src/state/store.ts";

/** A store in memory on a disk that can be full. */
class FullableStore implements Store {
  isFull = false;
  readonly #entries = new Map<string, Entry>();

  *entries(word: string): Iterable<readonly [EntryKey, JsonValue]> {
    for (const { key, value } of this.#entries.values()) if (key[0] === word && value !== undefined) yield [key, value];
  }

  commit(entries: readonly Entry[]): Promise<void> {
    if (this.isFull) return Promise.reject(new Error("the disk is full"));
    for (const entry of entries) this.#entries.set(JSON.stringify(entry.key), entry);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const silent = pino({ level: "silent" });

test("a commit tells whether its entries are durable, and what could not be written is in the next one", async () => {
  const store = new FullableStore();
  const checkpoint = new Checkpoint(store, silent);
  expect(await checkpoint.commit([{ key: ["a", 1], value: 1 }])).toBe(true);
  store.isFull = true;
  expect(await checkpoint.commit([{ key: ["a", 2], value: 2 }])).toBe(false);
  expect([...store.entries("a")]).toEqual([[["a", 1], 1]]);
  store.isFull = false;
  expect(await checkpoint.commit([])).toBe(true);
  expect([...store.entries("a")]).toEqual([
    [["a", 1], 1],
    [["a", 2], 2],
  ]);
  expect(checkpoint.errors).toBe(1);
});
