import { appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import type { EntryKey, JsonValue } from "../../src/serializable.ts";
import { isRecord } from "../../src/serializable.ts";
import { tempDir } from "../support/temp.ts";
import { withTail, type TailBed, type Wanted } from "./tail-bed.ts";

const base = tempDir();
const newDir = (): string => mkdtempSync(join(base, "s-"));

type Saved = readonly (readonly [EntryKey, JsonValue])[];
type Sources = NonNullable<Wanted["also"]>;

/** Numbered lines, as they stand in a log. */
const text = (from: number, count: number): string =>
  lines(from, count)
    .map((line) => `${line}\n`)
    .join("");
function lines(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index} ${"x".repeat((from + index) % 40)}`);
}

/** What a tail of these sources, all on `app.log` unless they say otherwise, reads by source, and leaves to the next one. */
async function follow(
  dir: string,
  [first, ...also]: Sources,
  expected: Readonly<Record<string, readonly string[]>>,
  saved: Saved = [],
  work: (bed: TailBed) => Promise<void> = async (bed) => {
    for (let time = 0; time < 4; time++) await bed.look();
  },
): Promise<Saved> {
  if (first === undefined) throw new Error("one source at least");
  const wanted = { files: [join(dir, "app.log")], byHand: true, rotatedMs: 0, deletedMs: 0, also, saved };
  return withTail(
    { ...wanted, name: first.name, selection: first.selection ?? "", startAt: first.startAt ?? "beginning" },
    async (bed) => {
      await work(bed);
      const read = Object.entries(expected).map(([source]) => [source, (bed.bySource.get(source) ?? []).toSorted()]);
      expect(Object.fromEntries(read)).toEqual(
        Object.fromEntries(Object.entries(expected).map(([source, some]) => [source, some.toSorted()])),
      );
      expect([...bed.sources].filter((source) => expected[source] === undefined)).toEqual([]);
      return bed.committed();
    },
  );
}

const a = { name: "a", selection: "predictions" };
const b = { name: "b", selection: "labels" };

describe("sources that read other lines of one file read it each on its own: every line once", () => {
  const rotations: Readonly<Record<string, (app: string) => void>> = {
    "renamed and made anew": (app) => {
      renameSync(app, `${app}.1`);
      writeFileSync(app, text(1001, 50));
    },
    "copied and truncated": (app) => {
      copyFileSync(app, `${app}.1`);
      truncateSync(app, 0);
      writeFileSync(app, text(1001, 50));
    },
    "compressed and made anew": (app) => {
      writeFileSync(`${app}.1.gz`, gzipSync(text(1, 310)));
      rmSync(app);
      writeFileSync(app, text(1001, 50));
    },
  };
  describe.each([
    { when: "while the tail runs", isUp: true },
    { when: "while the tail is down", isUp: false },
  ])("$when", ({ isUp }) => {
    test.each(Object.entries(rotations))("though it is %s", async (_title, rotate) => {
      const dir = newDir();
      const app = join(dir, "app.log");
      const more = [...lines(301, 10), ...lines(1001, 50)];
      writeFileSync(app, text(1, 300));
      const go = (): void => {
        appendFileSync(app, text(301, 10));
        rotate(app);
      };
      const before = isUp ? [...lines(1, 300), ...more] : lines(1, 300);
      const saved = await follow(dir, [a, b], { a: before, b: before }, [], async (bed) => {
        await bed.look();
        if (isUp) go();
        for (let time = 0; time < 4; time++) await bed.look();
      });
      if (!isUp) go();
      const after = isUp ? [] : more;
      const again = await follow(dir, [a, b], { a: after, b: after }, saved);
      await follow(dir, [a, b], { a: [], b: [] }, again);
    });
  });

  test("no word is said of it, and the files of each are counted", async () => {
    const dir = newDir();
    writeFileSync(join(dir, "app.log"), text(1, 10));
    await follow(dir, [a, b], { a: lines(1, 10), b: lines(1, 10) }, [], async (bed) => {
      await bed.look();
      expect(bed.log.filter((line) => line.includes("two sources"))).toEqual([]);
      expect(bed.tail.counts().map(({ source, followed }) => [source, followed])).toEqual([
        ["a", 1],
        ["b", 1],
      ]);
      expect(bed.tail.status().map(({ source, lagBytes }) => [source, lagBytes])).toEqual([
        ["a", 0],
        ["b", 0],
      ]);
    });
  });
});

test("of three sources those of one selection share the file: it counts for the first of them", async () => {
  const dir = newDir();
  writeFileSync(join(dir, "app.log"), text(1, 10));
  await follow(dir, [a, { ...a, name: "c" }, b], { a: lines(1, 10), b: lines(1, 10) });
});

describe("a log of which 10 lines were read, and that was rotated twice before, is read on when", () => {
  interface Change {
    readonly before?: Sources;
    readonly after: Sources;
    /** The sources that go on where the one before was. */
    readonly goOn: readonly string[];
    /** Those that begin with the file. */
    readonly begin?: readonly string[];
    /** Those that begin at the end of it. */
    readonly atEnd?: readonly string[];
  }
  const changes: Readonly<Record<string, Change>> = {
    "another source comes to it, which begins with the file": { after: [a, b], goOn: ["a"], begin: ["b"] },
    "another source comes before it": { after: [b, a], goOn: ["a"], begin: ["b"] },
    "another source comes to it that begins at the end": {
      after: [a, { ...b, startAt: "end" }],
      goOn: ["a"],
      atEnd: ["b"],
    },
    "the source reads other lines from now on": { after: [{ ...a, selection: "all" }], goOn: ["a"] },
    "the source has another name": { after: [{ ...a, name: "new" }], goOn: ["new"] },
    "one of two sources has another name": {
      before: [a, b],
      after: [{ ...a, name: "new" }, b],
      goOn: ["new", "b"],
    },
    "the source is parted into two with other names": {
      before: [{ name: "all" }],
      after: [a, b],
      goOn: ["a", "b"],
    },
    "the source is parted into two, one with its name": {
      before: [{ name: "a" }],
      after: [a, b],
      goOn: ["a"],
      begin: ["b"],
    },
    "two sources change places": { before: [a, b], after: [b, a], goOn: ["a", "b"] },
    "one of two sources goes": { before: [a, b], after: [b], goOn: ["b"] },
    "two sources become one": { before: [a, b], after: [{ name: "one" }], goOn: ["one"] },
  };
  test.each(Object.entries(changes))("%s", async (_title, { before = [a], after, goOn, begin = [], atEnd = [] }) => {
    const dir = newDir();
    const app = join(dir, "app.log");
    // What was rotated away before is never wanted.
    writeFileSync(`${app}.2`, text(8001, 10));
    writeFileSync(`${app}.1`, text(9001, 10));
    writeFileSync(app, text(1, 10));
    const first = Object.fromEntries(before.map(({ name }) => [name, lines(1, 10)]));
    const saved = await follow(dir, before, first);
    appendFileSync(app, text(11, 5));
    const expected = {
      ...Object.fromEntries(goOn.map((name) => [name, lines(11, 5)])),
      ...Object.fromEntries(begin.map((name) => [name, lines(1, 15)])),
      ...Object.fromEntries(atEnd.map((name) => [name, []])),
    };
    const again = await follow(dir, after, expected, saved);
    appendFileSync(app, text(16, 5));
    const on = Object.fromEntries(after.map(({ name }) => [name, lines(16, 5)]));
    await follow(dir, after, on, again);
  });
});

test("each of two sources goes on where an older version was, which has not written down whose a file is", async () => {
  const dir = newDir();
  writeFileSync(join(dir, "app.log"), text(1, 10));
  const saved = await follow(dir, [{ name: "all" }], { all: lines(1, 10) });
  const older = saved.map(([key, value]): readonly [EntryKey, JsonValue] => {
    if (typeof key[1] === "string") return [key, [[join(dir, "app.log"), Date.now()]]];
    if (!isRecord(value)) throw new Error("a record has another form");
    return [key, { ...value, source: null }];
  });
  appendFileSync(join(dir, "app.log"), text(11, 5));
  const again = await follow(dir, [a, b], { a: lines(11, 5), b: lines(11, 5) }, older);
  await follow(dir, [a, b], { a: [], b: [] }, again);
});

test("what a source has that is gone is not kept for ever", async () => {
  const dir = newDir();
  writeFileSync(join(dir, "app.log"), text(1, 10));
  const saved = await follow(dir, [a, b], { a: lines(1, 10), b: lines(1, 10) });
  expect(saved).toHaveLength(3);
  expect(await follow(dir, [b], { b: [] }, saved)).toHaveLength(2);
});
