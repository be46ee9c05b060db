import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { makeDirectory } from "../make-directory.ts";
import { errorCode, errorMessage, Problem } from "../problem.ts";

/** Error codes of a full disk or quota: by name, and by number as in LMDB's errors. */
const diskFullCodes: ReadonlySet<unknown> = new Set([
  "ENOSPC",
  "EDQUOT",
  constants.errno.ENOSPC,
  constants.errno.EDQUOT,
]);

/** Size of LMDB's lock file: a page of its memory map without disk space would crash the process. */
const probeBytes = 64 * 1024;

/** Makes the state directory, or throws a `Problem`. */
export function makeStateDirectory(dir: string): void {
  try {
    makeDirectory(dir);
  } catch (error) {
    throw new Problem(`cannot make the state directory ${dir}: ${errorMessage(error)}`, {
      details: ["choose a directory that this user can write to: --state DIR"],
      cause: error,
    });
  }
}

/** Checks that a directory is writable; throws a `Problem` with the remedy. */
export function checkWritable(dir: string): void {
  const probe = join(dir, `.probe-${randomUUID()}`);
  try {
    writeFileSync(probe, Buffer.alloc(probeBytes), { flush: true, flag: "wx", mode: 0o600 });
  } catch (error) {
    throw writeProblem(dir, error);
  } finally {
    remove(probe);
  }
}

/** Makes the problem of a state directory that cannot be written to. */
export function writeProblem(dir: string, error: unknown): Problem {
  return new Problem(`cannot write to the state directory ${dir}: ${errorMessage(error)}`, {
    details: [remedy(errorCode(error) ?? "")],
    cause: error,
  });
}

/** Tells whether an error or one of its causes is a full disk. */
export function isDiskFull(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("code" in error && diskFullCodes.has(error.code)) return true;
  return "cause" in error && isDiskFull(error.cause);
}

function remove(probe: string): void {
  try {
    rmSync(probe, { force: true });
  } catch {
    // The write error is the one to report.
  }
}

function remedy(code: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "give this user permission to write there, or choose another directory: --state DIR";
    case "EROFS":
      return "the file system is read-only: mount a writable volume there, or choose another directory: --state DIR";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full: free disk space";
    default:
      return "choose a directory that this user can write to: --state DIR";
  }
}
