import { closeSync, constants, fstatSync, openSync, type BigIntStats } from "node:fs";
import { basename, dirname } from "node:path";
import { errorCode } from "../problem.ts";
import { lookAt } from "./discover.ts";
import type { FollowedFile } from "./followed-file.ts";
import { inodeOf } from "./identity.ts";
import { findInode } from "./relatives.ts";

/** How often a file whose name moves on is looked for again. */
const mostAttempts = 10;

/** Where a file is that is not open: under the name it had last, or another one in the same directory. */
export function whereabouts(file: FollowedFile): BigIntStats | undefined {
  const there = lookAt(file.realPath);
  if (there !== undefined && "stat" in there && inodeOf(there.stat) === file.inode) return there.stat;
  const renamed = findInode(dirname(file.realPath), file.inode, basename(file.realPath));
  if (renamed !== undefined) file.realPath = renamed.path;
  return renamed?.stat;
}

/** Opens a compressed file, whose name may move on at any time; undefined when it cannot be found now. */
export function openArchive(file: FollowedFile): number | undefined {
  for (let attempt = 0; attempt < mostAttempts && whereabouts(file) !== undefined; attempt++) {
    try {
      const fd = openSync(file.realPath, constants.O_RDONLY | constants.O_NONBLOCK);
      if (inodeOf(fstatSync(fd, { bigint: true })) === file.inode) return fd;
      closeSync(fd);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
  }
  // Whatever size it is found with, it is to be read then.
  file.size = -1;
  return undefined;
}
