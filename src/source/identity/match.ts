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
  /** When it was last written (ns). */
  readonly modified: bigint;
  /** It was read, and ends before what was read of the other one. */
  readonly isShort: boolean;
  /** Of what it holds, the last bytes; unknown of what is compressed. */
  readonly tail: Fingerprint;
}

/** What a file is, as far as it was seen: what a copy of it is known by. */
export interface Original extends Identity {
  /** What it is called. */
  readonly name: string;
  /** What it holds now; undefined when it cannot be asked any more, or is compressed. */
  readonly content: FileContent | undefined;
  /** It may be in this archive or not: that is not known yet. */
  readonly isTentative: boolean;
  /** Its compressed bytes; undefined when they cannot be asked any more, or it is not compressed. */
  readonly archive: FileContent | undefined;
  /** Its first bytes, at most `identityBytes`, as they are now; undefined when they cannot be asked any more. */
  readonly first: Buffer | undefined;
  /** The copies of it that are known, or were. */
  readonly copies: Iterable<Copy>;
}

/**
 * How many bytes of a file are those of another one, as far as that can be known: the file is a copy of it, or of what it
 * was, made by `cp` or compressed. Undefined when it is a file of its own. Throws `FileMoved`, `NotWholeYet` and what the system
 * and zlib say.
 *
 * An original only grows. So a copy of one that is still there is no longer than it, and the same to its end. A copy of one
 * that is gone is the same as far as that was read, or as it goes; of what is compressed only the beginning is looked at.
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

/** Whether a compressed file that begins like an original goes on like it, as far as that is known: the first line of tables may be long. */
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

/** Whether a compressed file says of itself that it goes on after an offset (which it says modulo 2^32). */
export function claimsMore(candidate: Candidate, offset: number): boolean {
  return checksumsOf(candidate.content()).some(({ bytes }) => ((bytes - offset) | 0) > 0);
}

/** Whether a copy ends before `offset`, as far as that can be known of a compressed one. */
export function isShorter(candidate: Candidate, offset: number): boolean {
  if (!candidate.isCompressed) return candidate.content().size() < offset;
  const { length } = candidate.head();
  return length < identityBytes && length < offset;
}
