import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { statPath } from "../discovery/paths.ts";
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
export function lossOf(file: TrackedFile, isReplaced: boolean, foreign: ForeignCopies): Loss | undefined {
  const { state, position, observed, inode, realPath } = file;
  if (state.kind !== "missing" || isWhole(state)) return undefined;
  const copies = foreign.of(realPath);
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

/** Files of a directory that are compressed in a form that cannot be read, by the logs that they are of. */
export class ForeignCopies {
  readonly #dir: string;
  #byGroup: ReadonlyMap<string, readonly ForeignCopy[]> | undefined;

  /** The directory is read when it is asked for first. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Returns those of the log that a file of the directory is of. */
  of(realPath: string): readonly ForeignCopy[] {
    this.#byGroup ??= this.#read();
    return this.#byGroup.get(logGroup(basename(realPath))) ?? [];
  }

  #read(): Map<string, ForeignCopy[]> {
    const byGroup = new Map<string, ForeignCopy[]>();
    for (const name of namesIn(this.#dir)) {
      if (!isForeignArchive(name)) continue;
      const path = join(this.#dir, name);
      const stat = statPath(path);
      if (stat === undefined || !("stat" in stat)) continue;
      const group = logGroup(withoutForeignEnding(name));
      const copies = byGroup.get(group) ?? [];
      copies.push({ path, modified: stat.stat.mtimeNs });
      byGroup.set(group, copies);
    }
    return byGroup;
  }
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
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
