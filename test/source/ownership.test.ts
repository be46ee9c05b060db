import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { isRecord, type EntryKey, type JsonValue } from "../../src/serializable.ts";
import { fingerprintFrom } from "../../src/source/identity/fingerprint.ts";
import { tempDir } from "../support/temp.ts";
import { TailBed, withTail, type Wanted } from "./tail-bed.ts";

const base = tempDir();
const newDir = (): string => mkdtempSync(join(base, "o-"));

/** Numbered lines; those of one file are unlike those of another. */
function lines(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index} ${"x".repeat((from + index) % 40)}`);
}
const text = (some: readonly string[]): string => some.map((line) => `${line}\n`).join("");
const all = lines(1, 300);

interface Case {
  /** The globs of each source, in the order of the config. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  /** Makes the files in a folder, beside `app.log`, which holds 300 lines. */
  readonly make?: (dir: string) => void;
  /** The source that reads them. */
  readonly reader: string;
  /** Another one that reaches them, and is told so. */
  readonly other?: string;
}

const cases: Readonly<Record<string, Case>> = {
  "two sources with one glob": { sources: { a: ["*.log"], b: ["*.log"] }, reader: "a", other: "b" },
  "two sources whose globs overlap": { sources: { a: ["app*"], b: ["*.log"] }, reader: "a", other: "b" },
  "the same, in the other order": { sources: { b: ["*.log"], a: ["app*"] }, reader: "b", other: "a" },
  "a path and a glob": { sources: { a: ["app.log"], b: ["*.log"] }, reader: "a", other: "b" },
  "a hard link of another source": {
    sources: { a: ["app.log"], b: ["hard.jsonl"] },
    make: (dir) => {
      linkSync(join(dir, "app.log"), join(dir, "hard.jsonl"));
    },
    reader: "a",
    other: "b",
  },
  "a hard link of an earlier source": {
    sources: { b: ["hard.jsonl"], a: ["app.log"] },
    make: (dir) => {
      linkSync(join(dir, "app.log"), join(dir, "hard.jsonl"));
    },
    reader: "b",
    other: "a",
  },
  "a hard link in another folder": {
    sources: { a: ["app.log"], b: ["links/*"] },
    make: (dir) => {
      mkdirSync(join(dir, "links"));
      linkSync(join(dir, "app.log"), join(dir, "links/other.log"));
    },
    reader: "a",
    other: "b",
  },
  "a symbolic link in another folder": {
    sources: { b: ["links/*"], a: ["app.log"] },
    make: (dir) => {
      mkdirSync(join(dir, "links"));
      symlinkSync(join(dir, "app.log"), join(dir, "links/other.log"));
    },
    reader: "b",
    other: "a",
  },
  "a folder that is reached through a link": {
    sources: { a: ["*.log"], b: ["link/*.log"] },
    make: (dir) => {
      symlinkSync(dir, join(dir, "link"));
    },
    reader: "a",
    other: "b",
  },
  "three sources": { sources: { a: ["*.log"], b: ["app.*"], c: ["app.log"] }, reader: "a", other: "b" },
  "two globs of one source": { sources: { a: ["*.log", "app*"] }, reader: "a" },
  "two links of one source": {
    sources: { a: ["*.log"] },
    make: (dir) => {
      linkSync(join(dir, "app.log"), join(dir, "hard.log"));
      symlinkSync(join(dir, "app.log"), join(dir, "soft.log"));
    },
    reader: "a",
  },
};

/** What a tail is made of that follows these sources in a folder. */
function wanted(dir: string, sources: Case["sources"]): Wanted {
  const [first, ...others] = Object.entries(sources).map(([name, globs]) => ({
    name,
    files: globs.map((glob) => join(dir, glob)),
    linkTargets: [dir],
  }));
  if (first === undefined) throw new Error("one source at least");
  return { ...first, also: others, byHand: true };
}

async function look(bed: TailBed, times = 3): Promise<void> {
  for (let time = 0; time < times; time++) await bed.look();
}

describe("a file of 300 lines that is reached twice counts once:", () => {
  test.each(Object.entries(cases))("%s", async (_title, { sources, make, reader, other }) => {
    const dir = newDir();
    const app = join(dir, "app.log");
    writeFileSync(app, text(all));
    make?.(dir);
    const options = wanted(dir, sources);
    const saved = await withTail(options, async (bed) => {
      await look(bed);
      expect(bed.lines).toEqual(all);
      expect(bed.sources).toEqual(new Set([reader]));
      const said = bed.log.filter((line) => line.includes("two sources reach one file"));
      expect(said).toHaveLength(Object.keys(sources).length - 1);
      if (other !== undefined) expect(said[0]).toContain(`"source":"${reader}","other":"${other}"`);
      return bed.committed();
    });
    appendFileSync(app, text(lines(301, 10)));
    const again = await withTail({ ...options, saved }, async (bed) => {
      await look(bed);
      expect(bed.lines).toEqual(lines(301, 10));
      expect(bed.sources).toEqual(new Set([reader]));
      // It is renamed, and goes on; what comes in its place is new.
      appendFileSync(app, text(lines(311, 10)));
      renameSync(app, `${app}.1`);
      writeFileSync(app, text(lines(321, 10)));
      await look(bed);
      appendFileSync(`${app}.1`, text(lines(1001, 10)));
      await look(bed);
      expect(bed.lines.toSorted()).toEqual([...lines(301, 30), ...lines(1001, 10)].toSorted());
      return bed.committed();
    });
    await withTail({ ...options, saved: again }, async (bed) => {
      await look(bed);
      expect(bed.lines).toEqual([]);
    });
  });
});

/** What rotation makes of a log that one source names, so that it is under a name of the other one. */
const moves: Readonly<Record<string, (dir: string) => void>> = {
  "renamed beside it": (dir) => {
    renameSync(join(dir, "app.log"), join(dir, "app.log.1"));
  },
  "moved to another folder": (dir) => {
    renameSync(join(dir, "app.log"), join(dir, "done/app.log"));
  },
  "compressed beside it": (dir) => {
    writeFileSync(join(dir, "app.log.1.gz"), gzipSync(text(all)));
    rmSync(join(dir, "app.log"));
  },
};

describe.each([
  { order: "first", sources: { live: ["app.log"], rest: ["app.log.*", "done/*"] } },
  { order: "last", sources: { rest: ["app.log.*", "done/*"], live: ["app.log"] } },
])("a log of the $order source is read to its end by it, and counts once, though", ({ sources }) => {
  describe.each([
    { when: "while the tail runs", isUp: true },
    { when: "while the tail is down", isUp: false },
  ])("$when", ({ isUp }) => {
    test.each(Object.entries(moves))("another source finds it %s", async (_title, move) => {
      const dir = newDir();
      const app = join(dir, "app.log");
      mkdirSync(join(dir, "done"));
      writeFileSync(app, text(all.slice(0, 290)));
      const options = { ...wanted(dir, sources), rotatedMs: 0, deletedMs: 0 };
      const first = new TailBed(options);
      await first.tail.start();
      await look(first);
      const go = (): void => {
        appendFileSync(app, text(all.slice(290)));
        move(dir);
        writeFileSync(app, text(lines(301, 10)));
      };
      if (isUp) {
        go();
        await look(first, 6);
        expect(first.sources).toEqual(new Set(["live"]));
      }
      await first.tail.close();
      const saved = first.committed();
      const before = first.lines.length;
      if (!isUp) go();
      const rest = await withTail({ ...options, saved }, async (bed) => {
        await look(bed, 6);
        expect(bed.sources).toEqual(new Set(isUp ? [] : ["live"]));
        return bed;
      });
      const counted = [...first.lines, ...rest.lines];
      expect(before).toBe(isUp ? 310 : 290);
      expect(counted.toSorted()).toEqual([...all, ...lines(301, 10)].toSorted());
    });
  });
});

test("a file that was moved to another folder after it was let go is remembered for as long as it is there", async () => {
  const dir = newDir();
  const app = join(dir, "in/app.log");
  for (const name of ["in", "done"]) mkdirSync(join(dir, name));
  writeFileSync(app, text(all));
  let now = Date.now();
  const options = { ...wanted(dir, { in: ["in/*"], done: ["done/*"] }), rotatedMs: 0, clock: () => now };
  await withTail(options, async (bed) => {
    await look(bed);
    renameSync(app, join(dir, "done/app.log"));
    await look(bed, 4);
    for (let week = 0; week < 3; week++) {
      now += 8 * 24 * 3_600_000;
      await look(bed);
    }
    expect(bed.lines).toEqual(all);
  });
});

describe.each([
  { seen: "an empty log", name: "app.log", content: "" },
  // It was looked at before its first line was whole.
  { seen: "a log whose first bytes are the same", name: "app.log", content: "li" },
  { seen: "an empty rotated file", name: "app.log.1", content: "" },
  { seen: "an empty compressed file", name: "app.log.1.gz", content: gzipSync("") },
])("what has the number of $seen that is gone, and is", ({ name, content }) => {
  test.each([
    { what: "another log of its source", path: "a/next.log", reader: "a" },
    { what: "a log of another source", path: "b/app.log", reader: "b" },
    { what: "a rotated file of another source", path: "b/app.log.1", reader: "b" },
    { what: "a compressed file of another source", path: "b/app.log.1.gz", reader: "b" },
  ])("$what, is read by the source of its path", async ({ path, reader }) => {
    const dir = newDir();
    for (const folder of ["a", "b"]) mkdirSync(join(dir, folder));
    const sources = { a: ["a/*"], b: ["b/*"] };
    const before = new TailBed(wanted(dir, sources));
    await before.tail.start();
    writeFileSync(join(dir, "a", name), content);
    await look(before);
    const head = Buffer.from(content);
    const saved = before.committed().map(([key, value]): [EntryKey, JsonValue] => {
      const isUnread = isRecord(value) && value["offset"] === 0 && !name.endsWith(".gz");
      const { bytes, hash } = fingerprintFrom(head, 0, head.length);
      return [key, isUnread ? { ...value, head: [bytes, hash] } : value];
    });
    await before.tail.close();
    // Numbers are used again once a file is gone; a new name for the file is the same to the tail.
    renameSync(join(dir, "a", name), join(dir, path));
    writeFileSync(join(dir, path), path.endsWith(".gz") ? gzipSync(text(all)) : text(all));
    await withTail({ ...wanted(dir, sources), saved }, async (bed) => {
      await look(bed);
      expect([...bed.bySource]).toEqual([[reader, all]]);
    });
  });
});
