import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isCompressedName, isForeignArchive, logGroup, withoutForeignEnding } from "../identity/rotation-names.ts";
import { isWhole } from "../tracking/state.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";

/** Lines of a file that is gone that were not read, or may not have been. */
export interface Loss {
  /** Bytes that were seen and not read; undefined when it is not known how many there were. */
  readonly unread: number | undefined;
  /** The file that seems to hold them, in a form that cannot be read. */
  readonly copy: string | undefined;
}

/** Compression keeps the time of a file to the second at least (ns). */
const sameTimeNs = 2_000_000_000n;

/**
 * What was lost with a missing file; undefined when it was read as far as is known. `isReplaced`: another file is at its
 * path by now.
 */
export function lossOf(file: TrackedFile, isReplaced: boolean): Loss | undefined {
  const { state, position, observed, inode, realPath } = file;
  if (state.kind !== "missing" || isWhole(state)) return undefined;
  const copies = foreignCopies(realPath);
  if (!isCompressedName(realPath) && observed.size > position.offset) {
    return { unread: observed.size - position.offset, copy: copies.find((copy) => isLater(copy, file))?.path };
  }
  // Of a compressed file that was not read to its end, the sizes cannot be compared; one that was refuted is another file.
  if (isCompressedName(realPath)) return file.refuted.size > 0 ? undefined : { unread: undefined, copy: undefined };
  // What was written last was read: the copy holds nothing more.
  if (copies.some((copy) => isOfSameTime(copy, file))) return undefined;
  const copy = copies.find((one) => isLater(one, file));
  // Whoever rotates a log while the exporter is down has most likely written to it, too.
  const wasUnwatched = state.wasLive && observed.verified === undefined && inode !== "";
  return copy !== undefined || (wasUnwatched && isReplaced) ? { unread: undefined, copy: copy?.path } : undefined;
}

interface ForeignCopy {
  readonly path: string;
  readonly modified: bigint;
}

/** Files of the same log, compressed in a form that cannot be read. */
function foreignCopies(realPath: string): ForeignCopy[] {
  const dir = dirname(realPath);
  const group = logGroup(basename(realPath));
  try {
    return readdirSync(dir)
      .filter((name) => isForeignArchive(name) && logGroup(withoutForeignEnding(name)) === group)
      .map((name) => join(dir, name))
      .map((path) => ({ path, modified: statSync(path, { bigint: true }).mtimeNs }));
  } catch {
    // The folder is gone as well, or names move on.
    return [];
  }
}

function isOfSameTime({ modified }: ForeignCopy, { observed }: TrackedFile): boolean {
  const apart = modified - observed.readModified;
  return apart < sameTimeNs && apart > -sameTimeNs;
}

function isLater({ modified }: ForeignCopy, { observed }: TrackedFile): boolean {
  return modified > observed.readModified;
}
