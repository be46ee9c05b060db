import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { gzipSync } from "node:zlib";
import { statPath } from "../../src/source/discovery/paths.ts";
import { Candidate, FileContent, NotWholeYet } from "../../src/source/identity/candidate.ts";
import { fingerprintFrom, identityBytes, noFingerprint } from "../../src/source/identity/fingerprint.ts";
import { matchingBytes } from "../../src/source/identity/match.ts";
import { tempDir } from "../support/temp.ts";
import { TailBed, withTail } from "./tail-bed.ts";

const base = tempDir();
const newDir = (): string => mkdtempSync(join(base, "l-"));
/** A first line that is longer than what tells files apart, as tables with many columns have it. */
const columns = `${Array.from({ length: 300 }, (_, column) => `feature_${column}`).join(",")}\n`;

/** Lines that are read, the columns left out. */
function read(bed: TailBed): string[] {
  return bed.lines.filter((line) => line.length < 100);
}

test("a new file that begins and ends like the one that was rotated is a file of its own", async () => {
  const path = join(newDir(), "app.log");
  const alike = "legit,legit\n".repeat(100);
  writeFileSync(path, alike);
  await withTail({ files: [path], byHand: true }, async (bed) => {
    await bed.look();
    appendFileSync(path, alike);
    renameSync(path, `${path}.1`);
    writeFileSync(path, alike.repeat(3));
    await bed.look();
    await bed.look();
    expect(bed.lines).toHaveLength(500);
  });
});

test("a copy that is put back in place of the log goes on as the log", async () => {
  const path = join(newDir(), "app.log");
  writeFileSync(path, "1\n2\n");
  await withTail({ files: [path], byHand: true }, async (bed) => {
    await bed.look();
    copyFileSync(path, `${path}.bak`);
    await bed.look();
    await bed.look();
    renameSync(`${path}.bak`, path);
    await bed.look();
    appendFileSync(path, "3\n");
    await bed.look();
    await bed.look();
    await bed.expectLines(["1", "2", "3"]);
  });
});

test.each([
  { what: "of two days", names: ["batch-2026-01-01.csv.gz", "batch-2026-01-02.csv.gz"] },
  { what: "of two logs of one stem", names: ["fraud_eu.csv.gz", "fraud_us.csv.gz"] },
])("compressed tables with the same long first line are told apart: $what", async ({ names }) => {
  const dir = newDir();
  await withTail({ files: [join(dir, "*.csv.gz")], byHand: true, maxLineBytes: 10_000 }, async (bed) => {
    for (const name of names) {
      writeFileSync(join(dir, name), gzipSync(`${columns}${name} 1\n${name} 2\n`));
      await bed.look();
      await bed.look();
    }
    expect(read(bed)).toEqual(names.flatMap((name) => [`${name} 1`, `${name} 2`]));
  });
});

test("tables with the same long first line are told apart, rotated and compressed twice while the tail is down", async () => {
  const path = join(newDir(), "app.log");
  const options = { files: [path], byHand: true, maxLineBytes: 10_000 };
  writeFileSync(path, `${columns}a 1\n`);
  const first = new TailBed(options);
  await first.tail.start();
  await first.look();
  await first.tail.close();
  for (const [number, rows] of [
    [2, "a 1\na 2\n"],
    [1, "b 1\nb 2\nb 3\nb 4\n"],
  ] as const) {
    writeFileSync(`${path}.${number}.gz`, gzipSync(columns + rows));
  }
  rmSync(path);
  writeFileSync(path, `${columns}c 1\n`);
  await withTail({ ...options, saved: first.committed() }, async (bed) => {
    for (let look = 0; look < 4; look++) await bed.look();
    expect(read(bed).toSorted()).toEqual(["a 2", "b 1", "b 2", "b 3", "b 4", "c 1"]);
  });
});

test.each([
  {
    what: "that is written on to, in a further member",
    change: (path: string) => {
      appendFileSync(path, gzipSync("2\n"));
    },
    lines: ["1", "2"],
  },
  {
    what: "that is written over by another one",
    change: (path: string) => {
      writeFileSync(path, gzipSync("2\n3\n4\n"));
    },
    lines: ["1", "2", "3", "4"],
  },
])("a compressed file $what after it was read is read on, over a restart too", async ({ change, lines }) => {
  const path = join(newDir(), "a.log.gz");
  writeFileSync(path, gzipSync("1\n"));
  const options = { files: [path], byHand: true };
  const saved = await withTail(options, async (bed) => {
    await bed.look();
    change(path);
    for (let look = 0; look < 3; look++) await bed.look();
    await bed.expectLines(lines);
    return bed.committed();
  });
  await withTail({ ...options, saved }, async (bed) => {
    for (let look = 0; look < 3; look++) await bed.look();
    await bed.expectLines([]);
  });
});

test("a compressed file that is uploaded under another name is read when it has its own", async () => {
  const dir = newDir();
  await withTail({ files: [join(dir, "*.jsonl*")], byHand: true }, async (bed) => {
    writeFileSync(join(dir, "a.jsonl.gz.part"), gzipSync("1\n2\n"));
    await bed.look();
    await bed.expectLines([]);
    expect(bed.tail.status()).toEqual([
      expect.objectContaining({ problem: "it is compressed by gzip, but its name does not end in .gz" }),
    ]);
    renameSync(join(dir, "a.jsonl.gz.part"), join(dir, "a.jsonl.gz"));
    await bed.look();
    await bed.look();
    await bed.expectLines(["1", "2"]);
  });
});

describe("a table is no copy of another one because it has the same long first line", () => {
  const rows = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, row) => `${name} ${row} ${"x".repeat(50)}`);

  test("though it is shorter than what was read of one that is gone", async () => {
    const dir = newDir();
    const first = join(dir, "t-2026-01-01.csv");
    const second = join(dir, "t-2026-01-02.csv");
    const options = { files: [join(dir, "t-*.csv")], byHand: true, maxLineBytes: 10_000 };
    await withTail({ ...options, deletedMs: 0 }, async (bed) => {
      writeFileSync(first, `${columns}${rows("a", 100).join("\n")}\n`);
      await bed.look();
      rmSync(first);
      await bed.look();
      await bed.look();
      writeFileSync(second, columns);
      await bed.look();
      appendFileSync(second, `${rows("b", 50).join("\n")}\n`);
      await bed.look();
      await bed.look();
      expect(read(bed)).toEqual([...rows("a", 100), ...rows("b", 50)]);
    });
  });

  test.each([{ compress: false }, { compress: true }])(
    "though both were rotated away while the tail was down (compressed: $compress)",
    async ({ compress }) => {
      const path = join(newDir(), "app.log");
      const options = { files: [path], byHand: true, maxLineBytes: 10_000 };
      writeFileSync(path, `${columns}${rows("a", 100).join("\n")}\n`);
      const saved = await withTail({ ...options, rotatedMs: 0 }, async (bed) => {
        await bed.look();
        renameSync(path, `${path}.1`);
        for (let look = 0; look < 3; look++) await bed.look();
        return bed.committed();
      });
      rmSync(`${path}.1`);
      const rotated = `${columns}${rows("b", 50).join("\n")}\n`;
      writeFileSync(`${path}.1${compress ? ".gz" : ""}`, compress ? gzipSync(rotated) : rotated);
      writeFileSync(path, `${columns}${rows("c", 1).join("\n")}\n`);
      await withTail({ ...options, saved }, async (bed) => {
        for (let look = 0; look < 4; look++) await bed.look();
        expect(read(bed).toSorted()).toEqual([...rows("b", 50), ...rows("c", 1)].toSorted());
      });
    },
  );

  test("though another one was found to be a copy that ends before what was read", async () => {
    const path = join(newDir(), "app.log");
    await withTail({ files: [path], byHand: true, maxLineBytes: 10_000 }, async (bed) => {
      writeFileSync(path, `${columns}${rows("a", 100).join("\n")}\n`);
      await bed.look();
      copyFileSync(path, `${path}.1`);
      await bed.look();
      appendFileSync(path, `${rows("b", 10).join("\n")}\n`);
      await bed.look();
      truncateSync(path);
      for (let look = 0; look < 3; look++) await bed.look();
      writeFileSync(`${path}.2.gz`, gzipSync(readFileSync(`${path}.1`)));
      for (let look = 0; look < 3; look++) await bed.look();
      writeFileSync(`${path}.3.gz`, gzipSync(`${columns}${rows("c", 5).join("\n")}\n`));
      for (let look = 0; look < 3; look++) await bed.look();
      expect(read(bed)).toEqual([...rows("a", 100), ...rows("b", 10), ...rows("c", 5)]);
    });
  });

  test("though what comes out of it is too much to sum up", async () => {
    const path = join(newDir(), "app.log");
    const options = { files: [path], byHand: true, maxLineBytes: 10_000 };
    writeFileSync(path, `${columns}a 1\n`);
    const saved = await withTail(options, async (bed) => {
      await bed.look();
      return bed.committed();
    });
    renameSync(path, `${path}.2`);
    const long = `${"x".repeat(1024 * 1024 - 1)}\n`;
    writeFileSync(`${path}.1.gz`, gzipSync(`${columns}b 1\n${long.repeat(70)}`, { level: 1 }));
    writeFileSync(path, `${columns}c 1\n`);
    await withTail({ ...options, saved }, async (bed) => {
      for (let look = 0; look < 4; look++) await bed.look();
      expect(read(bed).toSorted()).toEqual(["b 1", "c 1"]);
    });
  });
});

describe.each([1, 8, 10_240])("a compressed file that is padded with %d zeros", (zeros) => {
  const padded = (text: string): Buffer => Buffer.concat([gzipSync(text), Buffer.alloc(zeros)]);

  test("is read to its end, once", async () => {
    const path = join(newDir(), "app.log.gz");
    writeFileSync(path, padded("1\n2\n"));
    const options = { files: [path], byHand: true };
    const saved = await withTail(options, async (bed) => {
      for (let look = 0; look < 3; look++) await bed.look();
      await bed.expectLines(["1", "2"]);
      expect(bed.tail.status()).toEqual([expect.objectContaining({ lagBytes: 0, problem: undefined })]);
      return bed.committed();
    });
    await withTail({ ...options, saved }, async (bed) => {
      for (let look = 0; look < 3; look++) await bed.look();
      await bed.expectLines([]);
    });
  });

  test("is read on where its log was left", async () => {
    const path = join(newDir(), "app.log");
    const options = { files: [path], byHand: true };
    writeFileSync(path, "1\n");
    const saved = await withTail(options, async (bed) => {
      await bed.look();
      return bed.committed();
    });
    rmSync(path);
    writeFileSync(`${path}.1.gz`, padded("1\n2\n3\n"));
    await withTail({ ...options, saved }, async (bed) => {
      for (let look = 0; look < 4; look++) await bed.look();
      await bed.expectLines(["2", "3"]);
    });
  });

  test.each([
    { what: "is a copy of a log that is there", text: "", lines: [] },
    { what: "is a file of its own when its end differs from the log that is there", text: "other\n", lines: ["other"] },
  ])("$what", async ({ text, lines }) => {
    const path = join(newDir(), "app.log");
    const long = Array.from({ length: 20_000 }, (_, line) => `${line} ${(line * 7919) % 1009}`);
    const options = { files: [path], byHand: true };
    writeFileSync(path, `${long.join("\n")}\n`);
    await withTail(options, async (bed) => {
      await bed.look();
      writeFileSync(`${path}.1.gz`, padded(`${long.join("\n")}\n${text}`));
      for (let look = 0; look < 4; look++) await bed.look();
      expect(bed.lines).toHaveLength(long.length + (lines.length === 0 ? 0 : long.length + lines.length));
      expect(bed.lines.slice(2 * long.length)).toEqual(lines);
    });
  });
});

test("a file that is deleted goes on in a copy that is longer", async () => {
  const path = join(newDir(), "app.log");
  await withTail({ files: [path], byHand: true }, async (bed) => {
    writeFileSync(path, "1\n2\n");
    await bed.look();
    rmSync(path);
    writeFileSync(path, "4\n");
    await bed.look();
    writeFileSync(`${path}.1`, "1\n2\n3\n");
    await bed.look();
    await bed.look();
    await bed.expectLines(["1", "2", "4", "3"]);
  });
});

describe("a copy that was known is known when it is compressed, though its original went on and is gone, and it is short", () => {
  const options = { byHand: true };
  const copyAndTruncate = async (bed: TailBed, path: string): Promise<void> => {
    writeFileSync(path, "1\n2\n");
    await bed.look();
    copyFileSync(path, `${path}.1`);
    await bed.look();
    appendFileSync(path, "3\n");
    await bed.look();
    truncateSync(path);
    for (let look = 0; look < 3; look++) await bed.look();
  };

  test("while the tail runs, and the compressed file is looked at before it is whole", async () => {
    const path = join(newDir(), "app.log");
    await withTail({ files: [path], ...options }, async (bed) => {
      await copyAndTruncate(bed, path);
      const compressed = gzipSync(readFileSync(`${path}.1`));
      writeFileSync(`${path}.1.gz`, compressed.subarray(0, 15));
      await bed.look();
      writeFileSync(`${path}.1.gz`, compressed);
      rmSync(`${path}.1`);
      for (let look = 0; look < 3; look++) await bed.look();
      await bed.expectLines(["1", "2", "3"]);
    });
  });

  test("while the tail is down", async () => {
    const path = join(newDir(), "app.log");
    const saved = await withTail({ files: [path], ...options }, async (bed) => {
      await copyAndTruncate(bed, path);
      return bed.committed();
    });
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)));
    rmSync(`${path}.1`);
    await withTail({ files: [path], ...options, saved }, async (bed) => {
      for (let look = 0; look < 3; look++) await bed.look();
      await bed.expectLines([]);
    });
  });
});

describe("a compressed file that is cut short and begins like one that is there", () => {
  const ask = (modified: Date): (() => number | undefined) => {
    const path = join(newDir(), "app.log.1");
    const lines = Array.from({ length: 500 }, (_, line) => `${line} ${(line * 7919) % 1009}\n`).join("");
    writeFileSync(path, lines);
    const compressed = gzipSync(lines);
    writeFileSync(`${path}.gz`, compressed.subarray(0, compressed.length - 100));
    utimesSync(`${path}.gz`, modified, modified);
    const content = new FileContent(openSync(path, "r"));
    const bytes = content.head();
    const seen = statPath(`${path}.gz`);
    if (seen === undefined || !("stat" in seen)) throw new Error("it is there");
    const candidate = new Candidate({ ...seen, real: seen.path });
    return () => {
      try {
        return matchingBytes(candidate, {
          name: "app.log.1",
          offset: lines.length,
          head: fingerprintFrom(bytes, 0, bytes.length),
          tail: noFingerprint,
          checksums: [],
          content,
          archive: undefined,
          first: bytes,
          copies: [],
          isTentative: false,
        });
      } finally {
        candidate.close();
        closeSync(content.fd);
      }
    };
  };

  test("is asked again as long as it is young", () => {
    expect(ask(new Date())).toThrow(NotWholeYet);
  });

  test("is a copy of it from then on", () => {
    expect(ask(new Date(Date.now() - 3_600_000))()).toBe(identityBytes);
  });
});
