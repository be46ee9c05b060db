import { fstatSync } from "node:fs";
import { errorCode } from "../problem.ts";
import type { Candidate } from "./content.ts";
import type { FollowedFile } from "./followed-file.ts";
import { isContinued, isSame } from "./identity.ts";
import { isCompressedName } from "./rotation-names.ts";

/** Where a file is that was followed: */
export type Whereabouts =
  /** in its inode, as it was, though perhaps longer */
  | "here"
  /** nowhere: its inode holds something else by now */
  | "rewritten"
  /** nowhere that was looked at */
  | "missing";

/**
 * Finds out whether a file is still what it was: by its descriptor when it is open (`fd`), else by what was found with its
 * inode. One that may not be read (now) is taken for what it was: to read it again from its start would count it twice.
 * Throws `Moved`.
 */
export function locate(file: FollowedFile, fd: number | undefined, candidate: Candidate | undefined): Whereabouts {
  if (file.isBeingRead) return "here";
  if (fd === undefined && candidate === undefined) return "missing";
  try {
    if (fd !== undefined) return isIn(fd, file) ? "here" : "rewritten";
    if (candidate === undefined) return "missing";
    if (isAsItWas(file, candidate)) return "here";
    if (isCompressedName(file.realPath)) return isSameArchive(file, candidate) ? "here" : "rewritten";
    return isIn(candidate.content().fd, file) ? "here" : "rewritten";
  } catch (error) {
    if (isForbidden(error)) return "here";
    throw error;
  }
}

/** Whether a file is there, but cannot be opened or read. */
function isForbidden(error: unknown): boolean {
  return ["EACCES", "EPERM", "EIO", "EMFILE", "ENFILE", "ESTALE"].includes(errorCode(error) ?? "");
}

/** Whether a file has the size and the time that it had when it was looked at last. */
export function isAsItWas(file: FollowedFile, { stat }: Candidate): boolean {
  return file.size === Number(stat.size) && file.modified === stat.mtimeNs;
}

function isIn(fd: number, file: FollowedFile): boolean {
  const stat = fstatSync(fd, { bigint: true });
  file.deleted = stat.nlink === 0n;
  return stat.size >= BigInt(file.offset) && isContinued(fd, file);
}

function isSameArchive({ head }: FollowedFile, candidate: Candidate): boolean {
  if (!candidate.isCompressed) return false;
  try {
    return isSame(head, candidate.head().subarray(0, head.bytes));
  } catch (error) {
    if (errorCode(error)?.startsWith("Z_") === true) return false;
    throw error;
  }
}
