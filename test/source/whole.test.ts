import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { Problem } from "../../src/problem.ts";
import { readChunks, readWhole } from "../../src/source/reading/whole-file.ts";
import { openFiles } from "../support/open-files.ts";
import { tempDir } from "../support/temp.ts";
import { Collector } from "./collector.ts";

const dir = mkdtempSync(join(tempDir(), "w-"));
const lines = Array.from({ length: 200_000 }, (_, i) => `line ${i}`);
const text = Buffer.from(lines.join("\n"));

function write(name: string, bytes: Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

describe("reading whole files", () => {
  test.each<{ what: string; name: string; bytes: Buffer }>([
    { what: "a plain file whose last line has no newline", name: "plain.log", bytes: text },
    { what: "a compressed file", name: "packed.log.gz", bytes: gzipSync(text) },
    { what: "a compressed file with another suffix", name: "packed.bin", bytes: gzipSync(text) },
    {
      what: "compressed files that were put together",
      name: "parts.gz",
      bytes: Buffer.concat([gzipSync(text.subarray(0, 100_001)), gzipSync(text.subarray(100_001))]),
    },
    ...[1, 512, 10_240, 1_000_000].map((zeros) => ({
      what: `a compressed file that is padded with ${zeros} zeros`,
      name: `padded-${zeros}.gz`,
      bytes: Buffer.concat([gzipSync(text), Buffer.alloc(zeros)]),
    })),
  ])("$what: every line once, progress to the end", async ({ name, bytes }) => {
    const collector = new Collector();
    const progress: [number, number | undefined][] = [];
    await readWhole(write(name, bytes), collector, {
      maxLineBytes: 1000,
      onProgress: (read, total) => progress.push([read, total]),
    });
    expect(collector.lines).toEqual(lines);
    expect(progress.at(-1)).toEqual([bytes.length, bytes.length]);
    expect(progress.every(([read], i) => read >= (progress[i - 1]?.[0] ?? 0))).toBe(true);
  });

  test("a caller that takes no further chunk has read no further than that, and nothing stays open", async () => {
    const path = write("ahead.log", text);
    const open = (): number => openFiles(process.pid, dir).filter((one) => one === path).length;
    const collector = new Collector();
    const chunks = readChunks(path, collector, { maxLineBytes: 1000, chunkBytes: 1000 });
    await chunks.next();
    await chunks.next();
    expect(collector.lines.join("\n").length).toBeLessThanOrEqual(2000);
    expect(open()).toBe(1);
    await chunks.return();
    expect(open()).toBe(0);
  });

  test("an empty file has no lines", async () => {
    const collector = new Collector();
    await readWhole(write("empty.log", Buffer.alloc(0)), collector, { maxLineBytes: 1000 });
    expect(collector.lines).toEqual([]);
  });

  test.each<{ what: string; path: () => string; says: RegExp }>([
    { what: "a missing file", path: () => join(dir, "missing"), says: /^there is no file .*missing$/u },
    {
      what: "a directory",
      path: () => {
        mkdirSync(join(dir, "folder"), { recursive: true });
        return join(dir, "folder");
      },
      says: /folder is a directory: name the log files in it$/u,
    },
    {
      what: "a compressed file that is cut short",
      path: () => write("cut.gz", gzipSync(text).subarray(0, 9999)),
      says: /cut short/u,
    },
    {
      what: "a compressed file that is damaged",
      path: () => write("bad.gz", gzipSync(text).fill(0xff, 5000, 5200)),
      says: /compressed but damaged/u,
    },
    {
      what: "UTF-16",
      path: () => write("utf16.log", Buffer.from("\ufeffone\ntwo\n", "utf16le")),
      says: /it is UTF-16LE: only UTF-8/u,
    },
  ])("$what is a problem in plain words", async ({ path, says }) => {
    const error: unknown = await readWhole(path(), new Collector(), { maxLineBytes: 1000 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ message: expect.stringMatching(says), exitCode: 1 });
  });
});

describe("standard input", () => {
  const program = `
    import { readWhole } from ${JSON.stringify(fileURLToPath(new URL("../../dist/modules/source/reading/whole-file.js", import.meta.url)))};
    let lines = 0, bytes = 0;
    const read = (b, s, e) => { bytes += e - s; for (let i = s; i < e; i++) if (b[i] === 10) lines++; };
    await readWhole("-", { read, skipped() {}, save() {} }, { maxLineBytes: 1000 });
    console.log(lines, bytes);`;

  test.each([
    { what: "plain, from a pipe", input: text },
    { what: "compressed, from a pipe", input: gzipSync(text) },
    {
      what: "compressed and padded with zeros, from a pipe",
      input: Buffer.concat([gzipSync(text), Buffer.alloc(1_000_000)]),
    },
    { what: "nothing, from a pipe", input: Buffer.alloc(0) },
  ])("$what", async ({ input }) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let answer = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => (answer += more));
    child.stdin.end(input);
    await once(child, "close");
    expect(answer).toBe(input.length === 0 ? "0 0\n" : `${lines.length - 1} ${text.length}\n`);
  });
});
