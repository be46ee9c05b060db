import { closeSync, constants, openSync, readlinkSync, realpathSync } from "node:fs";
import { errorCode } from "../../problem.ts";

/**
 * Opens a file at a resolved path without following any link; undefined when it is not there, or a link has come into the
 * path since. Throws other system errors. The caller compares the inode with what it has looked at.
 */
export function openResolved(path: string): number | undefined {
  let fd: number;
  try {
    // Not blocking: a FIFO that has taken the file's place must not hang the process.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
  // The system follows links in the directories of a path all the same.
  const location = locationOf(fd, path);
  if (location === path || location === `${path} (deleted)`) return fd;
  closeSync(fd);
  return undefined;
}

/** Returns where an open file lies: from the descriptor where the system can tell that, else from the path. */
function locationOf(fd: number, path: string): string | undefined {
  for (const ask of [() => readlinkSync(`/proc/self/fd/${fd}`), () => realpathSync.native(path)]) {
    try {
      return ask();
    } catch {
      // Only Linux has the first; the second fails when the file is gone.
    }
  }
  return undefined;
}
