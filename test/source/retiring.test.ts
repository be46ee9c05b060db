import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { openFiles } from "../support/open-files.ts";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();
/** How long a file must not grow until it is closed (ms); no busy machine is busy for that long. */
const quietMs = 3_600_000;
const never = 10 * quietMs;

/** By how much the monotonic clock is ahead (ms). */
let aheadMs = 0;
beforeEach(() => {
  const now = performance.now.bind(performance);
  jest.spyOn(performance, "now").mockImplementation(() => now() + aheadMs);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe("the descriptor of a file that has left its path is closed some time after the file last grew", () => {
  test.each([
    {
      what: "one that is deleted",
      options: { deletedMs: quietMs, rotatedMs: never },
      leave: rmSync,
      name: "app.log (deleted)",
    },
    {
      what: "one that is renamed",
      options: { deletedMs: never, rotatedMs: quietMs },
      leave: (path: string) => {
        renameSync(path, `${path}.1`);
      },
      name: "app.log.1",
    },
  ])("$what", async ({ options, leave, name }) => {
    const dir = mkdtempSync(join(base, "l-"));
    const path = join(dir, "app.log");
    const writer = openSync(path, "a");
    const held = join(dir, name);
    // The writer of this test is in this process, too.
    const times = (): number => openFiles(process.pid, dir).filter((each) => each === held).length;
    await withTail({ files: [path], ...options }, async (bed) => {
      writeSync(writer, "1\n");
      await bed.expectLines(["1"]);
      leave(path);
      const lines = ["1"];
      for (let growths = 0; growths < 3; growths++) {
        aheadMs += 0.9 * quietMs;
        await bed.look();
        expect(times()).toBe(2);
        lines.push(String(lines.length + 1));
        writeSync(writer, `${lines.length}\n`);
        await bed.expectLines(lines);
      }
      aheadMs += 0.9 * quietMs;
      await bed.look();
      expect(times()).toBe(2);
      aheadMs += 0.2 * quietMs;
      await eventually(() => times() === 1, "it is closed");
      expect(bed.tail.status()).toEqual([]);
      closeSync(writer);
    });
  });

  test("one that is renamed and grows after that is opened again", async () => {
    const dir = mkdtempSync(join(base, "l-"));
    const path = join(dir, "app.log");
    const writer = openSync(path, "a");
    await withTail({ files: [path], rotatedMs: 100 }, async (bed) => {
      writeSync(writer, "1\n");
      await bed.expectLines(["1"]);
      renameSync(path, `${path}.1`);
      await eventually(() => bed.tail.status().length === 0, "it is let go");
      writeSync(writer, "2\n");
      await bed.expectLines(["1", "2"]);
      closeSync(writer);
    });
  });
});
