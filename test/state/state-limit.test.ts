import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { pino } from "pino";
import type { SavedEntry } from "../../src/serializable.ts";
import { openStore } from "../../src/state/store.ts";
import { tempDir } from "../support/temp.ts";

const base = tempDir();
const silent = pino({ level: "silent" });

test("bytes and JSON come back as they were, in the order of their keys, also after the store was opened anew", async () => {
  const dir = mkdtempSync(join(base, "s-"));
  const entries: SavedEntry[] = [
    [["a", "000"], Uint8Array.from({ length: 300 }, (_byte, at) => at & 255)],
    [["a", "001"], { text: "\ud800", list: [1, null] }],
    [["a", "002"], new Uint8Array(0)],
  ];
  let store = await openStore(dir, silent);
  await store.commit(entries.toReversed().map(([key, value]) => ({ key, value })));
  for (let time = 0; time < 2; time++) {
    const read = [...store.entries("a")].map(([key, value]) => [
      key,
      value instanceof Uint8Array ? Uint8Array.from(value) : value,
    ]);
    expect(read).toEqual(entries);
    await store.close();
    store = await openStore(dir, silent);
  }
  await store.close();
});

test("a state at its limit takes what makes it smaller, nothing that makes it larger, and more once there is room", async () => {
  const store = await openStore(mkdtempSync(join(base, "s-")), silent);
  store.limit?.(2 ** 20);
  const blob = (number: number, bytes: number) => ({ key: ["blob", number], value: new Uint8Array(bytes) });
  for (let number = 0; number < 8; number++) await store.commit([blob(number, 100_000)]);
  await expect(store.commit([blob(8, 300_000)])).rejects.toThrow(
    /larger than limits\.maxStateBytes \(1048576\): raise it/u,
  );
  expect([...store.entries("blob")]).toHaveLength(8);
  // The same size in another form, and less.
  await store.commit([blob(0, 100_000), blob(1, 50_000)]);
  await store.commit([2, 3, 4].map((number) => ({ key: ["blob", number], value: undefined })));
  await store.commit([blob(8, 300_000)]);
  expect([...store.entries("blob")]).toHaveLength(6);
  await store.close();
});
