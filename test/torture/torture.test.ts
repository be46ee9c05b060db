import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { repetitions } from "../support/effort.ts";
import { tempDir } from "../support/temp.ts";
import { torture } from "./ordeal.js";
import { torturePosting } from "./posting.js";

const base = tempDir();

test.each([
  { what: "each line once", watch: "auto", kills: repetitions(5, 200), seed: 1, join: false },
  { what: "each line once, watching by looking", watch: "poll", kills: repetitions(5, 200), seed: 2, join: false },
  {
    what: "each pair of a prediction and its label once",
    watch: "auto",
    kills: repetitions(4, 200),
    seed: 3,
    join: true,
  },
])(
  "a daemon that is killed $kills times at random instants counts $what",
  async ({ watch, kills, seed, join: isJoined }) => {
    const toll = await torture({ dir: mkdtempSync(join(base, "t-")), seed, watch, kills, join: isJoined });
    expect(toll.differences).toEqual([]);
    expect(toll).toMatchObject({ kills, lost: 0, twice: 0 });
    expect(toll.rotations).toBeGreaterThan(kills);
  },
  repetitions(600_000, 7_200_000),
);

test(
  "events that are posted again with their keys until they are answered count once, while the daemon is killed at random",
  async () => {
    const kills = repetitions(3, 200);
    const toll = await torturePosting({ dir: mkdtempSync(join(base, "p-")), seed: 1, kills });
    expect(toll.differences).toEqual([]);
    expect(toll).toMatchObject({ kills, lost: 0, twice: 0 });
    expect(toll.lines).toBeGreaterThan(0);
  },
  repetitions(600_000, 7_200_000),
);
