import { expect, test } from "@jest/globals";
import { pino } from "pino";
import type { AnyEntry, SavedEntry } from "../../src/serializable.ts";
import { Checkpoint } from "../../src/server/checkpoint.ts";
import type { Store } from "../../src/state/store.ts";
import { Bed } from "./bed.ts";

/** A store in memory on a disk that can be full; it looks how much waits to be written. */
class FullableStore implements Store {
  isFull = false;
  /** Most bytes of a commit that was tried. */
  most = 0;
  readonly #entries = new Map<string, AnyEntry>();

  *entries(word: string): Iterable<SavedEntry> {
    const sorted = [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, { key, value }] of sorted) if (key[0] === word && value !== undefined) yield [key, value];
  }

  commit(entries: readonly AnyEntry[]): Promise<void> {
    const sizes = entries.map(({ value }) => (value instanceof Uint8Array ? value.length : 0) + 100);
    this.most = Math.max(
      this.most,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    if (this.isFull) return Promise.reject(new Error("the disk is full"));
    for (const entry of entries) this.#entries.set(JSON.stringify(entry.key), entry);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

test("while the disk is full, memory is bounded however many ids are parked, and all becomes durable once there is room", async () => {
  const maxIds = 30_000;
  const store = new FullableStore();
  const checkpoint = new Checkpoint(store, pino({ level: "silent" }));
  const bed = new Bed({ maxIds });
  store.isFull = true;
  for (let n = 0; n < 300_000; n++) {
    bed.read({ id: `id-${n}`, predicted: "x", at: n / 100_000 });
    if (n % 5000 === 4999) await checkpoint.commit(bed.join.changes());
  }
  // Sixteen bytes an id and a half, and the removals of what was given up: a tenth of all that was parked.
  expect(store.most).toBeLessThan(2 * 16 * maxIds);
  store.isFull = false;
  expect(await checkpoint.commit(bed.join.changes())).toBe(true);
  const { predictions } = bed.join.size;
  const again = bed.restoredFrom(store);
  expect(again.join.size).toMatchObject({ predictions, labels: 0, joined: 0 });
  for (let n = 299_000; n < 300_000; n++) again.read({ id: `id-${n}`, actual: "y", at: 4 });
  expect(again.cells("last_1000")).toEqual({ "y>x": 1000 });
});
