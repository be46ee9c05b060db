import type { LineReader } from "../source.ts";

const newline = 0x0a;
const nuls = Buffer.alloc(4096);
/** Bytes of a too long line that are handed on: more than are shown, so that it can be cut between two characters. */
const headBytes = 512;

/** A byte order mark at the start of a file: UTF-8's is passed over, the others make a file that cannot be read. */
export type ByteOrderMark = { readonly encoding: "UTF-8" | "UTF-16LE" | "UTF-16BE"; readonly bytes: number };

/** The byte order mark that the first bytes of a file are, or undefined. */
export function byteOrderMark(first: Buffer): ByteOrderMark | undefined {
  if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) return { encoding: "UTF-8", bytes: 3 };
  if (first[0] === 0xff && first[1] === 0xfe) return { encoding: "UTF-16LE", bytes: 2 };
  if (first[0] === 0xfe && first[1] === 0xff) return { encoding: "UTF-16BE", bytes: 2 };
  return undefined;
}

/** Why a file in this encoding is not read. */
export function unreadable(encoding: string): string {
  return `it is ${encoding}: only UTF-8 (and encodings that hold ASCII) can be read`;
}

/**
 * Hands the whole lines of `[start, end)` to the reader in one call and returns where they end; `start` when there is no
 * newline. NUL bytes before a line are left out: they are the hole that a writer leaves which goes on at its old offset
 * after a truncation, and count as nothing. `at` is where the file has the byte at `start`.
 */
export function handLines(reader: LineReader, buffer: Buffer, start: number, end: number, at: number): number {
  const stop = start + buffer.subarray(start, end).lastIndexOf(newline) + 1;
  if (stop === start) return start;
  const lines = buffer.subarray(start, stop);
  if (lines.includes(0)) handAroundHoles(reader, lines, at);
  else reader.read(buffer, start, stop, at);
  return stop;
}

function handAroundHoles(reader: LineReader, lines: Buffer, at: number): void {
  let from = 0;
  for (let hole = holeFrom(lines, 0); hole !== undefined; hole = holeFrom(lines, from)) {
    if (hole > from) reader.read(lines, from, hole, at + from);
    from = skipNuls(lines, hole, lines.length);
  }
  if (from < lines.length) reader.read(lines, from, lines.length, at + from);
}

/** Start of the first line at or after `from` that begins with NUL, or undefined. `from` is the start of a line. */
function holeFrom(lines: Buffer, from: number): number | undefined {
  if (lines[from] === 0) return from;
  const hole = lines.indexOf("\n\0", from, "latin1");
  return hole < 0 ? undefined : hole + 1;
}

/** The first position in `[start, end)` whose byte is not NUL; `end` when there is none. */
export function skipNuls(buffer: Buffer, start: number, end: number): number {
  let at = start;
  // A hole may be as long as the file was: it is passed over by blocks.
  while (end - at >= nuls.length && nuls.compare(buffer, at, at + nuls.length) === 0) at += nuls.length;
  while (at < end && buffer[at] === 0) at++;
  return at;
}

/** A copy of the first bytes of a line that is too long. */
export function headOf(buffer: Buffer, start: number, end: number): Buffer {
  return Buffer.from(buffer.subarray(start, Math.min(end, start + headBytes)));
}

/** Position of the next newline in `[start, end)`, or -1. */
export function newlineFrom(buffer: Buffer, start: number, end: number): number {
  const at = buffer.subarray(start, end).indexOf(newline);
  return at < 0 ? -1 : start + at;
}
