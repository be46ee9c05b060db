import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { readableForms } from "../../src/source/identity/compression.ts";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();

/** Compresses as the programs do: the copy has the time of the file, which is removed; what it holds does not matter. */
function compress(path: string, ending: string): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(`${path}.${ending}`, ending === "gz" ? gzipSync(readFileSync(path)) : "packed");
  utimesSync(`${path}.${ending}`, atime, mtime);
  rmSync(path);
}

/** Appends a line, so long after the others that a file system's clock tells. */
function appendLater(path: string): void {
  appendFileSync(path, "2\n");
  const later = Date.now() / 1000 + 60;
  utimesSync(path, later, later);
}

function moveAway(path: string): void {
  mkdirSync(`${path}.d`);
  renameSync(path, join(`${path}.d`, "app.log"));
}

interface Row {
  readonly what: string;
  /** What is written at the end of the file, without a newline, before nobody looks. */
  readonly part?: string;
  /** What happens while nobody looks. */
  readonly act: (path: string) => void;
  /** The losses that are told, or undefined where nothing is lost. */
  readonly told: { readonly unread?: number; readonly copy?: string; readonly msg: string } | undefined;
  readonly lines?: readonly string[];
}

const advice = `let it be rotated within its folder, plain or compressed by ${readableForms}`;
const packed = `the file was compressed in a form that cannot be read: lines that were written last may be lost; ${advice}`;
const gone = `the file is gone: lines that were written last may be lost; ${advice}`;

const rows: readonly Row[] = [
  ...["lz4", "xz", "bz2"].map((ending) => ({
    what: `written to and compressed to .${ending}`,
    act: (path: string) => {
      appendLater(path);
      compress(path, ending);
    },
    told: { copy: `app.log.${ending}`, msg: packed },
  })),
  {
    what: "renamed, written to, compressed to .xz, and followed by a new one",
    act: (path) => {
      appendLater(path);
      renameSync(path, `${path}.1`);
      writeFileSync(path, "3\n");
      compress(`${path}.1`, "xz");
    },
    told: { copy: "app.log.1.xz", msg: packed },
    lines: ["1", "3"],
  },
  {
    what: "moved to a folder that no glob names, and followed by a new one",
    act: (path) => {
      moveAway(path);
      writeFileSync(path, "3\n");
    },
    told: { msg: gone },
    lines: ["1", "3"],
  },
  {
    what: "deleted with bytes that were seen and not read",
    part: "half",
    act: rmSync,
    told: { unread: 4, msg: `the file is gone: lines that were not read are lost; ${advice}` },
  },
  {
    what: "compressed to .xz when it had been read to its end",
    act: (path) => {
      compress(path, "xz");
      writeFileSync(path, "3\n");
    },
    told: undefined,
    lines: ["1", "3"],
  },
  { what: "deleted when it had been read to its end", act: rmSync, told: undefined },
  { what: "moved away when it had been read to its end, with none in its place", act: moveAway, told: undefined },
  {
    what: "emptied by its writer when it had been read to its end",
    act: (path) => {
      writeFileSync(path, "3\n");
    },
    told: undefined,
    lines: ["1", "3"],
  },
  {
    what: "written to and renamed",
    act: (path) => {
      appendFileSync(path, "2\n");
      renameSync(path, `${path}.1`);
      writeFileSync(path, "3\n");
    },
    told: undefined,
    lines: ["1", "2", "3"],
  },
  {
    what: "written to and compressed to .gz",
    act: (path) => {
      appendFileSync(path, "2\n");
      compress(path, "gz");
    },
    told: undefined,
    lines: ["1", "2"],
  },
];

interface Told {
  readonly lost: number | undefined;
  readonly told: Row["told"];
  readonly lines: readonly string[];
}

/** Reads a file, lets things happen while nobody looks, and goes on. */
async function outcomeOf({ act, part = "", lines = ["1"] }: Row): Promise<Told> {
  const dir = mkdtempSync(join(base, "l-"));
  const path = join(dir, "app.log");
  writeFileSync(path, `1\n${part}`);
  const files = [join(dir, "app.log*")];
  const saved = await withTail({ files }, async (bed) => {
    await bed.expectLines(["1"]);
    return bed.committed();
  });
  act(path);
  // The names have changed some time before it starts again: just after that they may be about to change once more.
  const ago = Date.now() / 1000 - 1;
  utimesSync(dir, ago, ago);
  return withTail({ files, saved }, async (bed) => {
    const all = (): string[] => ["1", ...bed.lines];
    const isOver = (): boolean =>
      bed.log.some((line) => /the file (?:is gone|was compressed|was truncated)/u.test(line));
    const hasCome = (): boolean => all().length === lines.length;
    await eventually(() => hasCome() && (isOver() || lines.includes("2")), `${lines.join()}: ${bed.log.join("")}`);
    const records = bed.log.map(
      (line) => JSON.parse(line) as { level: number; copy?: string; unread?: number; msg: string },
    );
    const [warning] = records.filter(({ level }) => level === 40);
    const told = warning && {
      ...(warning.unread === undefined ? {} : { unread: warning.unread }),
      ...(warning.copy === undefined ? {} : { copy: warning.copy.slice(dir.length + 1) }),
      msg: warning.msg,
    };
    return { lost: bed.tail.counts()[0]?.lost, told, lines: all() };
  });
}

describe("a file that disappears while nobody looks", () => {
  const outcomes = new Map<Row, Told>();
  beforeAll(async () => {
    await Promise.all(rows.map(async (row) => outcomes.set(row, await outcomeOf(row))));
  });

  test.each(rows)("a file that is $what is told as lost exactly if lines of it are, or may be", (row) => {
    const { told, lines = ["1"] } = row;
    expect(outcomes.get(row)).toEqual({ lost: told === undefined ? 0 : 1, told, lines });
  });
});

test("files that are compressed in a form that cannot be read are left out of a glob, said once, and are no errors", async () => {
  const dir = mkdtempSync(join(base, "f-"));
  for (const name of ["app.log", "app.log.1.lz4", "app.log.2.xz"]) writeFileSync(join(dir, name), `${name}\n`);
  await withTail({ files: [join(dir, "app.log*")] }, async (bed) => {
    await bed.expectLines(["app.log"]);
    writeFileSync(join(dir, "app.log.3.bz2"), "x\n");
    appendFileSync(join(dir, "app.log"), "more\n");
    await bed.expectLines(["app.log", "more"]);
    expect(bed.log.filter((line) => line.includes("in a form that cannot be read are left out"))).toHaveLength(1);
    const [counts] = bed.tail.counts();
    expect([...(counts?.readErrors.values() ?? [])].every((errors) => errors === 0)).toBe(true);
  });
});

test("a file that is named and compressed in a form that cannot be read is told as one that cannot be followed", async () => {
  const path = join(mkdtempSync(join(base, "n-")), "app.log.bz2");
  writeFileSync(path, "x\n");
  await withTail({ files: [path] }, async (bed) => {
    await eventually(
      () =>
        bed.log.some((line) =>
          line.includes(`it is compressed in a form that cannot be read (.bz2): only ${readableForms} can`),
        ),
      "told",
    );
    expect(bed.lines).toEqual([]);
    expect(bed.tail.counts()[0]?.readErrors.get("kind")).toBe(1);
  });
});
