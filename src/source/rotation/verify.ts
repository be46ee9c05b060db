import { fstatSync } from "node:fs";
import { errorCode } from "../../problem.ts";
import type { Candidate } from "../identity/candidate.ts";
import { identityBytes, matchesIdentity, matchesFingerprint } from "../identity/fingerprint.ts";
import { isCompressedName, isRotatedName } from "../identity/rotation-names.ts";
import { type TrackedFile, isUnchanged } from "../tracking/tracked-file.ts";
import { isReading } from "../tracking/state.ts";

/** Location of a tracked file: */
export type Verification =
  /** in its inode, as it was, though perhaps longer */
  | "here"
  /**
   * perhaps in its inode: it holds what was seen, but little was seen, and it has changed while nobody had it open. Numbers
   * are used again, and others begin alike.
   */
  | "unproven"
  /** nowhere: its inode holds something else by now */
  | "rewritten"
  /** nowhere that was looked at */
  | "missing";

/**
 * Finds out whether a file is still what it was: by its descriptor when it is open (`fd`), else by what was found with its
 * inode. One that may not be read (now) is taken for what it was: to read it again from its start would count it twice.
 * Throws `FileMoved`.
 */
export function verify(file: TrackedFile, fd: number | undefined, candidate: Candidate | undefined): Verification {
  if (isReading(file.state)) return "here";
  if (fd === undefined && candidate === undefined) return "missing";
  try {
    if (fd !== undefined) return isIn(fd, file) ? "here" : "rewritten";
    if (candidate === undefined) return "missing";
    if (isUnchanged(file, candidate.stat)) return "here";
    const isSame = isCompressedName(file.realPath) ? isSameArchive(file, candidate) : hasReadPart(candidate, file);
    if (!isSame) return "rewritten";
    if (isBarelySeen(file, candidate)) return "unproven";
    file.observed.verify(candidate.stat);
    return "here";
  } catch (error) {
    if (isAccessError(error)) return "here";
    throw error;
  }
}

/** Tells whether a candidate holds what was read of a file. Throws `FileMoved` and system errors. */
export function hasReadPart(candidate: Candidate, file: TrackedFile): boolean {
  const content = candidate.content();
  return content.size() >= file.position.offset && matchesIdentity(content.fd, file.position);
}

/** Tells whether a file that is rotated, or elsewhere by now and unread, may be another one, because little of it was seen. */
export function isBarelySeen({ position, realPath }: TrackedFile, { name, real }: Candidate): boolean {
  const isElsewhere = position.offset === 0 && real !== realPath;
  return position.head.bytes < identityBytes && (isElsewhere || isRotatedName(name));
}

/** Tells whether an error means that a file exists but cannot be opened or read. */
export function isAccessError(error: unknown): boolean {
  return ["EACCES", "EPERM", "EIO", "EMFILE", "ENFILE", "ESTALE"].includes(errorCode(error) ?? "");
}

function isIn(fd: number, file: TrackedFile): boolean {
  const stat = fstatSync(fd, { bigint: true });
  file.observed.countNames(stat);
  const isThere = stat.size >= BigInt(file.position.offset) && matchesIdentity(fd, file.position);
  if (isThere) file.observed.verify(stat);
  return isThere;
}

function isSameArchive({ position: { head } }: TrackedFile, candidate: Candidate): boolean {
  if (!candidate.isCompressed) return false;
  try {
    return matchesFingerprint(head, candidate.head().subarray(0, head.bytes));
  } catch (error) {
    if (errorCode(error)?.startsWith("Z_") === true) return false;
    throw error;
  }
}
