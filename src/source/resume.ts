import { dirname, basename } from "node:path";
import { continues, findCopy, originalOf } from "./copies.ts";
import { lookAt, type Found } from "./discover.ts";
import type { FileSet } from "./file-set.ts";
import { identityBytes, inodeOf } from "./identity.ts";
import type { Lifecycle, Shared } from "./lifecycle.ts";
import { findInode } from "./relatives.ts";
import type { Moves } from "./succession.ts";
import type { SavedFile } from "./saved-file.ts";

/** A file that an earlier process followed, and the number of its entry. */
export type Resumed = readonly [id: number, file: SavedFile];

/**
 * Finds the files that an earlier process followed, and goes on where it was: under their path, under another name that
 * rotation gave them, or in a copy (compressed or not) when they were truncated or deleted since. A file that is not found
 * is said in the log: what was written to it after the last read is lost.
 */
export function resumeFiles(
  saved: readonly Resumed[],
  shared: Shared,
  files: FileSet,
  lives: Lifecycle,
  moves: Moves,
): void {
  const moved: Resumed[] = [];
  const unread: SavedFile[] = [];
  for (const [id, file] of saved) {
    if (file.state === "ended") {
      const last = files.lastAt.get(file.path);
      const remembered = lives.remember(id, file);
      if (last === undefined || last.modified < file.modified) files.lastAt.set(file.path, remembered);
    } else if (file.head.bytes === 0 && !file.done) {
      files.lastAt.set(file.path, { ...file, inode: "" });
      shared.ledger.removed(id);
      if (file.state === "rotated") unread.push(file);
    } else if (!resumeAtPath(id, file, lives)) moved.push([id, file]);
  }
  for (const [id, file] of moved) {
    files.lastAt.set(file.path, file);
    const renamed = findInode(dirname(file.realPath), file.inode, basename(file.realPath));
    if (renamed !== undefined && isSame(renamed, file)) {
      files.lastAt.set(file.path, lives.revive(renamed, id, file, { rotatedFrom: file.path }));
      moves.rotations++;
      continue;
    }
    if (renamed?.path === file.realPath) moves.truncations++;
    else moves.rotations++;
    const copy = findCopy(file, lives.known);
    if (copy !== undefined) {
      files.lastAt.set(file.path, lives.takeOver(copy, file, file.reader, { rotatedFrom: file.path }));
      shared.ledger.removed(id);
      continue;
    }
    shared.log.warn({ file: file.path, offset: file.offset }, "a file is gone since the last run: its end may be lost");
    // It may turn up again, and what is found at its path is its successor.
    const remembered = lives.remember(id, { ...file, state: "ended", endedAt: shared.clock() });
    files.lastAt.set(file.path, remembered);
    shared.ledger.changed(remembered);
  }
  for (const file of unread) beginUnread(file, files, lives);
}

/** A file of which nothing was read is as good as new, wherever it is now; but it may be a copy of another by now. */
function beginUnread(file: SavedFile, files: FileSet, lives: Lifecycle): void {
  const seen = findInode(dirname(file.realPath), file.inode, basename(file.realPath));
  if (seen === undefined || lives.known(seen) !== undefined || originalOf(seen, files.all()) !== undefined) return;
  lives.begin(seen, { rotatedFrom: file.path }, false);
}

function resumeAtPath(id: number, file: SavedFile, lives: Lifecycle): boolean {
  const path = file.state === "live" ? file.path : file.realPath;
  const seen = lookAt(path);
  if (seen === undefined || !("stat" in seen) || !isSame(seen, file)) return false;
  lives.revive(seen, id, file, file.state === "live" ? "live" : { rotatedFrom: file.path });
  return true;
}

/** Whether what was found is the file: the same inode and content, or, on a device that has been renumbered, the content. */
function isSame(seen: Found, file: SavedFile): boolean {
  const inode = inodeOf(seen.stat);
  if (file.state === "archive") return inode === file.inode;
  const sameNumber = inode.split(":")[1] === file.inode.split(":")[1];
  if (!sameNumber && file.head.bytes < identityBytes) return false;
  return continues(seen.path, file);
}
