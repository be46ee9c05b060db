import { lstatSync, realpathSync, statSync, type BigIntStats } from "node:fs";
import { errorCode, errorMessage } from "../../problem.ts";
import { inodeOf } from "../identity/fingerprint.ts";

/** A path that cannot be followed. */
export interface Refused {
  readonly path: string;
  /** The system's error code, `EISDIR`, or one of `unfitCodes`. */
  readonly code: string;
  readonly problem: string;
}

/** A regular file at a path. */
export interface Seen {
  readonly path: string;
  readonly stat: BigIntStats;
}

/**
 * Codes of what must not be read: `kind` for no regular file, `procfs` for a file of the kernel, `own` for one of the
 * exporter, `link` for one to which an unexpected link leads, `name` for a name that is not UTF-8, `limit` for what is past a
 * limit of the search or of the files.
 */
export const unfitCodes = ["kind", "procfs", "own", "link", "name", "limit"] as const;

/** Tells whether there is something else than a log at a path, rather than one that is inaccessible now. */
export function isUnfit({ code }: Refused): boolean {
  return code === "EISDIR" || unfitCodes.some((unfit) => unfit === code);
}

/** Stats a path, following links: a regular file, something else, or nothing (undefined). Never hangs. */
export function statPath(path: string): Seen | Refused | undefined {
  return asked(path, () => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? undefined : seenAs(path, stat);
  });
}

/** Stats the entry of a directory, following no link: a link is as good as nothing. */
export function statEntry(path: string): Seen | Refused | undefined {
  return asked(path, () => {
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined || stat.isSymbolicLink() ? undefined : seenAs(path, stat);
  });
}

/** Returns the answer of the system about a path, or why there is none; undefined for a missing path. */
export function asked<T>(path: string, ask: () => T | undefined): T | Refused | undefined {
  try {
    return ask();
  } catch (error) {
    const code = errorCode(error) ?? "unknown";
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    return { path, code, problem: errorMessage(error) };
  }
}

/** Returns a regular file with its stat, or why it is none. */
export function seenAs(path: string, stat: BigIntStats): Seen | Refused {
  if (stat.isFile()) return { path, stat };
  const [code, kind] = kindOf(stat);
  return { path, code, problem: `it is ${kind}, not a regular file` };
}

/** Tells whether a path still leads to an inode. */
export function isAt(path: string, inode: string): boolean {
  const seen = statPath(path);
  return seen !== undefined && "stat" in seen && inodeOf(seen.stat) === inode;
}

function kindOf(stat: BigIntStats): readonly [code: string, kind: string] {
  if (stat.isDirectory()) return ["EISDIR", "a directory"];
  if (stat.isFIFO()) return ["kind", "a FIFO"];
  if (stat.isSocket()) return ["kind", "a socket"];
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return ["kind", "a device"];
  return ["kind", "something else"];
}

/** Resolves symbolic links; returns the path itself when that fails. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Tells whether a path is a directory or below it. */
export function isWithin(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith("/") ? dir : `${dir}/`);
}
