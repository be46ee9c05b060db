import { Readable } from "node:stream";
import { promisify } from "node:util";
import { crc32, gunzip } from "node:zlib";
import { errorCode } from "../../problem.ts";
import type { Turns } from "../pace.ts";
import { type Candidate, type FileContent, NotWholeYet } from "./candidate.ts";
import { unpack } from "./compression.ts";
import { type Fingerprint, type Identity, identityBytes, matchesFingerprint } from "./fingerprint.ts";
import { type Checksum, checksumsOf, isSummed, isYoung, mostSummed } from "./gzip.ts";
import { contentSizeOf } from "./zstd-frames.ts";
import { matchesChecksums } from "./prefix-checksums.ts";
import { logName, nameStem } from "./rotation-names.ts";

/** Compressed files up to this size (bytes) are unpacked to see whether they are whole. */
const mostUnpacked = 8 * 1024 * 1024;
/** Bytes of a file that are read at a time. */
const partBytes = 256 * 1024;

/** A file that holds the same as another one, or the beginning of it, as it was when that was found. */
export interface Copy {
  readonly path: string;
  readonly size: number;
  /** Time of the last write (ns). */
  readonly modified: bigint;
  /** True for a copy that was read and ends before the original's offset. */
  readonly isShort: boolean;
  /** Fingerprint of its last bytes; unknown for a compressed copy. */
  readonly tail: Fingerprint;
}

/** Known properties of an original, by which copies of it are recognised. */
export interface Original extends Identity {
  /** Its file name. */
  readonly name: string;
  /** Its current content; undefined if it is compressed or no longer accessible. */
  readonly content: FileContent | undefined;
  /** An archive that may or may not hold it: not confirmed yet. */
  readonly isTentative: boolean;
  /** Its compressed bytes; undefined when they cannot be asked any more, or it is not compressed. */
  readonly archive: FileContent | undefined;
  /** Its first bytes, at most `identityBytes`, as they are now; undefined when they cannot be asked any more. */
  readonly first: Buffer | undefined;
  /** Known copies, present or past. */
  readonly copies: Iterable<Copy>;
}

/**
 * Returns the number of bytes that a candidate shares with an original, if it is a copy (by `cp` or compressed) of its
 * present or past content; undefined otherwise. Throws `FileMoved`, `NotWholeYet`, and errors of the system and zlib.
 *
 * An original only grows. So a copy of an existing one is no longer than it, and equal to its end. A copy of one that is
 * gone is equal as far as that was read, or to its end; of a compressed copy only the beginning is compared.
 */
export async function matchingBytes(
  candidate: Candidate,
  original: Original,
  turns: Turns,
): Promise<number | undefined> {
  const { head, first, content } = original;
  if (head.bytes === 0 || !areRelated(candidate.name, original)) return undefined;
  const start = candidate.head();
  if (first === undefined) {
    if (start.length < head.bytes) return matchingCopyBytes(start, original);
    return matchesFingerprint(head, start.subarray(0, head.bytes)) ? matchingGoneBytes(candidate, original) : undefined;
  }
  const canGoOn = !candidate.isCompressed && content !== undefined && isDeleted(content);
  const length = canGoOn ? Math.min(start.length, first.length) : start.length;
  if (!start.subarray(0, length).equals(first.subarray(0, length))) return undefined;
  if (candidate.isCompressed) return (await isCompressedFrom(candidate, original, turns)) ? start.length : undefined;
  return content === undefined
    ? matchingGoneBytes(candidate, original)
    : matchingContentBytes(candidate.content(), content);
}

/** Tells whether a compressed file that begins like an original continues like it, as far as known: the header of tables may be long. */
async function isCompressedFrom(
  candidate: Candidate,
  { content, archive, isTentative }: Original,
  turns: Turns,
): Promise<boolean> {
  if (candidate.head().length < identityBytes) return true;
  if (isTentative) throw new NotWholeYet(candidate.path);
  if (archive !== undefined) return matchingContentBytes(candidate.content(), archive) !== undefined;
  if (content === undefined) return true;
  const size = candidate.content().size();
  const beginning = candidate.beginning();
  if (!beginning.equals(content.stretch(0, beginning.length))) return false;
  const sums = candidate.compression === "zstd" ? await unpackedSum(candidate) : checksumsOf(candidate.content());
  for (const sum of sums) if (await isSummed(content, sum, turns)) return true;
  const isWritten = candidate.compression === "zstd" ? sums.length > 0 : await isWhole(candidate);
  // Its checksum was not there yet when it was asked for.
  if (candidate.content().size() !== size) throw new NotWholeYet(candidate.path);
  if (isWritten) return false;
  if (isYoung(Number(candidate.stat.mtimeMs))) throw new NotWholeYet(candidate.path);
  // Whoever wrote it has left off.
  return true;
}

/** Sums up what is in a file without a sum of its own, as far as one is compared; empty when it is not whole yet. */
async function unpackedSum(candidate: Candidate): Promise<Checksum[]> {
  const input = Readable.from(partsOf(candidate.content()));
  let [bytes, crc] = [0, 0];
  try {
    for await (const chunk of unpack("zstd", input)) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      if (bytes > mostSummed) break;
    }
  } catch (error) {
    if (errorCode(error) === "Z_BUF_ERROR") return [];
    throw error;
  } finally {
    input.destroy();
  }
  return [{ bytes, crc }];
}

/** The bytes of a file; a stream of its own would close it. */
function* partsOf(content: FileContent): Generator<Buffer> {
  for (let at = 0; ; at += partBytes) {
    const part = content.stretch(at, partBytes);
    if (part.length === 0) return;
    yield part;
  }
}

const gunzipAll = promisify(gunzip);

async function isWhole(candidate: Candidate): Promise<boolean> {
  const content = candidate.content();
  const size = content.size();
  if (size > mostUnpacked) return !isYoung(Number(candidate.stat.mtimeMs));
  try {
    await gunzipAll(content.stretch(0, size), { maxOutputLength: 16 * mostUnpacked });
  } catch (error) {
    return errorCode(error) !== "Z_BUF_ERROR";
  }
  return true;
}

/** A few bytes may be the same by chance in two logs, but not in a log and in what rotation made of it. */
function areRelated(name: string, { name: other, head }: Original): boolean {
  if (logName(name) === logName(other)) return true;
  return head.bytes === identityBytes && nameStem(name) === nameStem(other);
}

/** A file that is shorter than what any file is known by is a copy of what is gone only when it is like a copy that was known. */
function matchingCopyBytes(whole: Buffer, { copies }: Original): number | undefined {
  for (const { size, tail } of copies)
    if (size === whole.length && tail.bytes === size && matchesFingerprint(tail, whole)) return size;
  return undefined;
}

function matchingGoneBytes(candidate: Candidate, { offset, head, tail, checksums }: Original): number | undefined {
  if (candidate.isCompressed) {
    if (candidate.head().length < identityBytes) return head.bytes;
    const beginning = candidate.beginning();
    const isAlike = matchesChecksums(checksums, beginning.length, (from, length) =>
      beginning.subarray(from, from + length),
    );
    return isAlike ? head.bytes : undefined;
  }
  const content = candidate.content();
  const size = content.size();
  if (size < offset) {
    const isAlike = matchesChecksums(checksums, size, (from, length) => content.stretch(from, length));
    return head.bytes === identityBytes && isAlike ? head.bytes : undefined;
  }
  return matchesFingerprint(tail, content.stretch(offset - tail.bytes, tail.bytes))
    ? Math.max(offset, head.bytes)
    : undefined;
}

/** One that was deleted may go on in its copy. */
function isDeleted(original: FileContent): boolean {
  return original.stat().nlink === 0n;
}

function matchingContentBytes(copy: FileContent, original: FileContent): number | undefined {
  const size = original.size();
  if (copy.size() > size && !isDeleted(original)) return undefined;
  const end = Math.min(copy.size(), size);
  const length = Math.min(end, identityBytes);
  const isAlike = copy.stretch(end - length, length).equals(original.stretch(end - length, length));
  return isAlike ? end : undefined;
}

/** Tells whether a compressed file may hold more than `offset` bytes: by its trailer (modulo 2^32), or its first bytes. */
export function claimsMore(candidate: Candidate, offset: number): boolean {
  if (candidate.compression === "zstd") return (contentSizeOf(candidate.content().stretch(0, 32)) ?? Infinity) > offset;
  return checksumsOf(candidate.content()).some(({ bytes }) => ((bytes - offset) | 0) > 0);
}

/** Tells whether a copy ends before `offset`, as far as known for a compressed one. */
export function isShorter(candidate: Candidate, offset: number): boolean {
  if (!candidate.isCompressed) return candidate.content().size() < offset;
  const { length } = candidate.head();
  return length < identityBytes && length < offset;
}
