import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { openFiles } from "../support/open-files.ts";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();
/** For so long a file must not grow to be let go (ms). */
const quietMs = 1500;
const never = 3_600_000;

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
      const left = performance.now();
      const lines = ["1"];
      let grown = left;
      // It grows again and again, for longer than it may be quiet: at short distances, of which no busy machine makes long ones.
      while (grown - left < quietMs * 1.2) {
        await sleep(30);
        lines.push(String(lines.length + 1));
        grown = performance.now();
        writeSync(writer, `${lines.length}\n`);
      }
      await bed.expectLines(lines);
      expect(times()).toBe(2);
      await eventually(() => times() === 1, "it is closed");
      expect(performance.now() - grown).toBeGreaterThan(quietMs);
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
