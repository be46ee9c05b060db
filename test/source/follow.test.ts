import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { openFiles } from "../support/open-files.ts";
import { tempDir } from "../support/temp.ts";
import { Collector } from "./collector.ts";
import { TailBed, withTail, type Wanted } from "./tail-bed.ts";

const base = tempDir();
const newDir = (): string => mkdtempSync(join(base, "f-"));

describe("which files are followed", () => {
  test("those under the globs and not under the exclusions, and those that are named, also when they come later", async () => {
    const dir = newDir();
    mkdirSync(join(dir, "deep/er"), { recursive: true });
    for (const name of ["a.log", "b.txt", "not.log", "deep/er/c.log", ".hidden.log"])
      writeFileSync(join(dir, name), `${name}\n`);
    const files = [join(dir, "**/*.log"), join(dir, "a.log"), join(dir, "late/named"), join(dir, "odd[1].txt")];
    await withTail({ files, exclude: [join(dir, "**/not*")] }, async (bed) => {
      mkdirSync(join(dir, "late"));
      for (const name of ["late/named", "late/d.log", "odd[1].txt"]) writeFileSync(join(dir, name), `${name}\n`);
      await eventually(() => bed.lines.length >= 6, "all files");
      expect(bed.lines.toSorted()).toEqual([
        ".hidden.log",
        "a.log",
        "deep/er/c.log",
        "late/d.log",
        "late/named",
        "odd[1].txt",
      ]);
    });
  });

  test("a directory, a FIFO, a socket and a device are refused by name and do not hang it", async () => {
    const dir = newDir();
    mkdirSync(join(dir, "folder"));
    mkdirSync(join(dir, "glob.folder.log"));
    execFileSync("mkfifo", [join(dir, "fifo.log")]);
    symlinkSync("/dev/null", join(dir, "device.log"));
    symlinkSync(join(dir, "loop.log"), join(dir, "loop.log"));
    const socket = createServer().listen(join(dir, "socket.log"));
    writeFileSync(join(dir, "good.log"), "good\n");
    try {
      await withTail({ files: [join(dir, "*.log"), join(dir, "folder"), join(dir, "loop.log")] }, async (bed) => {
        await bed.expectLines(["good"]);
        const refused = bed.tail.status().filter(({ state }) => state === "refused");
        expect(refused.map(({ path, problem }) => [path.slice(dir.length + 1), problem]).toSorted()).toEqual([
          ["device.log", "it is a device, not a regular file"],
          ["fifo.log", "it is a FIFO, not a regular file"],
          ["folder", "it is a directory, not a regular file"],
          ["loop.log", expect.stringContaining("ELOOP")],
          ["socket.log", "it is a socket, not a regular file"],
        ]);
        await eventually(() => (bed.tail.counts()[0]?.followed ?? 0) === 1, "one is followed");
        // Said once each, however often it is looked for.
        await bed.look();
        await bed.look();
        expect(bed.log.filter((line) => line.includes("cannot follow the path"))).toHaveLength(5);
        // What becomes readable is read.
        rmSync(join(dir, "loop.log"));
        writeFileSync(join(dir, "loop.log"), "mended\n");
        await bed.expectLines(["good", "mended"]);
      });
    } finally {
      socket.close();
    }
  });

  test("a link that leads nowhere is refused by name until its target comes", async () => {
    const dir = newDir();
    const [named, found] = [join(dir, "named"), join(dir, "found.log")];
    const [pods, volume] = [join(dir, "pods"), join(dir, "volume")];
    symlinkSync("volume/named", named);
    mkdirSync(pods);
    symlinkSync(join(pods, "0.log"), found);
    symlinkSync("../volume/0.log", join(pods, "0.log"));
    await withTail({ files: [join(dir, "*.log"), named, join(dir, "none")] }, async (bed) => {
      await eventually(() => bed.tail.status().length === 2, "both are refused");
      expect(bed.tail.status().toSorted((a, b) => (a.path < b.path ? -1 : 1))).toMatchObject([
        { path: found, state: "refused", problem: `it is a link to ${join(volume, "0.log")}, which does not exist` },
        { path: named, state: "refused", problem: `it is a link to ${join(volume, "named")}, which does not exist` },
      ]);
      const [counts] = bed.tail.counts();
      expect([counts?.followed, counts?.readErrors.get("ENOENT")]).toEqual([0, 2]);
      // Said once each, however often it is looked for.
      await bed.look();
      await bed.look();
      expect(bed.log.filter((line) => line.includes("cannot follow the path"))).toHaveLength(2);
      mkdirSync(volume);
      writeFileSync(join(volume, "0.log"), "mounted\n");
      await bed.expectLines(["mounted"]);
      await eventually(() => bed.tail.status().some(({ path, state }) => path === found && state === "live"), "one is");
      expect(bed.tail.status()).toHaveLength(2);
      expect(bed.tail.status()).toContainEqual(expect.objectContaining({ path: named, state: "refused" }));
    });
  });

  test("a link that has led to a log is not refused when that is gone: another one may come, or the log is over", async () => {
    const dir = newDir();
    const [link, target, forgotten] = [join(dir, "app.log"), join(dir, "target"), join(dir, "forgotten.log")];
    symlinkSync(target, link);
    writeFileSync(target, "one\n");
    await withTail({ files: [join(dir, "*.log")], deletedMs: 20 }, async (bed) => {
      await bed.expectLines(["one"]);
      rmSync(target);
      await eventually(() => bed.tail.status().length === 0, "the log is over");
      symlinkSync(join(dir, "nowhere"), forgotten);
      await eventually(() => bed.tail.status().length > 0, "the link that never led to a log is refused");
      expect(bed.tail.status()).toMatchObject([{ path: forgotten, state: "refused" }]);
      writeFileSync(target, "two\n");
      await bed.expectLines(["one", "two"]);
    });
  });

  test.each([
    { what: "UTF-16LE", bytes: Buffer.from("\ufeffone\n", "utf16le") },
    { what: "Parquet", bytes: Buffer.from("PAR1\u0015\u0004one\n") },
    { what: "Avro", bytes: Buffer.from("Obj\u0001one\n") },
  ])("$what is refused by name until the file is written anew", async ({ what, bytes }) => {
    const path = join(newDir(), "app.log");
    writeFileSync(path, bytes);
    await withTail({ files: [path] }, async (bed) => {
      await eventually(() => bed.tail.status()[0]?.state === "refused", "it is refused");
      expect(bed.tail.status()[0]?.problem).toMatch(new RegExp(`^it is ${what}`, "u"));
      appendFileSync(path, bytes);
      await bed.look();
      expect(bed.lines).toEqual([]);
      rmSync(path);
      writeFileSync(path, "three\n");
      await bed.expectLines(["three"]);
      expect(bed.log.filter((line) => line.includes(what))).toHaveLength(1);
    });
  });
});

describe("where reading begins", () => {
  test("at the end: what is there is left out, the line that is being written is not", async () => {
    const dir = newDir();
    const path = join(dir, "app.log");
    writeFileSync(path, "header\nold\nhalf");
    const firstLines: unknown[] = [];
    const collector = new Collector();
    const open = ({ firstLine }: { firstLine: Buffer | undefined }): Collector => {
      firstLines.push(firstLine?.toString());
      return collector;
    };
    await withTail({ files: [join(dir, "*.log")], startAt: "end", open }, async (bed) => {
      appendFileSync(path, " and half\nnew\n");
      await eventually(() => collector.lines.length === 2, "the new lines");
      expect(collector.lines).toEqual(["half and half", "new"]);
      // What appears later has been written since.
      writeFileSync(join(dir, "later.log"), "all\n");
      await eventually(() => collector.lines.length === 3, "the new file");
      await bed.look();
    });
    expect(firstLines).toEqual(["header", undefined]);
  });

  test("at the beginning, for what has come while the daemon was down, though only the end was wanted at first", async () => {
    const dir = newDir();
    writeFileSync(join(dir, "a.log"), "old\n");
    const first = await withTail({ files: [join(dir, "*.log")], startAt: "end" }, (bed) =>
      Promise.resolve(bed.committed()),
    );
    appendFileSync(join(dir, "a.log"), "new\n");
    writeFileSync(join(dir, "b.log"), "whole\n");
    await withTail({ files: [join(dir, "*.log")], startAt: "end", saved: first }, async (bed) => {
      await eventually(() => bed.lines.length === 2, "the new lines");
      expect(bed.lines.toSorted()).toEqual(["new", "whole"]);
    });
    // What other globs name is another matter.
    writeFileSync(join(dir, "c.txt"), "old\n");
    await withTail({ files: [join(dir, "*")], startAt: "end", saved: first }, async (bed) => {
      await eventually(() => bed.lines.length === 2, "the new lines");
      await bed.look();
      expect(bed.lines.toSorted()).toEqual(["new", "whole"]);
    });
  });
});

describe("many files", () => {
  test("5,000 are read, each to its end, with fewer descriptors than files", async () => {
    const dir = newDir();
    for (let i = 0; i < 5000; i++) writeFileSync(join(dir, `${i}.log`), `a${i}\n`);
    await withTail({ files: [join(dir, "*.log")], maxOpen: 50, maxFiles: 5000 }, async (bed) => {
      const open = (): number => openFiles(process.pid, dir).length;
      await bed.tail.caughtUp;
      expect(bed.lines).toHaveLength(5000);
      expect(open()).toBeLessThanOrEqual(50);
      for (let i = 0; i < 5000; i += 7) appendFileSync(join(dir, `${i}.log`), `b${i}\n`);
      await eventually(() => bed.lines.length >= 5000 + Math.ceil(5000 / 7), "the appended lines");
      expect(new Set(bed.lines).size).toBe(5000 + Math.ceil(5000 / 7));
      expect(bed.lines).toHaveLength(5000 + Math.ceil(5000 / 7));
      expect(open()).toBeLessThanOrEqual(50);
    });
  });

  test("one that is written to without end does not keep the others waiting", async () => {
    const dir = newDir();
    const block = `${"f".repeat(199)}\n`.repeat(6000);
    const firehose = join(dir, "firehose.log");
    writeFileSync(firehose, block);
    for (let i = 0; i < 500; i++) writeFileSync(join(dir, `${i}.log`), "t\n");
    let trickle = 0;
    // More comes with each read; should nobody else have a turn, it is over at some time.
    let blocks = 300;
    const open = ({ path }: { path: string }): Collector => {
      const collector = new Collector();
      collector.read = (): void => {
        if (path !== firehose) trickle++;
        else if (trickle < 500 && blocks-- > 0) appendFileSync(firehose, block);
      };
      return collector;
    };
    await withTail({ files: [join(dir, "*.log")], open }, async () => {
      await eventually(() => trickle === 500, "all small files");
      expect(blocks).toBeGreaterThan(0);
    });
  });

  test("of one log, what was written first is read first", async () => {
    const dir = newDir();
    const collector = new Collector();
    for (const [n, name] of ["app.log.3", "app.log.2", "app.log.1", "app.log"].entries()) {
      writeFileSync(join(dir, name), `${n} ${"x".repeat(97)}\n`.repeat(30_000));
      execFileSync("touch", ["-d", `2026-01-0${n + 1}`, join(dir, name)]);
    }
    await withTail({ files: [join(dir, "*")], open: () => collector }, async (bed) => {
      await bed.tail.caughtUp;
      const order = collector.lines.map((line) => line[0]);
      expect(order).toHaveLength(120_000);
      expect(order).toEqual(order.toSorted());
    });
  });
});

test("an empty file that is named like a rotated one is read as soon as it grows, not with the next search only", async () => {
  const dir = newDir();
  writeFileSync(join(dir, "target-20260102"), "");
  symlinkSync(join(dir, "target-20260102"), join(dir, "app.log"));
  await withTail({ files: [join(dir, "app.log")], discoverMs: 3_600_000 }, async (bed) => {
    appendFileSync(join(dir, "target-20260102"), "1\n");
    await bed.expectLines(["1"]);
  });
});

describe("lag in bytes", () => {
  test("of an archive is what was not unpacked yet, and nothing once it was read", async () => {
    const path = join(newDir(), "app.log.1.gz");
    const bytes = gzipSync(randomBytes(3_000_000).toString("hex").replaceAll("7", "\n"));
    writeFileSync(path, bytes);
    const lags: number[] = [];
    const lag = (): number => bed.tail.status()[0]?.lagBytes ?? Number.NaN;
    const none = (): undefined => undefined;
    const reader = { read: () => lags.push(lag()), skipped: none, save: none, handOn: none };
    const bed = new TailBed({ files: [path], open: () => reader, byHand: true });
    // A rotated file is told from a copy once the names in its folder rest.
    await eventually(() => Date.now() - statSync(dirname(path)).mtimeMs > 20, "names rest");
    await bed.tail.start();
    expect(lag()).toBe(bytes.length);
    await bed.look();
    expect(lags).toEqual(lags.toSorted((a, b) => b - a));
    const share = (lags[Math.floor(lags.length / 2)] ?? 0) / bytes.length;
    expect([share > 0.3, share < 0.7]).toEqual([true, true]);
    expect(lag()).toBe(0);
    await bed.tail.close();
  });

  test("of an archive that is damaged is nothing: what cannot be read does not wait", async () => {
    const path = join(newDir(), "app.log.1.gz");
    // A second member that begins with a block of no known type.
    const damaged = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x07]);
    writeFileSync(path, Buffer.concat([gzipSync("1\n2\n"), damaged, randomBytes(1_000_000)]));
    await withTail({ files: [path], byHand: true }, async (bed) => {
      await bed.look();
      expect(bed.tail.status()).toMatchObject([{ state: "refused", lagBytes: 0 }]);
    });
  });
});

describe("lag in seconds", () => {
  test("grows while a file cannot be read to its end, and is 0 once it was", async () => {
    const path = join(newDir(), "app.log.1.gz");
    const bytes = gzipSync("1\n2\n");
    writeFileSync(path, bytes.subarray(0, bytes.length - 4));
    await withTail({ files: [path], byHand: true }, async (bed) => {
      const lag = (): number => bed.tail.status()[0]?.lagSeconds ?? Number.NaN;
      await bed.look();
      const first = lag();
      expect(first).toBeGreaterThan(0);
      await bed.look();
      expect(lag()).toBeGreaterThan(first);
      writeFileSync(path, bytes);
      await bed.look();
      expect(lag()).toBe(0);
      await bed.expectLines(["1", "2"]);
    });
  });
});

describe("what is committed", () => {
  test("changes are given once", async () => {
    const path = join(newDir(), "app.log");
    writeFileSync(path, "1\n");
    await withTail({ files: [path], byHand: true }, async (bed) => {
      await bed.tail.caughtUp;
      const first = bed.tail.changes();
      expect(first.map(({ key }) => key)).toEqual([
        ["file", ""],
        ["file", 1],
      ]);
      expect(bed.tail.changes()).toEqual([]);
      appendFileSync(path, "2\n");
      await bed.look();
      expect(bed.tail.changes()).toEqual([{ key: ["file", 1], value: expect.objectContaining({ offset: 4, path }) }]);
      expect(bed.tail.save()).toHaveLength(2);
    });
  });

  test("what the reader keeps is given to the reader that goes on", async () => {
    const path = join(newDir(), "app.log");
    writeFileSync(path, "1\n2\n");
    const opened: unknown[] = [];
    const open = (_file: unknown, saved: unknown): Collector => {
      opened.push(saved);
      const collector = new Collector();
      collector.save = () => ({ seen: collector.lines.length });
      return collector;
    };
    const saved = await withTail({ files: [path], open }, async (bed) => {
      await bed.tail.caughtUp;
      return bed.committed();
    });
    await withTail({ files: [path], open, saved }, async (bed) => {
      await bed.tail.caughtUp;
    });
    expect(opened).toEqual([undefined, { seen: 2 }]);
  });

  test.each([
    { what: "does not name any more", files: ["a.log"], exclude: [] },
    { what: "excludes now", files: ["*.log"], exclude: ["b*"] },
  ])("a file that the config $what is let go, and gone on with when it is wanted again", async ({ files, exclude }) => {
    const dir = newDir();
    const inDir = (glob: string): string => join(dir, glob);
    for (const name of ["a.log", "b.log"]) writeFileSync(join(dir, name), `${name} 1\n`);
    const both = await withTail({ files: [join(dir, "*.log")] }, async (bed) => {
      await bed.tail.caughtUp;
      return bed.committed();
    });
    for (const name of ["a.log", "b.log"]) appendFileSync(join(dir, name), `${name} 2\n`);
    const fewer = { files: files.map(inDir), exclude: exclude.map(inDir) };
    const one = await withTail({ ...fewer, saved: both }, async (bed) => {
      await bed.expectLines(["a.log 2"]);
      expect(bed.tail.status().map(({ path }) => path)).toEqual([join(dir, "a.log")]);
      return bed.committed();
    });
    await withTail({ files: [join(dir, "*.log")], saved: one }, async (bed) => {
      await bed.expectLines(["b.log 2"]);
    });
  });

  test("a source that is called something else now goes on with the files that it still names", async () => {
    const path = join(newDir(), "app.log");
    writeFileSync(path, "1\n");
    const first = new TailBed({ files: [path], byHand: true });
    await first.tail.start();
    await first.look();
    await first.tail.close();
    const renamed = first.committed().map(([key, value]) => [key, { ...Object(value), source: "before" }] as const);
    await withTail({ files: [path], saved: renamed }, async (bed) => {
      appendFileSync(path, "2\n");
      await bed.expectLines(["2"]);
    });
  });

  test("a source that comes back after it was gone goes on where it was, in what was rotated meanwhile too", async () => {
    const dir = newDir();
    const [path, other] = [join(dir, "app.log"), join(dir, "other.log")];
    const both = { files: [path], also: [{ name: "other", files: [other] }], byHand: true };
    const follow = async (wanted: Wanted, lines: readonly string[], saved: Wanted["saved"]): Promise<Wanted["saved"]> =>
      withTail({ ...wanted, ...(saved === undefined ? {} : { saved }) }, async (bed) => {
        for (let look = 0; look < 3; look++) await bed.look();
        expect(bed.lines.toSorted()).toEqual(lines);
        return bed.committed();
      });
    for (const log of [path, other]) writeFileSync(log, "1\n");
    let saved = await follow(both, ["1", "1"], undefined);
    appendFileSync(other, "2\n");
    saved = await follow({ files: [path], byHand: true }, [], saved);
    renameSync(other, `${other}.1`);
    writeFileSync(other, "3\n");
    saved = await follow(both, ["2", "3"], saved);
    await follow(both, [], saved);
  });
});
