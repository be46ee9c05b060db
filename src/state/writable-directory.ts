import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode, errorMessage, Problem } from "../problem.ts";

/** What the store's lock file needs: it is mapped, and a mapped page that has no room on the disk ends the process. */
const probeBytes = 64 * 1024;

/** Throws a `Problem` that says what would mend it when a directory cannot be written to. */
export function checkWritable(dir: string): void {
  const probe = join(dir, `.probe-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(probeBytes), { flush: true });
  } catch (error) {
    throw new Problem(`cannot write to the state directory ${dir}: ${errorMessage(error)}`, {
      details: [mend(errorCode(error) ?? "")],
      cause: error,
    });
  } finally {
    remove(probe);
  }
}

function remove(probe: string): void {
  try {
    rmSync(probe, { force: true });
  } catch {
    // What kept it from being written is the fault to tell of.
  }
}

function mend(code: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "give this user the right to write there, or another directory: --state DIR";
    case "EROFS":
      return "the file system is read-only: mount a writable volume there, or give another directory: --state DIR";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full: make room";
    default:
      return "give a directory that this user can write to: --state DIR";
  }
}
