import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { repetitions } from "../support/effort.ts";
import { tempDir } from "../support/temp.ts";

const races = fileURLToPath(new URL("races.js", import.meta.url));
const base = tempDir();
const seeds = repetitions(120, 2000);

test.each([
  { first: 1, last: seeds },
  // A compressed copy that was written to its end while it was compared was taken for a file of its own.
  { first: 1138, last: 1138 },
  { first: 1165, last: 1165 },
  { first: 1342, last: 1342 },
  { first: 3001, last: 3000 + Math.ceil(seeds / 4), sources: 2 },
])(
  "whatever a server does between any two calls that the tail makes of the file system, each line counts once for each source (seeds $first to $last)",
  async ({ first, last, sources = 1 }) => {
    const args = [races, "--seeds", `${first}-${last}`, "--sources", String(sources), "--dir", base];
    const ended = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error);
    const played = last - first + 1;
    expect(ended).toMatchObject({ stdout: `${played} races, 0 of them with a line lost or counted twice\n` });
  },
  600_000,
);
