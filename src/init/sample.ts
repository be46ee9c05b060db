import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Problem } from "../problem.ts";
import { compressionOf } from "../source/identity/compression.ts";
import type { LineReader } from "../source/source.ts";
import { readWhole } from "../source/reading/whole-file.ts";

/** What is read of a log. */
export interface Sample {
  /** As the user gave it; `-` is standard input. */
  readonly file: string;
  /** The file to replay: the log itself, or a copy of what was taken of it, under a path that ends as its own. */
  readonly content: string;
  /** Lines to recognize it by. */
  readonly lines: readonly string[];
  /** The encoding, where it is not UTF-8. */
  readonly encoding: string | undefined;
  /** When it was last written (Unix milliseconds). */
  readonly written: number | undefined;
  /** What was left out. */
  readonly notes: readonly string[];
}

/** Bytes up to which a log is read whole. */
const mostBytes = 100 * 1024 * 1024;
const headBytes = 60 * 1024 * 1024;
const pieceBytes = 2 * 1024 * 1024;
const pieces = 20;
/** What a log is recognized by. */
const mostLines = 20_000;
const mostLineBytes = 32 * 1024 * 1024;
const longestLine = 1024 * 1024;
const binaryBytes = 4096;

/** Takes a sample of a log; copies go to `folder`. Throws a `Problem` for a log that cannot be read. */
export async function takeSample(file: string, folder: string): Promise<Sample> {
  const notes: string[] = [];
  const stat = file === "-" ? undefined : statOf(file);
  if (stat !== undefined) refuseBinary(file, stat.head);
  let content = file;
  const isPlain = stat?.isFile === true && compressionOf(stat.head) === undefined;
  if (isPlain && stat.size > mostBytes) {
    content = copyPieces(file, stat.size, folder);
    notes.push(
      `${sizeText(stat.size)}: its first ${sizeText(headBytes)} and ${pieces} samples of what follows are read`,
    );
  } else if (!isPlain) {
    const copy = await copyHead(file, folder);
    content = copy.content;
    if (copy.isCut) notes.push(`its first ${sizeText(mostBytes)} are read`);
  }
  const collected = await linesOf(content);
  if (collected.tooLong > 0) notes.push(`${collected.tooLong} lines of more than 1 MiB are passed over`);
  const bytes = Buffer.concat(collected.lines);
  if (bytes.length === 0 && collected.tooLong === 0)
    throw new Problem(`${nameOf(file)} is empty: there is nothing to tell its form by`);
  refuseBinary(file, bytes);
  const isText = isUtf8(bytes);
  const lines = bytes
    .toString(isText ? "utf8" : "latin1")
    .split(/\r?\n/u)
    .filter((line) => line.trim() !== "")
    .map((line, at) => (at === 0 ? line.replace(/^\uFEFF/u, "") : line));
  return { file, content, lines, encoding: isText ? undefined : "windows-1252", written: stat?.written, notes };
}

/** What a log is called in messages. */
export function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

interface FileStat {
  readonly isFile: boolean;
  readonly size: number;
  readonly written: number;
  readonly head: Buffer;
}

/** The size and the first bytes of a file; undefined for what can be read only once, and where reading will report why not. */
function statOf(file: string): FileStat | undefined {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    const head = Buffer.alloc(binaryBytes);
    const bytes = readSync(fd, head, 0, head.length, 0);
    return { isFile: true, size: stat.size, written: stat.mtimeMs, head: head.subarray(0, bytes) };
  } finally {
    closeSync(fd);
  }
}

function refuseBinary(file: string, head: Buffer): void {
  if (compressionOf(head) !== undefined) return;
  const start = head.subarray(0, binaryBytes);
  if (!start.includes(0) || [0xfeff, 0xfffe].includes(start.length > 1 ? start.readUInt16BE(0) : 0)) return;
  // Eight bytes of length and four of checksum before the record.
  const length = start.length > 12 ? start.readBigUInt64LE(0) : 0n;
  const what =
    length > 0n && length < 1_000_000n ? "it looks like TFRecord (TensorFlow Serving), binary" : "it is binary";
  throw new Problem(`${nameOf(file)}: ${what}, not lines of text: convert it to JSON lines`);
}

/** Copies the head of a large file and pieces of the rest, from line to line. */
function copyPieces(file: string, size: number, folder: string): string {
  const content = contentPath(file, folder);
  const from = openSync(file, "r");
  const to = openSync(content, "wx", 0o600);
  try {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    const copy = (start: number, isHead: boolean): number => {
      const bytes = readSync(from, buffer, 0, buffer.length, start);
      const begin = isHead ? 0 : buffer.subarray(0, bytes).indexOf(0x0a) + 1;
      const stop = buffer.subarray(0, bytes).lastIndexOf(0x0a) + 1;
      if (stop > begin) writeSync(to, buffer, begin, stop - begin);
      return stop;
    };
    let at = 0;
    while (at < headBytes) {
      const taken = copy(at, true);
      at += taken === 0 ? pieceBytes : taken;
    }
    const step = (size - at) / pieces;
    for (let piece = 0; piece < pieces; piece++)
      copy(Math.floor(at + piece * step + Math.max(0, step - pieceBytes)), false);
  } finally {
    closeSync(from);
    closeSync(to);
  }
  return content;
}

/** Copies the first lines of what is compressed or piped. */
async function copyHead(file: string, folder: string): Promise<{ readonly content: string; readonly isCut: boolean }> {
  const content = contentPath(file, folder);
  const to = openSync(content, "wx", 0o600);
  let written = 0;
  const isFull = (): boolean => written >= mostBytes;
  try {
    const reader = collector((bytes) => {
      written += writeSync(to, bytes);
    });
    await readWhole(file, reader, { maxLineBytes: longestLine, isEnough: isFull });
  } finally {
    closeSync(to);
  }
  return { content, isCut: isFull() };
}

/** A path in the folder that ends as the file's own does: it may name the model. */
function contentPath(file: string, folder: string): string {
  const own = file === "-" ? "/stdin.log" : resolve(file).replace(/\.(?:gz|zst)$/u, "");
  const path = join(folder, own);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

async function linesOf(content: string): Promise<{ readonly lines: readonly Buffer[]; readonly tooLong: number }> {
  const lines: Buffer[] = [];
  let bytes = 0;
  let count = 0;
  let tooLong = 0;
  const reader = collector(
    (chunk) => {
      let stop = 0;
      while (stop < chunk.length && count < mostLines && bytes + stop < mostLineBytes) {
        const end = chunk.indexOf(0x0a, stop);
        stop = end < 0 ? chunk.length : end + 1;
        count++;
      }
      lines.push(Buffer.from(chunk.subarray(0, stop)));
      bytes += stop;
    },
    () => tooLong++,
  );
  const isEnough = (): boolean => count >= mostLines || bytes >= mostLineBytes;
  await readWhole(content, reader, { maxLineBytes: longestLine, isEnough });
  return { lines, tooLong };
}

function collector(take: (bytes: Buffer) => void, onSkipped: () => void = () => undefined): LineReader {
  return {
    read: (buffer, start, end) => {
      take(buffer.subarray(start, end));
    },
    skipped: onSkipped,
    save: () => undefined,
    handOn: () => undefined,
  };
}

function sizeText(bytes: number): string {
  const mega = bytes / 1024 / 1024;
  return mega >= 1024 ? `${(mega / 1024).toFixed(1)} GiB` : `${Math.round(mega)} MiB`;
}
