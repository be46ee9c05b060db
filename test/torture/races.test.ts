import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { repetitions } from "../support/effort.ts";
import { tempDir } from "../support/temp.ts";

const races = fileURLToPath(new URL("races.js", import.meta.url));
const base = tempDir();
const seeds = repetitions(120, 2000);

test("whatever a server does between any two calls that the tail makes of the file system, each line counts once", async () => {
  const args = [races, "--seeds", `1-${seeds}`, "--dir", base];
  const ended = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error);
  expect(ended).toMatchObject({ stdout: `${seeds} races, 0 of them with a line lost or counted twice\n` });
}, 600_000);
