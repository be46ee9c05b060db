import { createHash } from "node:crypto";
import { readSync, type BigIntStats } from "node:fs";

/** Bytes of a fingerprint, at the head of a file and before an offset. */
export const identityBytes = 1024;

/** The hash of a stretch of a file: its head, or what stands before an offset. */
export interface Fingerprint {
  /** Number of hashed bytes, at most `identityBytes`; 0 if nothing is known yet. */
  readonly bytes: number;
  readonly hash: string;
}

/** Fingerprint of nothing: matches everything. */
export const noFingerprint: Fingerprint = { bytes: 0, hash: "" };

/** Identity of a file by its content. */
export interface Identity {
  readonly offset: number;
  /** Fingerprint of the first bytes; grows with the file until it is full. */
  readonly head: Fingerprint;
  /** Fingerprint of the bytes just before `offset`: detects a rewritten file that has grown past it. */
  readonly tail: Fingerprint;
  /** Checksums of prefixes between head and tail. */
  readonly checksums: readonly number[];
}

/**
 * The name of an inode: device and number, in full. Numbers pass 2^53 on some file systems, where a JavaScript number
 * takes two files for one.
 */
export function inodeOf(stat: BigIntStats): string {
  return `${stat.dev}:${stat.ino}`;
}

/** The fingerprint of bytes, of which the last `identityBytes` count. */
export function fingerprintBefore(buffer: Buffer, start: number, end: number): Fingerprint {
  return fingerprint(buffer.subarray(Math.max(start, end - identityBytes), end));
}

/** The fingerprint of bytes, of which the first `identityBytes` count. */
export function fingerprintFrom(buffer: Buffer, start: number, end: number): Fingerprint {
  return fingerprint(buffer.subarray(start, Math.min(end, start + identityBytes)));
}

function fingerprint(bytes: Buffer): Fingerprint {
  if (bytes.length === 0) return noFingerprint;
  return { bytes: bytes.length, hash: createHash("sha256").update(bytes).digest("base64url").slice(0, 22) };
}

/** Tells whether bytes match a fingerprint. */
export function matchesFingerprint(expected: Fingerprint, bytes: Buffer): boolean {
  return expected.bytes === 0 || (bytes.length === expected.bytes && fingerprint(bytes).hash === expected.hash);
}

const scratch = Buffer.allocUnsafeSlow(identityBytes);

/** The fingerprint of a file's first `bytes` bytes, as far as it has them. */
export function headOfFile(fd: number, bytes: number): Fingerprint {
  return fingerprint(stretchOf(fd, 0, Math.min(bytes, identityBytes)));
}

/** The fingerprint of a file's bytes before an offset, as far as it has them. */
export function tailOfFile(fd: number, offset: number): Fingerprint {
  const bytes = Math.min(offset, identityBytes);
  return fingerprint(stretchOf(fd, offset - bytes, bytes));
}

/** Tells whether a file has the head of `identity` and the same bytes before its offset. */
export function matchesIdentity(fd: number, { offset, head, tail }: Identity): boolean {
  return (
    matchesFingerprint(head, stretchOf(fd, 0, head.bytes)) &&
    matchesFingerprint(tail, stretchOf(fd, offset - tail.bytes, tail.bytes))
  );
}

/** A file's bytes at a position, as far as it has them: at most `identityBytes`, good until the next call. */
export function stretchOf(fd: number, position: number, length: number): Buffer {
  const bytes = length === 0 ? 0 : readSync(fd, scratch, 0, length, position);
  return scratch.subarray(0, bytes);
}
