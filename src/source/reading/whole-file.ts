import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { Readable } from "node:stream";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { errorCode, errorMessage, Problem } from "../../problem.ts";
import { compressionOf, isReadable, type KnownForm, unpack, unreadableText } from "../identity/compression.ts";
import type { LineReader } from "../source.ts";
import { LineStream } from "./line-stream.ts";

/** Options of reading a file by chunks. */
export interface ChunkOptions {
  /** Maximum bytes of a line; longer ones are skipped and counted. */
  readonly maxLineBytes: number;
  /** Maximum bytes of a chunk; by default what there is room for. */
  readonly chunkBytes?: number | undefined;
}

/** Options of reading a whole file. */
export interface WholeOptions extends ChunkOptions {
  /** Called after each chunk. */
  readonly onProgress?: (...progress: Progress) => void;
  /** Ends reading after a chunk when it returns true; a last line without a newline is dropped then. */
  readonly isEnough?: () => boolean;
}

/** The bytes read so far (compressed ones of an archive) and their total, which is undefined for a pipe. */
export type Progress = readonly [bytesRead: number, bytesTotal: number | undefined];

/** Bytes that are read before the event loop gets a turn. */
const bytesPerTurn = 16 * 1024 * 1024;
const pipeBytes = 256 * 1024;
const readAsync = promisify(read);

/** Reads a file from its start to its end, as `readChunks` does. */
export async function readWhole(path: string, reader: LineReader, options: WholeOptions): Promise<void> {
  for await (const progress of readChunks(path, reader, options)) {
    options.onProgress?.(...progress);
    if (options.isEnough?.() === true) break;
  }
}

/**
 * Reads a file, a chunk for each time that it is asked for: plain, or compressed (known by its first bytes); `-` is standard
 * input, which may be compressed too. A last line without newline counts. Throws a `Problem` when it cannot be read.
 */
export async function* readChunks(
  path: string,
  reader: LineReader,
  options: ChunkOptions,
): AsyncGenerator<Progress, void> {
  const name = path === "-" ? "standard input" : path;
  let fd: number | undefined;
  try {
    fd = path === "-" ? 0 : openSync(path, "r");
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new Problem(`${name} is a directory: name the log files in it`);
    if (stat.isFile()) yield* readFile(fd, stat.size, reader, options);
    else yield* readPipe(fd, reader, options);
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(explain(name, error), { cause: error });
  } finally {
    if (fd !== undefined && fd !== 0) closeSync(fd);
  }
}

async function* readFile(
  fd: number,
  size: number,
  reader: LineReader,
  { maxLineBytes, chunkBytes }: ChunkOptions,
): AsyncGenerator<Progress, void> {
  const lines = new LineStream(reader, maxLineBytes);
  let total = 0;
  let turn = 0;
  for (;;) {
    const room = lines.room().subarray(0, chunkBytes);
    const bytes = readSync(fd, room, 0, room.length, null);
    if (bytes === 0) break;
    const first = room.subarray(0, bytes);
    const form = total === 0 ? compressionOf(first) : undefined;
    if (form !== undefined) {
      yield* readUnpacked(form, chain(Buffer.from(first), chunksOf(fd)), size, lines, chunkBytes);
      return;
    }
    total += bytes;
    turn += bytes;
    lines.filled(bytes);
    yield [total, Math.max(size, total)];
    if (turn >= bytesPerTurn) {
      turn = 0;
      await nextTurn();
    }
  }
  lines.end();
}

/** Reads what has no size and no offset: standard input from a program, a FIFO. */
async function* readPipe(
  fd: number,
  reader: LineReader,
  { maxLineBytes, chunkBytes }: ChunkOptions,
): AsyncGenerator<Progress, void> {
  const lines = new LineStream(reader, maxLineBytes);
  const chunks = chunksOf(fd);
  const first = await chunks.next();
  if (first.done === true) return;
  const input = chain(first.value, chunks);
  const form = compressionOf(first.value);
  if (form !== undefined) {
    yield* readUnpacked(form, input, undefined, lines, chunkBytes);
    return;
  }
  let total = 0;
  for await (const chunk of input) {
    lines.push(chunk);
    total += chunk.length;
    yield [total, undefined];
  }
  lines.end();
}

async function* readUnpacked(
  form: KnownForm,
  input: AsyncIterable<Buffer>,
  size: number | undefined,
  lines: LineStream,
  chunkBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<Progress, void> {
  if (!isReadable(form)) throw new Error(unreadableText(form));
  const source = Readable.from(input);
  const archive = unpack(form, source);
  try {
    for await (const chunk of archive) {
      for (let at = 0; at < chunk.length; at += chunkBytes) {
        lines.push(chunk.subarray(at, at + chunkBytes));
        yield [archive.consumed, size];
      }
    }
    // The zeros that it may be padded with: what is being read when its descriptor is closed would be of another file.
    await archive.finish();
  } finally {
    source.destroy();
  }
  if (size !== undefined) yield [size, size];
  lines.end();
}

/** Reads chunks from a descriptor without closing it: a stream would close it at a time of its own. */
async function* chunksOf(fd: number): AsyncGenerator<Buffer, undefined> {
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(pipeBytes);
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
    case "EMFILE":
      return `${name} cannot be read: too many files are open, since their times overlap; raise the limit (\`ulimit -n\`), or give fewer at a time`;
    case "Z_BUF_ERROR":
      return `${name} ends in the middle of its compressed data: it is cut short or still being written`;
    case "Z_DATA_ERROR":
      return `${name} is compressed but damaged: ${errorMessage(error)}`;
    default:
      return `${name} cannot be read: ${errorMessage(error)}`;
  }
}
