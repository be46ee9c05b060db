import { crc32 } from "node:zlib";
import { identityBytes } from "./fingerprint.ts";

/**
 * Checksums of what stands before certain positions of a file, as many as lie before its offset: with them, a file that ends
 * before the offset of another one is known to be the beginning of it, or not.
 */
export type PrefixChecksums = readonly number[];

/** Reads the bytes at a position, as far as the file has them. */
export type Stretch = (position: number, length: number) => Buffer;

/** First so far apart (bytes): the first line of a table may be long, and its rows are short. */
const step = 256;
const steps = 28;
/** Then four to each doubling: so many are enough for the largest number, and a file is known by four fifths of it at least. */
const positions = [
  ...Array.from({ length: steps }, (_, index) => identityBytes + step * (index + 1)),
  ...Array.from({ length: 160 }, (_, index) => Math.floor((identityBytes + step * steps) * 2 ** ((index + 1) / 4))),
];

/** Checksums of a file up to an offset: extends the known `checksums` by reading with `stretch`. */
export function extendChecksums(checksums: PrefixChecksums, offset: number, stretch: Stretch): PrefixChecksums {
  let next = positions[checksums.length];
  if (next === undefined || next > offset) return checksums;
  const passed = [...checksums];
  while (next !== undefined && next <= offset) {
    passed.push(crc32(stretch(next - identityBytes, identityBytes)));
    next = positions[passed.length];
  }
  return passed;
}

/** Tells whether the first `size` bytes match the checksums, as far as these go. */
export function matchesChecksums(checksums: PrefixChecksums, size: number, stretch: Stretch): boolean {
  return checksums.every((sum, index) => {
    const position = positions[index] ?? Infinity;
    return position > size || crc32(stretch(position - identityBytes, identityBytes)) === sum;
  });
}

/** Returns the checksums before an offset. */
export function checksumsBefore(checksums: PrefixChecksums, offset: number): PrefixChecksums {
  return checksums.slice(0, positions.filter((position) => position <= offset).length);
}

/** Milestones as they are written down: four bytes each, the first one first. */
export function saveChecksums(checksums: PrefixChecksums): string {
  const bytes = Buffer.alloc(checksums.length * 4);
  for (const [index, sum] of checksums.entries()) bytes.writeUInt32LE(sum, index * 4);
  return bytes.toString("base64url");
}

/** Parses what `saveChecksums` wrote. */
export function readChecksums(text: string): PrefixChecksums {
  const bytes = Buffer.from(text, "base64url");
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readUInt32LE(index * 4));
}

/** Makes the milestones of bytes that come once and in order. */
export class ChecksumStream {
  #checksums: PrefixChecksums = [];
  #last: Buffer = Buffer.alloc(0);
  #position = 0;

  /** Checksums up to the current position. */
  get checksums(): PrefixChecksums {
    return this.#checksums;
  }

  /** Some more bytes. */
  pass(chunk: Buffer): void {
    const start = this.#position - this.#last.length;
    const last = this.#last;
    let known: Buffer | undefined;
    this.#position += chunk.length;
    this.#checksums = extendChecksums(this.#checksums, this.#position, (from, length) => {
      known ??= Buffer.concat([last, chunk]);
      return known.subarray(from - start, from - start + length);
    });
    const isEnough = chunk.length >= identityBytes;
    this.#last = isEnough
      ? Buffer.from(chunk.subarray(-identityBytes))
      : Buffer.concat([last, chunk]).subarray(-identityBytes);
  }
}
