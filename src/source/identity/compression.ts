import { once } from "node:events";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { isGzip } from "./gzip.ts";
import { hasZstd, ZstdUnpacked } from "./zstd.ts";
import { isZstd } from "./zstd-frames.ts";

/** Form of compressed files that can be read. */
export type Compression = "gzip" | "zstd";

/** What comes out of compressed bytes, in order. Throws an error with zlib's code when they are damaged or cut short. */
export interface Unpacked extends AsyncIterable<Buffer> {
  /** Compressed bytes so far. */
  readonly consumed: number;
  /** Reads what is behind the end. */
  finish(): Promise<void>;
}

/** Unpacks what comes in; whoever made the input destroys it. */
export function unpack(form: Compression, input: Readable): Unpacked {
  return form === "zstd" ? new ZstdUnpacked(input) : new Gunzipped(input);
}

/** Bytes that come out at a time. */
const chunkSize = 256 * 1024;

class Gunzipped implements Unpacked {
  readonly #archive = createGunzip({ chunkSize });
  readonly #input: Readable;

  constructor(input: Readable) {
    this.#input = input;
    input.on("error", (error) => this.#archive.destroy(error));
    input.pipe(this.#archive);
  }

  get consumed(): number {
    return this.#archive.bytesWritten;
  }

  async finish(): Promise<void> {
    this.#input.unpipe(this.#archive).resume();
    if (!this.#input.readableEnded) await once(this.#input, "end");
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    const chunks: AsyncIterable<Buffer> = this.#archive;
    return chunks[Symbol.asyncIterator]();
  }
}

/** Form of files that is known by its first bytes: compressed, or binary tables that their writers may have put among logs. */
export type KnownForm = Compression | "xz" | "bzip2" | "Parquet" | "Avro";

/** Names of the forms that this Node can read, in messages. */
export const readableForms = hasZstd ? "gzip (.gz) and zstd (.zst)" : "gzip (.gz)";

/** Tells whether a form can be read. */
export function isReadable(form: KnownForm): form is Compression {
  return form === "gzip" || (form === "zstd" && hasZstd);
}

/** Describes why a form cannot be read. */
export function unreadableText(form: KnownForm): string {
  if (form === "Parquet" || form === "Avro") return `it is ${form}, which is no text: convert it to JSON lines`;
  if (form === "zstd")
    return `it is compressed by zstd, which needs Node.js 22.15 or later; this is ${process.version}`;
  return `it is compressed by ${form}, which cannot be read: only ${readableForms} can; unpack it first`;
}

/** Describes why a file of this form with the name of a plain one is not read. */
export function misnamedText(form: KnownForm): string {
  if (!isReadable(form)) return unreadableText(form);
  return `it is compressed by ${form}, but its name does not end in ${form === "gzip" ? ".gz" : ".zst"}`;
}

/** Tells the form that bytes begin with; undefined for none that is known. */
export function compressionOf(head: Buffer): KnownForm | undefined {
  if (isGzip(head)) return "gzip";
  if (isZstd(head)) return "zstd";
  if (head.subarray(0, 6).equals(xzMagic)) return "xz";
  const text = head.toString("latin1", 0, 10);
  // Behind Parquet's magic comes the head of a page, whose first field is a number: a text may begin with the letters.
  if (text.startsWith("PAR1\u0015")) return "Parquet";
  if (text.startsWith("Obj\u0001")) return "Avro";
  return /^BZh[1-9]1AY&SY/u.test(text) ? "bzip2" : undefined;
}

const xzMagic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
