import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { Readable } from "node:stream";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { errorCode, errorMessage, Problem } from "../../problem.ts";
import { compressionOf, isReadable, type KnownForm, unpack, unreadableText } from "../identity/compression.ts";
import type { LineReader } from "../source.ts";
import { LineStream } from "./line-stream.ts";

/** Options of reading a whole file. */
export interface WholeOptions {
  /** Maximum bytes of a line; longer ones are skipped and counted. */
  readonly maxLineBytes: number;
  /**
   * Called after each chunk with the bytes read (compressed ones of an archive) and their total, which is undefined for a
   * pipe.
   */
  readonly onProgress?: (bytesRead: number, bytesTotal: number | undefined) => void;
  /** Ends reading after a chunk when it returns true; a last line without a newline is dropped then. */
  readonly isEnough?: () => boolean;
}

/** Bytes that are read before the event loop gets a turn. */
const bytesPerTurn = 16 * 1024 * 1024;
const chunkBytes = 256 * 1024;
const readAsync = promisify(read);

/**
 * Reads a file from its start to its end: plain, or compressed (known by its first bytes); `-` is standard input, which may be
 * compressed too. A last line without newline counts. Throws a `Problem` when it cannot be read.
 */
export async function readWhole(path: string, reader: LineReader, options: WholeOptions): Promise<void> {
  const name = path === "-" ? "standard input" : path;
  let fd: number | undefined;
  try {
    fd = path === "-" ? 0 : openSync(path, "r");
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new Problem(`${name} is a directory: name the log files in it`);
    if (stat.isFile()) await readFile(fd, stat.size, reader, options);
    else await readPipe(fd, reader, options);
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(explain(name, error), { cause: error });
  } finally {
    if (fd !== undefined && fd !== 0) closeSync(fd);
  }
}

async function readFile(fd: number, size: number, reader: LineReader, options: WholeOptions): Promise<void> {
  const lines = new LineStream(reader, options.maxLineBytes);
  let total = 0;
  let turn = 0;
  for (;;) {
    const room = lines.room();
    const bytes = readSync(fd, room, 0, room.length, null);
    if (bytes === 0) break;
    const first = room.subarray(0, bytes);
    const form = total === 0 ? compressionOf(first) : undefined;
    if (form !== undefined) {
      await readUnpacked(form, chain(Buffer.from(first), chunksOf(fd)), size, lines, options);
      return;
    }
    total += bytes;
    turn += bytes;
    lines.filled(bytes);
    options.onProgress?.(total, Math.max(size, total));
    if (options.isEnough?.() === true) return;
    if (turn >= bytesPerTurn) {
      turn = 0;
      await nextTurn();
    }
  }
  lines.end();
}

/** Reads what has no size and no offset: standard input from a program, a FIFO. */
async function readPipe(fd: number, reader: LineReader, options: WholeOptions): Promise<void> {
  const lines = new LineStream(reader, options.maxLineBytes);
  const chunks = chunksOf(fd);
  const first = await chunks.next();
  if (first.done === true) return;
  const input = chain(first.value, chunks);
  const form = compressionOf(first.value);
  if (form !== undefined) {
    await readUnpacked(form, input, undefined, lines, options);
    return;
  }
  let total = 0;
  for await (const chunk of input) {
    lines.push(chunk);
    total += chunk.length;
    options.onProgress?.(total, undefined);
  }
  lines.end();
}

async function readUnpacked(
  form: KnownForm,
  input: AsyncIterable<Buffer>,
  size: number | undefined,
  lines: LineStream,
  options: WholeOptions,
): Promise<void> {
  if (!isReadable(form)) throw new Error(unreadableText(form));
  const source = Readable.from(input);
  const archive = unpack(form, source);
  try {
    for await (const chunk of archive) {
      lines.push(chunk);
      options.onProgress?.(archive.consumed, size);
      if (options.isEnough?.() === true) return;
    }
    // The zeros that it may be padded with: what is being read when its descriptor is closed would be of another file.
    await archive.finish();
  } finally {
    source.destroy();
  }
  if (size !== undefined) options.onProgress?.(size, size);
  lines.end();
}

/** Reads chunks from a descriptor without closing it: a stream would close it at a time of its own. */
async function* chunksOf(fd: number): AsyncGenerator<Buffer, undefined> {
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    const bytes = await readOrWait(fd, buffer);
    if (bytes === 0) return undefined;
    yield buffer.subarray(0, bytes);
  }
}

async function readOrWait(fd: number, buffer: Buffer): Promise<number> {
  for (;;) {
    try {
      return (await readAsync(fd, buffer, 0, buffer.length, null)).bytesRead;
    } catch (error) {
      // Standard input that others have set not to block: there is nothing yet.
      if (errorCode(error) !== "EAGAIN") throw error;
      await sleep(10);
    }
  }
}

async function* chain(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function explain(name: string, error: unknown): string {
  switch (errorCode(error) ?? "") {
    case "ENOENT":
      return `there is no file ${name}`;
    case "EACCES":
      return `${name} cannot be read: permission denied`;
    case "Z_BUF_ERROR":
      return `${name} ends in the middle of its compressed data: it is cut short or still being written`;
    case "Z_DATA_ERROR":
      return `${name} is compressed but damaged: ${errorMessage(error)}`;
    default:
      return `${name} cannot be read: ${errorMessage(error)}`;
  }
}
