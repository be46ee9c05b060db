import { readdir, realpathSync, statSync, type BigIntStats, type Dirent } from "node:fs";
import { dirname, join } from "node:path";
import picomatch from "picomatch";
import { glob, isDynamicPattern } from "tinyglobby";
import { errorCode, errorMessage } from "../../problem.ts";
import type { Found } from "../identity/candidate.ts";
import { inodeOf } from "../identity/fingerprint.ts";
import { isForeignArchive } from "../identity/rotation-names.ts";
import type { Stopwatch } from "../pace.ts";
import type { SourceOptions } from "../source.ts";

/** A path that cannot be followed. */
export interface Refused {
  readonly path: string;
  /** The system's error code, or `kind` when it is no regular file. */
  readonly code: string;
  readonly problem: string;
}

/** Result of a search. */
export interface Search {
  readonly found: readonly Found[];
  readonly refused: readonly Refused[];
  /** The paths at which there is nothing: the source names them, or they are links to nothing. */
  readonly missing: readonly string[];
  /** Files under globs that are compressed in a form that cannot be read. */
  readonly foreign: readonly string[];
}

/**
 * Finds the files of a source: those under its globs, and those it names, whether or not a glob would find them. What it
 * takes of the event loop is measured.
 */
export async function discover(source: SourceOptions, own: Stopwatch): Promise<Search> {
  const unlisted: Refused[] = [];
  const paths = await matchingPaths(source, own, unlisted);
  return own.measure(() => sorted(paths, source, unlisted));
}

function sorted(paths: ReadonlySet<string>, source: SourceOptions, unlisted: readonly Refused[]): Search {
  const found: Found[] = [];
  const refused = [...unlisted];
  const missing: string[] = [];
  const foreign: string[] = [];
  for (const path of paths) {
    const seen = statPath(path);
    if (isForeignArchive(path) && seen !== undefined && "stat" in seen) {
      // A glob finds what rotation leaves by the way; only a file that is named is a mistake.
      if (source.files.includes(path)) refused.push({ path, code: "kind", problem: foreignText });
      else foreign.push(path);
    } else if (seen === undefined) missing.push(path);
    else if ("stat" in seen) found.push(seen);
    else if (isSaidOfFolder(seen, unlisted)) continue;
    // A glob finds folders and links to them by the way; only a folder that is named is a mistake.
    else if (seen.code !== "EISDIR" || source.files.includes(path)) refused.push(seen);
  }
  return { found, refused, missing, foreign };
}

const foreignText = "it is compressed in a form that cannot be read; only gzip (.gz) is";

/** True if this error repeats the one already reported for its parent directory. */
function isSaidOfFolder({ path, code }: Refused, unlisted: readonly Refused[]): boolean {
  return (
    isDynamicPattern(path) && unlisted.some((folder) => folder.code === code && path.startsWith(`${folder.path}/`))
  );
}

async function matchingPaths(source: SourceOptions, own: Stopwatch, unlisted: Refused[]): Promise<Set<string>> {
  const globs = source.files.filter((path) => isDynamicPattern(path));
  const paths = new Set(source.files);
  // What looks like a glob may also be the very name of a file.
  if (globs.length > 0) {
    const options = { absolute: true, onlyFiles: false, expandDirectories: false, dot: true, ignore: source.exclude };
    const fs = { readdir: readdirWithAll(own, unlisted) };
    for (const path of await own.measure(() => glob(globs, { ...options, fs }))) paths.add(noSlashAtEnd(path));
  }
  return paths;
}

function noSlashAtEnd(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Tells whether a path is one that a source names, or under one of its globs. */
export function namedBy({ files, exclude }: Pick<SourceOptions, "files" | "exclude">): (path: string) => boolean {
  // As a search does it: of a folder that is left out, nothing is found.
  const ignore = exclude.flatMap((glob) => [glob, `${glob}/**`]);
  const isUnder = picomatch([...files], { dot: true, posix: true, ignore });
  return (path) => !isForeignArchive(path) && (files.includes(path) || isUnder(path));
}

/**
 * Makes a `readdir` that lists FIFOs, sockets, devices and links to anything but directories as files: the search would omit
 * them, and links with a missing or inaccessible target, silently. Directories that cannot be listed are added to
 * `unlisted`.
 */
function readdirWithAll(own: Stopwatch, unlisted: Refused[]): typeof readdir {
  return new Proxy(readdir, {
    apply(list, self: unknown, args: unknown[]) {
      const callback = args.at(-1);
      const passOn = (error: unknown, entries: readonly Dirent[] = []): void => {
        own.measure(() => {
          const code = errorCode(error) ?? "";
          // A folder that is gone by now, or a link to what is none, is no trouble.
          if (!["", "ENOENT", "ENOTDIR"].includes(code))
            unlisted.push({ path: noSlashAtEnd(String(args[0])), code, problem: errorMessage(error) });
          for (const entry of entries) {
            if (!entry.isDirectory() && !isLinkToDirectory(entry)) entry.isFile = (): boolean => true;
          }
          if (typeof callback === "function") Reflect.apply(callback, undefined, [error, entries]);
        });
      };
      Reflect.apply(list, self, [...args.slice(0, -1), passOn]);
    },
  });
}

function isLinkToDirectory(entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return false;
  const seen = statPath(join(entry.parentPath, entry.name));
  return seen !== undefined && "code" in seen && seen.code === "EISDIR";
}

/** The directory that a path is in; of a glob, the one that all its paths have in common. */
export function baseOf(path: string): string {
  let base = dirname(path);
  while (isDynamicPattern(base)) base = dirname(base);
  return base;
}

/** Stats a path, following links: a regular file, something else, or nothing (undefined). Never hangs. */
export function statPath(path: string): Found | Refused | undefined {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (stat.isFile()) return { path, stat };
    const [code, kind] = kindOf(stat);
    return { path, code, problem: `it is ${kind}, not a regular file` };
  } catch (error) {
    const code = errorCode(error) ?? "unknown";
    if (code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    return { path, code, problem: errorMessage(error) };
  }
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

/** A path with symbolic links resolved; the path itself when that fails. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
