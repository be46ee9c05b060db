import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { withTail, type TailBed } from "./tail-bed.ts";

const base = tempDir();

async function retire(bed: TailBed, left: number): Promise<void> {
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
      await retire(bed, 0);
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
      await retire(bed, 0);
    });
  });
});

describe("a file that was let go and grows all the same is read on", () => {
  /** More than a file is known by at once. */
  const long = "1".repeat(1024);
  const followed = async (): Promise<{ path: string; saved: ReturnType<TailBed["committed"]> }> => {
    const path = join(mkdtempSync(join(base, "l-")), "app.log");
    writeFileSync(path, `${long}\n`);
    const saved = await withTail({ files: [path], rotatedMs: 50 }, async (bed) => {
      await bed.expectLines([long]);
      renameSync(path, `${path}.1`);
      await retire(bed, 0);
      return bed.committed();
    });
    return { path, saved };
  };

  test("though nothing else happens in its folder", async () => {
    const { path, saved } = await followed();
    await withTail({ files: [path], saved }, async (bed) => {
      appendFileSync(`${path}.1`, "2\n");
      await bed.expectLines(["2"]);
    });
  });

  test("in what it was compressed to", async () => {
    const { path, saved } = await followed();
    appendFileSync(`${path}.1`, "2\n");
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)));
    rmSync(`${path}.1`);
    writeFileSync(path, "3\n");
    await withTail({ files: [path], saved }, async (bed) => {
      await eventually(() => bed.lines.length === 2, "both are read");
      await bed.expectLines(["2", "3"]);
    });
  });
});
