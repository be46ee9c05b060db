import { crc32 } from "node:zlib";
import type { Turns } from "../pace.ts";
import type { FileContent } from "./candidate.ts";

/** Maximum bytes that are read to compare a checksum with a compressed file's; more would take too long. */
export const mostSummed = 64 * 1024 * 1024;
const partBytes = 1024 * 1024;
/** Bytes of padding that are read at a time, and at most. */
const paddingBytes = 64 * 1024;
const mostPadding = 16 * paddingBytes;
const trailerBytes = 8;
/** Zero bytes at the end of a length that may also be padding: a length has at least one other byte. */
const ambiguousBytes = 3;
/** Deflate makes no less than one byte of so many. */
const mostCompression = 1032;

/** Trailer of a gzip file (RFC 1952, section 2.3.1). */
export interface Checksum {
  /** Uncompressed size of the last member, modulo 2^32. */
  readonly bytes: number;
  readonly crc: number;
}

/**
 * Reads the checksum at the end of a compressed file, before the zeros that it may be padded with. A length that ends in
 * zeros cannot be told from padding: then these are all that it can be. Empty when there is none.
 */
export function checksumsOf(content: FileContent): Checksum[] {
  const size = content.size();
  const end = endBeforeZeros(content, size);
  const checksums: Checksum[] = [];
  for (let stop = Math.min(size, end + ambiguousBytes); stop >= Math.max(end, trailerBytes); stop--) {
    const trailer = content.stretch(stop - trailerBytes, trailerBytes);
    if (trailer.length < trailerBytes) continue;
    const bytes = trailer.readUInt32LE(4);
    if (bytes <= mostCompression * stop) checksums.push({ bytes, crc: trailer.readUInt32LE(0) });
  }
  return checksums;
}

/** Tells whether a checksum is that of the beginning of a file, if the cost is bearable. */
export async function isSummed(content: FileContent, { bytes, crc }: Checksum, turns: Turns): Promise<boolean> {
  if (bytes > content.size()) return false;
  if (bytes > mostSummed) return true;
  let sum = 0;
  for (let position = 0; position < bytes; position += partBytes) {
    sum = crc32(content.stretch(position, Math.min(partBytes, bytes - position)), sum);
    if (turns.isOver) await turns.next();
  }
  return sum === crc;
}

/** The end of what is not padding. */
function endBeforeZeros(content: FileContent, size: number): number {
  for (let stop = size; stop > Math.max(0, size - mostPadding);) {
    const start = Math.max(0, stop - paddingBytes);
    const last = content.stretch(start, stop - start).findLastIndex((byte) => byte !== 0);
    if (last >= 0) return start + last + 1;
    stop = start;
  }
  return size;
}

/** A compressed file that has changed within this time (ms) may still be written. */
const youngMs = 60_000;

/** Tells whether a compressed file last written at that time (Unix ms) may still be written. */
export function isYoung(modifiedMs: number): boolean {
  return Date.now() - modifiedMs < youngMs;
}

/** Tells whether bytes begin with gzip's magic number. */
export function isGzip(head: Buffer): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}
