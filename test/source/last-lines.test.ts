import { appendFileSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { withTail, type TailBed } from "./tail-bed.ts";

const base = tempDir();

async function letGo(bed: TailBed, left: number): Promise<void> {
  await eventually(() => bed.tail.status().length === left, "it is let go");
}

describe("the last line of a rotated file, that has no newline, counts once when the file is let go", () => {
  test.each([
    { what: "after other lines", first: "1\n", last: "last" },
    { what: "when it is all there is", first: "", last: "last" },
  ])("$what", async ({ first, last }) => {
    const dir = mkdtempSync(join(base, "l-"));
    const path = join(dir, "app.log");
    const lines = [...(first === "" ? [] : ["1"]), last];
    writeFileSync(path, first + last);
    const saved = await withTail({ files: [path], rotatedMs: 50 }, async (bed) => {
      await eventually(() => bed.tail.status().length === 1, "it is followed");
      renameSync(path, `${path}.1`);
      await bed.expectLines(lines);
      await letGo(bed, 0);
      // What is written to it after that is read on with.
      appendFileSync(`${path}.1`, "\nmore\n");
      await bed.expectLines([...lines, "", "more"]);
      return bed.committed();
    });
    await withTail({ files: [path], saved }, async (bed) => {
      writeFileSync(path, "new\n");
      await bed.expectLines(["new"]);
    });
  });

  test("when more files are followed than may be open", async () => {
    const dir = mkdtempSync(join(base, "l-"));
    const names = ["a", "b", "c"];
    for (const name of names) writeFileSync(join(dir, `${name}.log`), `${name} 1\n${name} last`);
    await withTail({ files: [join(dir, "*.log")], maxOpen: 1, rotatedMs: 50 }, async (bed) => {
      await eventually(() => bed.lines.length === names.length, "the whole lines");
      for (const name of names) renameSync(join(dir, `${name}.log`), join(dir, `${name}.log.1`));
      await eventually(() => bed.lines.length === 2 * names.length, "the last lines");
      await letGo(bed, 0);
    });
  });
});
