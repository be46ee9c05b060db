import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { torture } from "./ordeal.js";

const base = tempDir();

test.each([
  { watch: "auto", seed: 1 },
  { watch: "poll", seed: 2 },
])(
  "a daemon that is killed 25 times at random instants counts each line once (watch: $watch)",
  async ({ watch, seed }) => {
    const toll = await torture({ dir: mkdtempSync(join(base, "t-")), seed, watch, kills: 25 });
    expect(toll.differences).toEqual([]);
    expect(toll).toMatchObject({ kills: 25, lost: 0, twice: 0 });
    expect(toll.rotations).toBeGreaterThan(50);
  },
  300_000,
);
