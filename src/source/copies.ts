import { closeSync, constants, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { constants as zlib, gunzipSync } from "node:zlib";
import { errorCode } from "../problem.ts";
import { isAt, lookAt, type Found } from "./discover.ts";
import { fingerprintFrom, identityBytes, inodeOf, isContinued, isSame, type Identity } from "./identity.ts";
import { filesLike, type Relative } from "./relatives.ts";
import { familyOf, isCompressedName, isMarked, stemOf } from "./rotation-names.ts";

/** How much of a compressed file is read for its head: more than enough, even if it does not compress at all. */
const compressedHead = 4 * identityBytes;

/** Rotation that goes on while its files are compared makes the search begin again, so many times. */
const mostAttempts = 10;

/**
 * A file beside `original` that nobody follows and that holds what was read of it: made before the original was truncated
 * or deleted.
 */
export function findCopy(original: Relative, known: (seen: Found) => Relative | undefined): Found | undefined {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const copy = filesLike(original.realPath).find(
      (seen) => known(seen) === undefined && originalOf(seen, [original], false) !== undefined,
    );
    // Its name has moved on, and what was compared was another file.
    if (copy === undefined || isAt(copy.path, inodeOf(copy.stat))) return copy;
  }
  return undefined;
}

/**
 * Which of these files a new one is a copy of (by `cp`, or compressed): it holds what was read of it up to its offset, or
 * less, when it was copied earlier. `readable` says that the originals are still what they were, and can be compared.
 * Undefined when it is a file of its own, or cannot be read.
 */
export function originalOf<T extends Relative>(
  { path, stat }: Found,
  candidates: Iterable<T>,
  readable = true,
): T | undefined {
  const name = basename(path);
  const family = familyOf(name);
  if (!isMarked(path)) return undefined;
  let best: T | undefined;
  let first: Buffer | undefined;
  let full: string | undefined;
  try {
    for (const candidate of candidates) {
      const { head } = candidate;
      if (head.bytes === 0) continue;
      const known = basename(candidate.realPath);
      // A few bytes may be the same by chance in two logs, but not in a log and in what rotation made of it.
      const certain = head.bytes === identityBytes;
      if (certain ? !name.startsWith(stemOf(known)) : name === known || familyOf(known) !== family) continue;
      first ??= firstBytes(path);
      if (first.length < head.bytes) continue;
      full ??= fingerprintFrom(first, 0, first.length).hash;
      if (certain ? head.hash !== full : !isSame(head, first.subarray(0, head.bytes))) continue;
      // Of several that began alike (a log and its copies), the one of which most was read.
      if (best !== undefined && best.offset >= candidate.offset) continue;
      if (isCompressedName(name) || goesOnAs(path, Number(stat.size), candidate, readable)) best = candidate;
    }
  } catch {
    // It has just gone, or may not be read: no copy that could be read on in.
  }
  return best;
}

/** The first bytes of a file, of a compressed one the first that come out of it. */
function firstBytes(path: string): Buffer {
  const bytes = readStretch(path, 0, isCompressedName(path) ? compressedHead : identityBytes);
  if (!isCompressedName(path)) return bytes;
  return gunzipSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH }).subarray(0, identityBytes);
}

function goesOnAs(path: string, size: number, original: Relative, readable: boolean): boolean {
  if (size >= original.offset) return opened(path, (fd) => isContinued(fd, original));
  if (!readable) return true;
  // The copy is older than the last read: is its end found in the original, as far as that can still be asked?
  const there = lookAt(original.realPath);
  if (there === undefined || !("stat" in there) || inodeOf(there.stat) !== original.inode) return true;
  if (there.stat.size < BigInt(original.offset)) return true;
  const start = Math.max(0, size - identityBytes);
  return readStretch(path, start, size - start).equals(readStretch(original.realPath, start, size - start));
}

/**
 * Whether the file under a path, which has the inode of a file that is known, goes on where that was read to. One that may
 * not be read (now) is taken for what it was: to read it again from its start would count it twice.
 */
export function continues(path: string, identity: Identity): boolean {
  try {
    return opened(path, (fd) => isContinued(fd, identity));
  } catch (error) {
    return isForbidden(error);
  }
}

/** As `continues` for a compressed file, of which only the beginning is compared. */
export function isSameArchive(path: string, { head }: Identity): boolean {
  try {
    return isCompressedName(path) && isSame(head, firstBytes(path).subarray(0, head.bytes));
  } catch (error) {
    return isForbidden(error);
  }
}

/** Whether a file is there, but cannot be opened or read. */
function isForbidden(error: unknown): boolean {
  return ["EACCES", "EPERM", "EIO", "EMFILE", "ENFILE", "ESTALE"].includes(errorCode(error) ?? "");
}

function readStretch(path: string, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return opened(path, (fd) => buffer.subarray(0, length === 0 ? 0 : readSync(fd, buffer, 0, length, position)));
}

function opened<T>(path: string, use: (fd: number) => T): T {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
