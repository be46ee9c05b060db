import { appendFileSync, mkdtempSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { FsEvents } from "../../src/source/discovery/fs-events.ts";
import { eventually } from "../support/eventually.ts";
import { sorted, watchedInodes } from "../support/inotify.ts";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();
/** By itself the tail looks no sooner than this. */
const anHour = { pollMs: 3_600_000, discoverMs: 3_600_000 };

function inodeAt(path: string): bigint {
  return statSync(path, { bigint: true }).ino;
}

async function watched(dir: string): Promise<void> {
  const inode = inodeAt(dir);
  await eventually(() => watchedInodes("self").includes(inode), `${dir} is watched`);
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

describe("the limit of 1000 directories", () => {
  test("is on those that are watched now, and passing it is said once", async () => {
    const log: string[] = [];
    const fsEvents = new FsEvents(pino({}, { write: (line: string) => log.push(line) }), 250, () => undefined);
    const pods = mkdtempSync(join(base, "pods-"));
    let begun = 0;
    const begin = (count: number): string[] =>
      Array.from({ length: count }, () => mkdtempSync(join(pods, `${++begun}-`)));
    const first = begin(1000);
    fsEvents.watch(first);
    expect(watchedInodes("self")).toEqual(sorted(first.map(inodeAt)));
    expect(log).toEqual([]);

    fsEvents.watch([...first, ...begin(10)]);
    fsEvents.watch([...begin(10), ...first]);
    expect(watchedInodes("self")).toEqual(sorted(first.map(inodeAt)));
    expect(log).toEqual([expect.stringMatching(/"most":1000,"everyMs":250,.* followed by polling alone"/u)]);

    for (const dir of first.slice(0, 100)) rmSync(dir, { recursive: true });
    const next = [...first.slice(200), ...begin(200)];
    const wanted = sorted(next.map(inodeAt)).join(" ");
    await eventually(() => {
      fsEvents.watch([...first.slice(0, 100), ...next]);
      return watchedInodes("self").join(" ") === wanted;
    }, "those that took the place of others are watched");
    fsEvents.watch([...next, ...begin(1)]);
    expect(log).toHaveLength(1);
    fsEvents.close();
    expect(watchedInodes("self")).toEqual([]);
  });
});
