import { basename, dirname, join } from "node:path";
import { lookAt, type Found } from "./discover.ts";
import { inodeOf, type Identity } from "./identity.ts";
import { lookInto } from "./settled-directory.ts";
import { compareMarks, familyOf, namesBetween, stemOf } from "./rotation-names.ts";

/** A file that was followed, as its relatives are looked for. */
export interface Relative extends Identity {
  /** Its path, symbolic links resolved. */
  readonly realPath: string;
  readonly inode: string;
  /** When it was last written (ns). */
  readonly modified: bigint;
  /** When it last grew or was moved, as far as this process knows, by the monotonic clock (ms). */
  readonly restless: number;
}

/** A file as it was at an earlier time. */
export function asOf(file: Relative, earlier: Partial<Relative>): Relative {
  const { realPath, inode, offset, head, tail, modified, restless } = file;
  return { realPath, inode, offset, head, tail, modified, restless, ...earlier };
}

/** Two files that were written within this time (ns) may be in either order, by their times. */
const sameTimeNs = 10_000_000n;

/** Where in a directory a file is now, by its inode; undefined when it is not there. */
export function findInode(dir: string, inode: string, likelyName: string): Found | undefined {
  const stem = stemOf(likelyName);
  const among = (names: string[]): Found | undefined => {
    for (const name of names.toSorted((a, b) => Number(b.startsWith(stem)) - Number(a.startsWith(stem)))) {
      const seen = lookAt(join(dir, name));
      if (seen !== undefined && "stat" in seen && inodeOf(seen.stat) === inode) return seen;
    }
    return undefined;
  };
  return lookInto(dir, among, (found) => found !== undefined);
}

/**
 * The files that were written after `last` and before what is at `path` now (links resolved), and that nobody has seen
 * yet: rotated away between two looks. Oldest first. `known` gives the followed file that a file is.
 */
export function filesBetween(last: Relative, path: string, known: (seen: Found) => Relative | undefined): Found[] {
  const dir = dirname(path);
  const name = basename(path);
  const there = dirname(last.realPath) === dir ? lookAt(last.realPath) : undefined;
  const isThere = there !== undefined && "stat" in there && known(there) === last;
  const lastName = isThere ? basename(last.realPath) : undefined;
  // The name that it had says how the others are named, whether it is still there or not: the targets of a link.
  const hadName = basename(last.realPath);
  const between = hadName === name ? undefined : namesBetween(name, hadName);
  const family = familyOf(name);
  // What is there now is newer than what was there: if the names say otherwise, they count upwards.
  const upwards = hadName !== name && familyOf(hadName) !== name && compareMarks(hadName, name).order > 0;
  const isBetween = (candidate: string): boolean =>
    candidate !== name &&
    candidate !== lastName &&
    (familyOf(candidate) === family || between?.test(candidate) === true);
  return filesNamed(dir, isBetween)
    .filter((seen) => known(seen) === undefined)
    .filter(({ path: candidate, stat }) => {
      const marks = lastName === undefined ? undefined : compareMarks(lastName, basename(candidate));
      const later = stat.mtimeNs - last.modified;
      // Dates are to be trusted more than the time of a file, which compressing may have changed; and names more than
      // times that are as good as the same, because they are kept in ticks and rounded when they are copied.
      const isSure = marks?.areDates !== true && (later > sameTimeNs || later < -sameTimeNs);
      return isSure || marks === undefined ? later > -sameTimeNs : marks.order < 0 !== upwards;
    })
    .toSorted(byAge);
}

/** Oldest first: by the time of the last write, and by name where that is the same. */
export function byAge(a: Found, b: Found): number {
  if (a.stat.mtimeNs !== b.stat.mtimeNs) return a.stat.mtimeNs < b.stat.mtimeNs ? -1 : 1;
  return compareMarks(basename(a.path), basename(b.path)).order;
}

/** Every regular file of a directory whose name begins like this one. */
export function filesLike(path: string): Found[] {
  const stem = stemOf(basename(path));
  return filesNamed(dirname(path), (name) => name.startsWith(stem));
}

function filesNamed(dir: string, isWanted: (name: string) => boolean): Found[] {
  const among = (names: string[]): Found[] =>
    names
      .filter(isWanted)
      .flatMap((name) => lookAt(join(dir, name)) ?? [])
      .filter((seen) => "stat" in seen);
  return lookInto(dir, among, () => false);
}
