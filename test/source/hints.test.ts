import { appendFileSync, mkdtempSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { watchedInodes } from "../support/inotify.ts";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();
/** By itself the tail looks no sooner than this. */
const anHour = { pollMs: 3_600_000, discoverMs: 3_600_000 };

async function watched(dir: string): Promise<void> {
  const { ino } = statSync(dir, { bigint: true });
  await eventually(() => watchedInodes("self").includes(ino), `${dir} is watched`);
}

describe("by events alone", () => {
  test("a tail reads what is appended, finds what is new, and goes along when the folder is replaced", async () => {
    const dir = mkdtempSync(join(base, "t-"));
    const path = join(dir, "app.log");
    writeFileSync(path, "1\n");
    await withTail({ files: [join(dir, "*.log")], ...anHour }, async (bed) => {
      await watched(dir);
      appendFileSync(path, "2\n");
      await bed.expectLines(["1", "2"]);
      writeFileSync(join(dir, "new.log"), "3\n");
      await bed.expectLines(["1", "2", "3"]);
      renameSync(dir, `${dir}-old`);
      mkdirSync(dir);
      await watched(dir);
      writeFileSync(path, "4\n");
      await bed.expectLines(["1", "2", "3", "4"]);
      appendFileSync(path, "5\n");
      await bed.expectLines(["1", "2", "3", "4", "5"]);
    });
    expect(watchedInodes("self")).toEqual([]);
  });
});
