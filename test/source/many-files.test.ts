import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";

const base = tempDir();
const program = fileURLToPath(new URL("../fixtures/many-files-program.js", import.meta.url));

/** What it costs to find so many files that begin alike. */
async function costsOf(count: number, kind: string): Promise<Map<string, number>> {
  const dir = mkdtempSync(join(base, "t-"));
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(count), kind, dir]);
  return new Map([...stdout.matchAll(/"(\w+)":([\d.]+)/gu)].map(([, name = "", value]) => [name, Number(value)]));
}

describe.each([
  { kind: "plain", what: "rotated files" },
  { kind: "gz", what: "compressed files" },
  { kind: "live", what: "logs" },
])("a search that finds many $what with the same first kilobyte", ({ kind }) => {
  test("costs for each as much as when they are half as many", async () => {
    const [half, all] = [await costsOf(250, kind), await costsOf(500, kind)];
    expect(all.get("followed")).toBe(500);
    for (const cost of ["opens", "reads", "stats", "unpacked"]) {
      // Twice for each file is always allowed: lines are read of some while the others are still searched for.
      const allowed = 1.2 * Math.max(2, (half.get(cost) ?? 0) / 250);
      const each = (all.get(cost) ?? 0) / 500;
      expect([cost, each <= allowed]).toEqual([cost, true]);
    }
  });

  test("lets others have turns of the event loop", async () => {
    // A turn is 15 ms and a step; what the collector of garbage does beside it counts as well.
    expect((await costsOf(1500, kind)).get("longest")).toBeLessThan(250);
  });
});
