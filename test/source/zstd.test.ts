import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { errorMessage } from "../../src/problem.ts";
import { contentSizeOf, ZstdFrames } from "../../src/source/identity/zstd-frames.ts";
import { readWhole } from "../../src/source/reading/whole-file.ts";
import { tempDir } from "../support/temp.ts";
import { hasZstd, rawFrame, skippedFrame, zstd } from "../support/zstd.ts";
import { Collector } from "./collector.ts";
import { withTail, type TailBed } from "./tail-bed.ts";

const base = tempDir();
const newDir = (): string => mkdtempSync(join(base, "z-"));
const refusal = /it is compressed by zstd, which needs Node\.js 22\.15 or later; this is v\d+/u;

function lines(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index} ${Math.sin(from + index)}`);
}
const textOf = (some: readonly string[]): string => some.map((line) => `${line}\n`).join("");
const text = Buffer.from(textOf(lines(1, 400)));
/** A block of one byte, which is to be repeated, and a checksum behind it; the size of the content is told. */
const runFrame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x03, 0x1b, 0x00, 0x00, 0x78, 1, 2, 3, 4]);

interface Whole {
  readonly what: string;
  readonly parts: readonly Buffer[];
  /** What is no frame to be read. */
  readonly rest?: Buffer;
}

const wholes: readonly Whole[] = [
  { what: "one frame", parts: [rawFrame(text)] },
  { what: "a frame of many blocks", parts: [rawFrame(text, 37)] },
  { what: "a frame without content", parts: [rawFrame("")] },
  { what: "a frame of a run and a checksum", parts: [runFrame] },
  { what: "frames one behind another", parts: [rawFrame(text, 1000), runFrame, rawFrame("x\n"), rawFrame(text)] },
  {
    what: "frames that are skipped between",
    parts: [skippedFrame(0), rawFrame("a\n"), skippedFrame(500), rawFrame("b\n")],
  },
  { what: "a frame that is padded with zeros", parts: [rawFrame("a\n")], rest: Buffer.alloc(1000) },
  { what: "a frame that is padded with two zeros", parts: [rawFrame("a\n")], rest: Buffer.alloc(2) },
  { what: "frames as this Node makes them", parts: [zstd(text), zstd(text.subarray(0, 50))] },
];

describe("the frames of a file are found, and told apart, however its bytes are cut:", () => {
  test.each(wholes)("$what", ({ parts, rest = Buffer.alloc(0) }) => {
    const bytes = Buffer.concat([...parts, rest]);
    const wanted = parts.filter((part) => part[0] === 0x28);
    for (const size of [1, 2, 3, 7, 64, 1000, bytes.length]) {
      const frames = new ZstdFrames();
      const found: Buffer[][] = [[]];
      const ends: number[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        for (const part of frames.push(bytes.subarray(at, at + size))) {
          found.at(-1)?.push(Buffer.from(part.bytes));
          if (part.isEnd) found.push([]);
        }
        if (size === 1 && frames.isWhole) ends.push(at + 1);
      }
      expect(found.map((some) => Buffer.concat(some)).slice(0, -1)).toEqual(wanted);
      expect(found.at(-1)).toEqual([]);
      expect(frames.isWhole).toBe(true);
      // It is whole after each frame, and nowhere between.
      const whole = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length);
      if (size === 1) expect(ends.filter((end) => end <= bytes.length - rest.length)).toEqual(whole);
    }
  });

  test.each([
    { what: "no zstd", bytes: Buffer.from("hello"), says: "it is not zstd" },
    {
      what: "a block of no known type",
      bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, 6, 0, 0]),
      says: "no known type",
    },
    {
      what: "text behind the padding",
      bytes: Buffer.concat([rawFrame("a"), Buffer.alloc(4), Buffer.from("a")]),
      says: "behind",
    },
  ])("$what is damage", ({ bytes, says }) => {
    expect(() => new ZstdFrames().push(bytes)).toThrow(expect.objectContaining({ code: "Z_DATA_ERROR" }));
    expect(() => new ZstdFrames().push(bytes)).toThrow(says);
  });

  test.each([
    { what: "none", head: rawFrame("abc"), size: undefined },
    { what: "one byte", head: runFrame, size: 3 },
    { what: "two bytes", head: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x60, 0x01, 0x01]), size: 513 },
    {
      what: "four bytes, behind a window and a dictionary",
      head: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x81, 0x38, 9, 0, 0, 1, 0]),
      size: 65_536,
    },
    { what: "eight bytes", head: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 1, 0, 0, 0]), size: 2 ** 32 },
    {
      what: "eight bytes that are not all there",
      head: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0]),
      size: undefined,
    },
    { what: "a frame that is skipped", head: skippedFrame(9), size: undefined },
  ])("a frame with $what for its size has $size", ({ head, size }) => {
    expect(contentSizeOf(head)).toBe(size);
  });
});

describe("a whole file that is compressed by zstd is read, or refused with the reason:", () => {
  async function read(bytes: Buffer): Promise<{ lines: readonly string[]; problem: string | undefined }> {
    const path = join(newDir(), "app.log.zst");
    writeFileSync(path, bytes);
    const collector = new Collector();
    const problem = await readWhole(path, collector, { maxLineBytes: 1000 }).then(() => undefined, errorMessage);
    return { lines: collector.lines, problem };
  }

  test.each<{ what: string; bytes: Buffer; lines: readonly string[]; says?: RegExp }>([
    { what: "one frame", bytes: zstd(text), lines: lines(1, 400) },
    { what: "one frame that is not compressed", bytes: rawFrame(text, 1000), lines: lines(1, 400) },
    {
      what: "frames that were put together, others that are skipped between them, and zeros",
      bytes: Buffer.concat([
        skippedFrame(20),
        zstd("a\nb"),
        skippedFrame(0),
        zstd("c\n"),
        rawFrame("d\ne"),
        Buffer.alloc(5000),
      ]),
      lines: ["a", "bc", "d", "e"],
    },
    {
      what: "a thousand frames of one line",
      bytes: Buffer.concat(lines(1, 1000).map((line) => zstd(`${line}\n`))),
      lines: lines(1, 1000),
    },
    {
      what: "what is cut short between two blocks",
      bytes: rawFrame("1\n2\n3\n", 2).subarray(0, -5),
      lines: ["1", "2"],
      says: /ends in the middle of its compressed data/u,
    },
    {
      what: "what is cut short in a frame's head",
      bytes: Buffer.concat([zstd("1\n"), zstd("2\n").subarray(0, 5)]),
      lines: ["1"],
      says: /ends in the middle of its compressed data/u,
    },
    {
      what: "something else behind the first frame",
      bytes: Buffer.concat([zstd("1\n"), Buffer.from("no frame at all")]),
      lines: [],
      says: /is compressed but damaged/u,
    },
  ])("$what", async ({ bytes, lines: expected, says }) => {
    const { lines: found, problem } = await read(bytes);
    if (hasZstd) {
      expect(found).toEqual(expected);
      expect(problem ?? "").toMatch(says ?? /^$/u);
    } else {
      expect(found).toEqual([]);
      expect(problem).toMatch(refusal);
    }
  });

  test.each([
    { what: "xz", bytes: Buffer.from("fd377a585a000004", "hex") },
    { what: "bzip2", bytes: Buffer.from("BZh91AY&SYxxx", "latin1") },
  ])("$what is refused by its name", async ({ what, bytes }) => {
    const { lines: found, problem } = await read(bytes);
    expect(found).toEqual([]);
    expect(problem).toContain(`it is compressed by ${what}, which cannot be read: only gzip (.gz)`);
  });
});

describe("a log whose rotated file is compressed by zstd counts each line once, or tells that it cannot be read:", () => {
  const look = async (bed: TailBed, times = 4): Promise<void> => {
    for (let time = 0; time < times; time++) await bed.look();
  };
  /** As the program does it: the copy has the time of the log. */
  const compress = (path: string, how: (bytes: Buffer) => Buffer = zstd): void => {
    const { atime, mtime } = statSync(path);
    writeFileSync(`${path}.zst`, how(readFileSync(path)));
    utimesSync(`${path}.zst`, atime, mtime);
  };

  interface Rotation {
    readonly what: string;
    /** Rotates the log, of which 50 lines more were written; `look` lets the tail look when it runs. */
    readonly rotate: (app: string, look: () => Promise<void>) => Promise<void> | void;
  }
  const rotations: readonly Rotation[] = [
    {
      what: "renamed and compressed",
      rotate: (app) => {
        renameSync(app, `${app}.1`);
        compress(`${app}.1`);
        rmSync(`${app}.1`);
      },
    },
    {
      what: "compressed with the original kept, and removed later",
      rotate: async (app, looked) => {
        renameSync(app, `${app}.1`);
        compress(`${app}.1`);
        await looked();
        rmSync(`${app}.1`);
        await looked();
        renameSync(`${app}.1.zst`, `${app}.2.zst`);
      },
    },
    {
      what: "compressed in many frames",
      rotate: (app) => {
        renameSync(app, `${app}.1`);
        compress(`${app}.1`, (bytes) =>
          Buffer.concat([skippedFrame(4), zstd(bytes.subarray(0, 777)), skippedFrame(4), zstd(bytes.subarray(777))]),
        );
        rmSync(`${app}.1`);
      },
    },
    {
      what: "copied, truncated and compressed",
      rotate: (app) => {
        copyFileSync(app, `${app}.1`);
        writeFileSync(app, "");
        compress(`${app}.1`);
        rmSync(`${app}.1`);
      },
    },
  ];

  describe.each([
    { columns: "", title: "lines" },
    { columns: `${"column,".repeat(300)}\n`, title: "a table whose head is longer than what files are known by" },
  ])("$title", ({ columns }) => {
    describe.each([{ files: "app.log" }, { files: "app.log*" }])("under $files", ({ files }) => {
      /** A log of 400 lines, and a tail of its own. */
      const begin = () => {
        const dir = newDir();
        const app = join(dir, "app.log");
        writeFileSync(app, columns + textOf(lines(1, 400)));
        const options = { files: [join(dir, files)], byHand: true, rotatedMs: 0, deletedMs: 0, maxLineBytes: 4096 };
        return { app, options };
      };

      test.each(rotations)("$what, while the tail runs", async ({ rotate }) => {
        const { app, options } = begin();
        const saved = await withTail(options, async (bed) => {
          await look(bed);
          appendFileSync(app, textOf(lines(401, 50)));
          await look(bed);
          await rotate(app, () => look(bed));
          writeFileSync(app, columns + textOf(lines(1001, 20)));
          await look(bed, 6);
          expect(bed.lines.filter((line) => line.startsWith("line"))).toEqual([...lines(1, 450), ...lines(1001, 20)]);
          return bed.committed();
        });
        await withTail({ ...options, saved }, async (bed) => {
          await look(bed);
          expect(bed.lines).toEqual([]);
        });
      });

      test.each(rotations)("$what, while the tail is down", async ({ rotate }) => {
        const { app, options } = begin();
        const saved = await withTail(options, async (bed) => {
          await look(bed);
          return bed.committed();
        });
        appendFileSync(app, textOf(lines(401, 50)));
        await rotate(app, () => Promise.resolve());
        writeFileSync(app, columns + textOf(lines(1001, 20)));
        await withTail({ ...options, saved }, async (bed) => {
          await look(bed, 6);
          const read = bed.lines.filter((line) => line.startsWith("line"));
          if (hasZstd) expect(read.toSorted()).toEqual([...lines(401, 50), ...lines(1001, 20)].toSorted());
          else expect(read).toEqual(lines(1001, 20));
        });
      });
    });
  });

  test("one that is still being written is read once it is whole", async () => {
    const dir = newDir();
    const path = join(dir, "a.log.zst");
    const bytes = Buffer.concat([zstd(text), zstd(textOf(lines(401, 100)))]);
    await withTail({ files: [join(dir, "*.zst")], byHand: true }, async (bed) => {
      for (const end of [3, 40, bytes.length - 100, bytes.length]) {
        writeFileSync(path, bytes.subarray(0, end));
        await look(bed);
      }
      expect(bed.lines).toEqual(hasZstd ? lines(1, 500) : []);
      expect(bed.log.filter((line) => line.includes('"level":40'))).toEqual([]);
    });
  });

  test("one that was cut short long ago gives what is whole, and is told", async () => {
    const path = join(newDir(), "a.log.zst");
    writeFileSync(path, Buffer.concat([zstd("1\n"), zstd("2\n").subarray(0, -2)]));
    utimesSync(path, 1e9, 1e9);
    await withTail({ files: [path], byHand: true }, async (bed) => {
      await look(bed);
      expect(bed.lines).toEqual(hasZstd ? ["1"] : []);
      const [told] = bed.log.filter((line) => line.includes('"level":40'));
      expect(told).toMatch(hasZstd ? /"code":"Z_BUF_ERROR","problem":"unexpected end of file"/u : refusal);
    });
  });

  test("one with the name of a plain file is told", async () => {
    const path = join(newDir(), "a.log");
    writeFileSync(path, zstd(text));
    await withTail({ files: [path], byHand: true }, async (bed) => {
      await look(bed);
      expect(bed.lines).toEqual([]);
      const says = hasZstd ? /it is compressed by zstd, but its name does not end in \.zst/u : refusal;
      expect(bed.tail.status()).toEqual([expect.objectContaining({ problem: expect.stringMatching(says) })]);
    });
  });
});
