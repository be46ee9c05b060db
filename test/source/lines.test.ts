import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { LineStream } from "../../src/source/reading/line-stream.ts";
import { tempDir } from "../support/temp.ts";
import { Collector } from "./collector.ts";
import { TailBed } from "./tail-bed.ts";

const base = tempDir();
const maxLineBytes = 20;

/** What any way of reading must make of these bytes: the definition, written in the simplest way. */
function linesOf(bytes: Buffer, end: "whole" | "growing"): { lines: string[]; heads: string[] } {
  const text = bytes.toString("latin1").replace(/^\xef\xbb\xbf/u, "");
  const pieces = text.split("\n");
  const last = pieces.pop() ?? "";
  if (end === "whole" && last.replace(/^\0+/u, "") !== "") pieces.push(last);
  const lines: string[] = [];
  const heads: string[] = [];
  for (const piece of pieces) {
    // A hole is nothing; what is left of a line of NUL bytes alone is an empty line.
    const line = piece.replace(/^\0+/u, "");
    if (line.length > maxLineBytes) heads.push(line.slice(0, maxLineBytes));
    else lines.push(line);
  }
  return { lines, heads };
}

function throughStream(chunks: readonly Buffer[]): { lines: string[]; heads: string[] } {
  const collector = new Collector(maxLineBytes);
  const stream = new LineStream(collector, maxLineBytes);
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  expect(stream.consumed).toBe(Buffer.concat(chunks).length);
  return { lines: collector.lines, heads: collector.heads.map((head) => head.slice(0, maxLineBytes)) };
}

/** Appends the chunks to a file, with a look after each. */
async function throughTail(chunks: readonly Buffer[]): Promise<{ lines: string[]; heads: string[] }> {
  const path = join(mkdtempSync(join(base, "l-")), "app.log");
  writeFileSync(path, "");
  const collector = new Collector(maxLineBytes);
  const bed = new TailBed({ files: [path], byHand: true, maxLineBytes, open: () => collector });
  await bed.tail.start();
  for (const chunk of chunks) {
    appendFileSync(path, chunk);
    await bed.look();
  }
  await bed.tail.close();
  return { lines: collector.lines, heads: collector.heads.map((head) => head.slice(0, maxLineBytes)) };
}

/** Bytes that are likely to stand where it matters: newlines, NUL bytes, line ends of two bytes, marks, long lines. */
const pieces = fc.constantFrom(
  "\n",
  "\n",
  "\r\n",
  "a",
  "bc",
  "\0",
  "\0\0\0",
  "\xc3\xa4",
  "\xff",
  "x".repeat(19),
  "y".repeat(22),
);
const bytes = fc.array(pieces, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(""), "latin1"));

function cut(whole: Buffer, at: readonly number[]): Buffer[] {
  const borders = [0, ...at.map((n) => n % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return borders.slice(1).map((border, i) => whole.subarray(borders[i], border));
}

const named: Record<string, string> = {
  "lines of every kind": "one\ntwo\r\n\nfour\xc3\xa4\n",
  "no newline at the end": "one\ntwo",
  "only a newline": "\n",
  "only empty lines": "\n\n\r\n\n",
  nothing: "",
  "a byte order mark": "\xef\xbb\xbfone\ntwo\n",
  "only a byte order mark": "\xef\xbb\xbf",
  "invalid UTF-8": "\xff\xfa\xc3\n\x80ok\n",
  "NUL bytes before a line": "one\n\0\0\0two\n",
  "NUL bytes alone in a line": "one\n\0\0\n\0\nthree\n",
  "NUL bytes within a line": "o\0ne\n",
  "NUL bytes at the start, longer than a line may be": `${"\0".repeat(50)}one\n`,
  "NUL bytes at the end": "one\n\0\0\0\0",
  "a line of the longest length": `a\n${"x".repeat(20)}\nb\n`,
  "a line one byte too long": `a\n${"x".repeat(21)}\nb\n`,
  "a line two bytes too long": `a\n${"x".repeat(22)}\nb\n`,
  "a line many times too long": `a\n${"x".repeat(500)}\nb\n`,
  "lines too long one after the other": `${"x".repeat(50)}\n${"y".repeat(50)}\nb\n`,
  "a line too long and then NUL bytes": `${"x".repeat(50)}\n${"\0".repeat(50)}b\n`,
};

describe("lines that come in pieces are the lines of the whole", () => {
  test.each(Object.entries(named))("%s, cut in two at every byte", async (_what, text) => {
    const whole = Buffer.from(text, "latin1");
    for (let at = 0; at <= whole.length; at++) {
      const chunks = [whole.subarray(0, at), whole.subarray(at)];
      expect(throughStream(chunks)).toEqual(linesOf(whole, "whole"));
      if (at % 7 === 0) expect(await throughTail(chunks)).toEqual(linesOf(whole, "growing"));
    }
  });

  test("arbitrary bytes at arbitrary borders, as a stream", () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(500), { maxLength: 8 }), (whole, at) => {
        expect(throughStream(cut(whole, at))).toEqual(linesOf(whole, "whole"));
      }),
      { numRuns: 500 },
    );
  });

  test("arbitrary bytes at arbitrary borders, in a file that grows", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(fc.nat(500), { maxLength: 5 }), async (whole, at) => {
        expect(await throughTail(cut(whole, at))).toEqual(linesOf(whole, "growing"));
      }),
      { numRuns: 100 },
    );
  });
});

describe("the read buffer", () => {
  const longest = 64 * 1024;

  test.each([-1, 0, 1])(
    "a line of the longest length and %i bytes, at every place in the buffer, leaves its neighbours whole",
    async (more) => {
      const path = join(mkdtempSync(join(base, "b-")), "app.log");
      const long = "x".repeat(longest + more);
      // The buffer is 1 MiB: the long line begins before its end, across it and after it.
      for (const before of [
        1024 * 1024 - longest - 2,
        1024 * 1024 - longest - 1,
        1024 * 1024 - longest,
        1024 * 1024 - 10,
        1024 * 1024,
      ]) {
        const filler = `${"f".repeat(99)}\n`.repeat(Math.floor(before / 100));
        writeFileSync(path, `${filler}${"g".repeat(before - filler.length - 1)}\n${long}\nlast\n`);
        const collector = new Collector(longest);
        const bed = new TailBed({ files: [path], byHand: true, maxLineBytes: longest, open: () => collector });
        await bed.tail.start();
        await bed.look();
        await bed.tail.close();
        expect(collector.lines.at(-1)).toBe("last");
        expect(collector.lines).toHaveLength(filler.length / 100 + (more > 0 ? 2 : 3));
        expect(collector.heads).toEqual(more > 0 ? ["x".repeat(512)] : []);
      }
    },
  );

  test("a line of many megabytes is passed over in one piece of memory", async () => {
    const path = join(mkdtempSync(join(base, "m-")), "app.log");
    writeFileSync(path, "first\n");
    for (let i = 0; i < 64; i++) appendFileSync(path, Buffer.alloc(1024 * 1024, "x"));
    const collector = new Collector(1000);
    const bed = new TailBed({ files: [path], byHand: true, maxLineBytes: 1000, open: () => collector });
    const before = process.memoryUsage();
    await bed.tail.start();
    await bed.look();
    appendFileSync(path, "\nlast\n");
    await bed.look();
    await bed.tail.close();
    const after = process.memoryUsage();
    expect(collector).toMatchObject({ lines: ["first", "last"], heads: ["x".repeat(512)] });
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(4 * 1024 * 1024);
  });
});
