import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();

describe("a tail", () => {
  test("reads what is there, then what is appended, each line once", async () => {
    const dir = mkdtempSync(join(base, "t-"));
    const path = join(dir, "app.log");
    writeFileSync(path, "1\n2\n");
    await withTail({ files: [path] }, async (bed) => {
      await bed.tail.caughtUp;
      expect(bed.lines).toEqual(["1", "2"]);
      appendFileSync(path, "3\n4");
      await bed.expectLines(["1", "2", "3"]);
      appendFileSync(path, "5\n");
      await bed.expectLines(["1", "2", "3", "45"]);
    });
  });

  test("follows a renamed file to its end and the new one from its start", async () => {
    const dir = mkdtempSync(join(base, "t-"));
    const path = join(dir, "app.log");
    writeFileSync(path, "1\n");
    await withTail({ files: [path] }, async (bed) => {
      await bed.tail.caughtUp;
      renameSync(path, `${path}.1`);
      appendFileSync(`${path}.1`, "2\n");
      writeFileSync(path, "3\n");
      await bed.expectLines(["1", "2", "3"]);
      appendFileSync(`${path}.1`, "4\n");
      await bed.expectLines(["1", "2", "3", "4"]);
    });
  });

  test("starts over when the file is truncated", async () => {
    const dir = mkdtempSync(join(base, "t-"));
    const path = join(dir, "app.log");
    writeFileSync(path, "1\n2\n3\n");
    await withTail({ files: [path] }, async (bed) => {
      await bed.tail.caughtUp;
      truncateSync(path);
      appendFileSync(path, "4\n");
      await bed.expectLines(["1", "2", "3", "4"]);
    });
  });

  test("goes on where an earlier tail was", async () => {
    const dir = mkdtempSync(join(base, "t-"));
    const path = join(dir, "app.log");
    writeFileSync(path, "1\n2\n3");
    const saved = await withTail({ files: [path] }, async (bed) => {
      await bed.expectLines(["1", "2"]);
      return bed.tail.save();
    });
    appendFileSync(path, "\n4\n");
    await withTail({ files: [path], saved }, async (bed) => {
      await bed.expectLines(["3", "4"]);
    });
  });

  test("reads a deleted file to its end", async () => {
    const dir = mkdtempSync(join(base, "t-"));
    const path = join(dir, "app.log");
    writeFileSync(path, "1\n");
    await withTail({ files: [path] }, async (bed) => {
      await bed.tail.caughtUp;
      appendFileSync(path, "2\n");
      rmSync(path);
      await bed.expectLines(["1", "2"]);
    });
  });
});
