import { appendFileSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { EntryKey, JsonValue } from "../../src/serializable.ts";
import { Beginnings } from "../../src/source/discovery/since.ts";
import { tempDir } from "../support/temp.ts";
import { withTail, type Wanted } from "./tail-bed.ts";

const base = tempDir();
const newDir = (): string => mkdtempSync(join(base, "b-"));

type NumberedRecord = readonly (readonly [EntryKey, JsonValue])[];

/** What a tail reads, and what it leaves to the next one. */
async function follow(wanted: Wanted, lines: readonly string[], saved: NumberedRecord = []): Promise<NumberedRecord> {
  return withTail({ byHand: true, ...wanted, saved }, async (bed) => {
    await bed.look();
    expect(bed.lines.toSorted()).toEqual(lines.toSorted());
    return bed.committed();
  });
}

/** A log of which one line was read, and that has been rotated twice since. */
async function rotatedTwice(dir: string, wanted: Wanted): Promise<NumberedRecord> {
  const path = join(dir, "app.log");
  // What was rotated away before is never wanted.
  writeFileSync(`${path}.7`, "ancient\n");
  writeFileSync(path, "1\n");
  const saved = await follow(wanted, wanted.startAt === "end" ? [] : ["1"]);
  appendFileSync(path, "2\n");
  renameSync(path, `${path}.2`);
  writeFileSync(`${path}.1`, "3\n");
  writeFileSync(path, "4\n");
  return saved;
}

describe.each(["beginning", "end"] as const)(
  "a log that was rotated twice meanwhile is read on, startAt %s, though",
  (startAt) => {
    const changes: Readonly<Record<string, (dir: string) => Partial<Wanted>>> = {
      "the source has one glob more": (dir) => ({ files: [join(dir, "app.log"), join(dir, "other/*.log")] }),
      "the source has one glob less": (dir) => ({ files: [join(dir, "app.log")] }),
      "the globs are in another order": (dir) => ({ files: [join(dir, "more/*.log"), join(dir, "app.log")] }),
      "a wider glob names it now": (dir) => ({ files: [join(dir, "*.log")] }),
      "a wider glob names what was rotated away, too": (dir) => ({ files: [join(dir, "app*")] }),
      "the source has another name": () => ({ name: "other" }),
      "the source has another name and one glob more": (dir) => ({
        name: "other",
        files: [join(dir, "app.log"), join(dir, "other/*.log")],
      }),
      "the source has another name and a wider glob": (dir) => ({ name: "other", files: [join(dir, "*.log")] }),
      "the source has another name and a narrower glob": (dir) => ({ name: "other", files: [join(dir, "app.log")] }),
    };
    test.each(Object.entries(changes))("%s", async (what, change) => {
      const dir = newDir();
      const glob = what.includes("narrower") ? "app*.log" : "app.log";
      const before = { name: "test", files: [join(dir, glob), join(dir, "more/*.log")], startAt };
      const saved = await rotatedTwice(dir, before);
      const again = await follow({ ...before, ...change(dir) }, ["2", "3", "4"], saved);
      await follow({ ...before, ...change(dir) }, [], again);
    });
  },
);

test.each(["beginning", "end"] as const)(
  "one of two sources with the same glob is renamed, startAt %s: each line counts once",
  async (startAt) => {
    const dir = newDir();
    const before = { name: "first", also: [{ name: "second" }], files: [join(dir, "*.log")], startAt };
    const path = join(dir, "app.log");
    writeFileSync(path, "1\n");
    const saved = await follow(before, startAt === "end" ? [] : ["1"]);
    appendFileSync(path, "2\n");
    renameSync(path, `${path}.2`);
    writeFileSync(`${path}.1`, "3\n");
    writeFileSync(path, "4\n");
    const after = { ...before, name: "renamed" };
    const again = await follow(after, ["2", "3", "4"], saved);
    await follow(after, [], again);
  },
);

describe("following begins with a path that only a new glob names:", () => {
  test("what it holds is not wanted when only the end is, nor is what was rotated away before", async () => {
    const dir = newDir();
    const saved = await follow({ files: [join(dir, "app.log")], startAt: "end" }, []);
    for (const name of ["new.log", "new.log.1", "other.log"]) writeFileSync(join(dir, name), `${name}\n`);
    // It was named before, and is new.
    writeFileSync(join(dir, "app.log"), "all\n");
    const files = [join(dir, "app.log"), join(dir, "new.log")];
    const again = await follow({ files, startAt: "end" }, ["all"], saved);
    appendFileSync(join(dir, "new.log"), "more\n");
    await follow({ files, startAt: "end" }, ["more"], again);
  });

  test("what was rotated away before is not wanted from the beginning, either", async () => {
    const dir = newDir();
    mkdirSync(join(dir, "b"));
    const saved = await follow({ files: [join(dir, "app.log")] }, []);
    for (const name of ["new.log", "new.log.1", "b/new.log", "b/new.log.1"]) {
      writeFileSync(join(dir, name), `${name}\n`);
    }
    const files = [join(dir, "app.log"), join(dir, "new.log"), join(dir, "b/*.log")];
    await follow({ files }, ["new.log", "b/new.log"], saved);
  });

  test("so it is with a log that only a number tells from another one", async () => {
    const dir = newDir();
    const [one, two] = [join(dir, "worker.1"), join(dir, "worker.2")];
    writeFileSync(one, "1\n");
    const saved = await follow({ files: [one], startAt: "end" }, []);
    writeFileSync(two, "old\n");
    appendFileSync(one, "new\n");
    await follow({ files: [one, two], startAt: "end" }, ["new"], saved);
  });

  test("so it is when the glob has come back after it was gone", async () => {
    const dir = newDir();
    const [one, other] = [join(dir, "one.log"), join(dir, "other.log")];
    const both = { files: [one, other], startAt: "end" } as const;
    const saved = await follow({ ...both, files: [one] }, [], await follow(both, []));
    writeFileSync(other, "old\n");
    writeFileSync(one, "new\n");
    await follow(both, ["new"], saved);
  });
});

test("what an older version has written down of a source is understood", async () => {
  const dir = newDir();
  const files = [join(dir, "app.log")];
  const saved = await rotatedTwice(dir, { files });
  const older = saved.map(([key, value]): [EntryKey, JsonValue] => [
    key,
    typeof key[1] === "string" ? [Date.now(), files] : value,
  ]);
  await follow({ files: [...files, join(dir, "more.log")] }, ["2", "3", "4"], older);
});

test("a glob is followed since the earliest of those before that name all that it names", () => {
  const before = [
    ["/a/*.log", 3],
    ["/a/x*.log", 2],
    ["/b/*.log", 1],
  ] as const;
  const now = 9;
  const sources = [{ name: "s", files: ["/a/*.log", "/a/x.log", "/a/y.log", "/a/*", "/c/z.log"] }];
  expect(new Beginnings(before, sources).carryOver(sources, now)).toEqual([
    ["/a/*.log", 3, "s"],
    ["/a/x.log", 2, "s"],
    ["/a/y.log", 3, "s"],
    ["/a/*", now, "s"],
    ["/c/z.log", now, "s"],
  ]);
});
