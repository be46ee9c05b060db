import { gunzipSync } from "node:zlib";
import { errorCode } from "../../problem.ts";
import { type Candidate, type FileContent, NotWholeYet } from "./candidate.ts";
import { type Fingerprint, type Identity, identityBytes, matchesFingerprint } from "./fingerprint.ts";
import { checksumsOf, isSummed, isYoung } from "./gzip.ts";
import { matchesChecksums } from "./prefix-checksums.ts";
import { logName, nameStem } from "./rotation-names.ts";

/** Compressed files up to this size (bytes) are unpacked to see whether they are whole. */
const mostUnpacked = 8 * 1024 * 1024;

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
export function matchingBytes(candidate: Candidate, original: Original): number | undefined {
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
  if (candidate.isCompressed) return isCompressedFrom(candidate, original) ? start.length : undefined;
  return content === undefined
    ? matchingGoneBytes(candidate, original)
    : matchingContentBytes(candidate.content(), content);
}

/** Tells whether a compressed file that begins like an original continues like it, as far as known: the header of tables may be long. */
function isCompressedFrom(candidate: Candidate, { content, archive, isTentative }: Original): boolean {
  if (candidate.head().length < identityBytes) return true;
  if (isTentative) throw new NotWholeYet(candidate.path);
  if (archive !== undefined) return matchingContentBytes(candidate.content(), archive) !== undefined;
  if (content === undefined) return true;
  const size = candidate.content().size();
  const beginning = candidate.beginning();
  if (!beginning.equals(content.stretch(0, beginning.length))) return false;
  if (checksumsOf(candidate.content()).some((sum) => isSummed(content, sum))) return true;
  const isWritten = isWhole(candidate);
  // Its checksum was not there yet when it was asked for.
  if (candidate.content().size() !== size) throw new NotWholeYet(candidate.path);
  if (isWritten) return false;
  if (isYoung(Number(candidate.stat.mtimeMs))) throw new NotWholeYet(candidate.path);
  // Whoever wrote it has left off.
  return true;
}

function isWhole(candidate: Candidate): boolean {
  const content = candidate.content();
  const size = content.size();
  if (size > mostUnpacked) return !isYoung(Number(candidate.stat.mtimeMs));
  try {
    gunzipSync(content.stretch(0, size), { maxOutputLength: 16 * mostUnpacked });
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

/** Tells whether the trailer of a compressed file claims more than `offset` bytes (modulo 2^32). */
export function claimsMore(candidate: Candidate, offset: number): boolean {
  return checksumsOf(candidate.content()).some(({ bytes }) => ((bytes - offset) | 0) > 0);
}

/** Tells whether a copy ends before `offset`, as far as known for a compressed one. */
export function isShorter(candidate: Candidate, offset: number): boolean {
  if (!candidate.isCompressed) return candidate.content().size() < offset;
  const { length } = candidate.head();
  return length < identityBytes && length < offset;
}
