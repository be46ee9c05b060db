import { constants } from "node:os";

/** What the system says when a disk, or this user's share of it, is full: by name, and by number as LMDB gives it. */
const codes: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", constants.errno.ENOSPC, constants.errno.EDQUOT]);

/** Whether an error, or what caused it, is that there is no room on the disk. */
export function isOutOfRoom(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("code" in error && codes.has(error.code)) return true;
  return "cause" in error && isOutOfRoom(error.cause);
}
