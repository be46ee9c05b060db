import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, test } from "@jest/globals";
import { openStore } from "../../src/state/store.ts";
import { tempDir } from "../support/temp.ts";

const log = pino({ level: "silent" });
const base = tempDir();

describe("the store", () => {
  test("gives back what was committed, after it was closed and opened again", async () => {
    const dir = mkdtempSync(join(base, "state-"));
    const store = await openStore(dir, log);
    await store.commit([{ key: ["file", "a", 1], value: { offset: 12, path: "/var/log/a" } }]);
    await store.close();
    const again = await openStore(dir, log);
    expect([...again.entries("file")]).toEqual([[["file", "a", 1], { offset: 12, path: "/var/log/a" }]]);
    await again.close();
  });
});
