import { Readable, Transform } from "node:stream";
import * as zlib from "node:zlib";
import { errorCode, errorMessage } from "../../problem.ts";
import { cutShort, damaged, type FramePart, ZstdFrames } from "./zstd-frames.ts";

// Node has them from 22.15 on, and the types of older ones do not know them.
const makeStream: unknown = Reflect.get(zlib, "createZstdDecompress");
const unpackAll: unknown = Reflect.get(zlib, "zstdDecompressSync");

/** True if this Node can read zstd. */
export const hasZstd = typeof makeStream === "function" && typeof unpackAll === "function";

/** Bytes that come out at a time. */
const chunkSize = 256 * 1024;

/** What is no error at the end of cut data: `ZSTD_e_continue`. */
const asFarAsItGoes = 0;

/** Makes a stream that unpacks one frame. */
function frameStream(): Transform {
  const stream: unknown =
    typeof makeStream === "function"
      ? Reflect.apply(makeStream, zlib, [{ chunkSize, finishFlush: asFarAsItGoes }])
      : undefined;
  if (!(stream instanceof Transform)) throw new Error("this Node cannot read zstd");
  return stream;
}

/** Bytes that are looked at for the ends of blocks at a time: few, since a block of four may be 128 KiB. */
const stepBytes = 64;

/**
 * Unpacks the beginning of a file as far as its blocks are whole, and some more than so many of them. Throws an `ArchiveError`
 * for damaged data, and what zlib says of too much.
 */
export function unpackBlocks(bytes: Buffer, blocks: number, mostBytes: number): Buffer {
  const whole: Buffer[] = [];
  let frame: Buffer[] = [];
  const end = (): void => {
    if (frame.length > 0) whole.push(unpackFrame(Buffer.concat(frame), mostBytes));
    frame = [];
  };
  const frames = new ZstdFrames();
  for (let at = 0; at < bytes.length && frames.blocks <= blocks; at += stepBytes) {
    for (const part of frames.push(bytes.subarray(at, at + stepBytes))) {
      frame.push(part.bytes);
      if (part.isEnd) end();
    }
  }
  end();
  return Buffer.concat(whole);
}

function unpackFrame(bytes: Buffer, most: number): Buffer {
  try {
    const options = { maxOutputLength: most, finishFlush: asFarAsItGoes };
    const out: unknown = typeof unpackAll === "function" ? Reflect.apply(unpackAll, zlib, [bytes, options]) : undefined;
    return Buffer.isBuffer(out) ? out : Buffer.alloc(0);
  } catch (error) {
    throw asArchiveError(error);
  }
}

/** What comes out of a stream of `.zst` bytes. */
export class ZstdUnpacked implements AsyncIterable<Buffer> {
  readonly #input: AsyncIterator<Buffer>;
  readonly #frames = new ZstdFrames();
  #consumed = 0;

  constructor(input: Readable) {
    // Whoever made the input destroys it: it may have to be read to its end though what is in it is over.
    this.#input = input.iterator({ destroyOnReturn: false });
  }

  /** Compressed bytes so far. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Reads what is behind the end. */
  async finish(): Promise<void> {
    while ((await this.#input.next()).done !== true);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const parts = this.#parts();
    for (let first = await parts.next(); first.done !== true; first = await parts.next()) {
      yield* unpackedFrame(frameOf(first.value, parts));
    }
    if (!this.#frames.isWhole) throw cutShort();
  }

  /** The parts of all frames; ends with the zeros that a file may be padded with. */
  async *#parts(): AsyncGenerator<FramePart, undefined> {
    for (;;) {
      const next = await this.#input.next();
      if (next.done === true) return undefined;
      const parts = this.#frames.push(next.value);
      this.#consumed += next.value.length;
      yield* parts;
      if (this.#frames.isPadding) return undefined;
    }
  }
}

async function* unpackedFrame(bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const archive = frameStream();
  const source = Readable.from(bytes);
  source.on("error", (error) => archive.destroy(error));
  source.pipe(archive);
  try {
    const chunks: AsyncIterable<Buffer> = archive;
    yield* chunks;
  } catch (error) {
    throw asArchiveError(error);
  } finally {
    source.destroy();
    archive.destroy();
  }
}

/** The bytes of one frame, as far as they are there. */
async function* frameOf(first: FramePart, parts: AsyncIterator<FramePart, undefined>): AsyncGenerator<Buffer> {
  for (let part: FramePart | undefined = first; part !== undefined; part = (await parts.next()).value) {
    yield part.bytes;
    if (part.isEnd) return;
  }
}

function asArchiveError(error: unknown): unknown {
  return errorCode(error)?.startsWith("ZSTD_") === true ? damaged(errorMessage(error)) : error;
}
