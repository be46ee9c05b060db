import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { torture } from "./ordeal.js";

const root = tempDir();

// The same program as `npm run torture`, with fewer kills.
test.each([
  { seed: 1, watch: "auto", kills: 25 },
  { seed: 2, watch: "poll", kills: 25 },
])(
  "$kills kills at random instants lose no line and count none twice (watch: $watch)",
  async ({ seed, watch, kills }) => {
    const dir = mkdtempSync(join(root, "torture-"));
    const toll = await torture({ dir, seed, watch, kills });
    expect(toll.differences).toEqual([]);
    expect({ kills: toll.kills, lost: toll.lost, twice: toll.twice }).toEqual({ kills, lost: 0, twice: 0 });
    expect(toll.rotations).toBeGreaterThan(50);
  },
  120_000,
);
