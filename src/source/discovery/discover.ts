import picomatch from "picomatch";
import { glob, isDynamicPattern } from "tinyglobby";
import type { Found } from "../identity/candidate.ts";
import { foreignText, isForeignArchive } from "../identity/rotation-names.ts";
import type { Stopwatch } from "../pace.ts";
import type { SourceOptions } from "../source.ts";
import { Boundary } from "./boundary.ts";
import { noSlashAtEnd, realPathOf, type Refused } from "./paths.ts";
import { searchedFileSystem } from "./searched-file-system.ts";
import { unreadableNames } from "./unreadable-names.ts";

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
export async function discover(
  source: SourceOptions,
  own: Stopwatch,
  boundary = new Boundary(source),
): Promise<Search> {
  boundary.renew();
  const unlisted: Refused[] = [];
  const paths = await matchingPaths(source, own, boundary, unlisted);
  return own.measure(() => sorted(paths, source, boundary, unlisted));
}

function sorted(
  paths: ReadonlySet<string>,
  source: SourceOptions,
  boundary: Boundary,
  unlisted: readonly Refused[],
): Search {
  const found: Found[] = [];
  const refused = [...unlisted];
  const missing: string[] = [];
  const foreign: string[] = [];
  const realDirs = new Map<string, string>();
  const realDirOf = (dir: string): string => {
    const real = realDirs.get(dir) ?? realPathOf(dir);
    realDirs.set(dir, real);
    return real;
  };
  for (const path of paths) {
    const seen = boundary.look(path, realDirOf);
    if (isForeignArchive(path) && seen !== undefined && "stat" in seen) {
      // A glob finds what rotation leaves by the way; only a file that is named is a mistake.
      if (source.files.includes(path)) refused.push({ path, code: "kind", problem: foreignText(path) });
      else foreign.push(path);
    } else if (seen === undefined) missing.push(path);
    else if ("stat" in seen) found.push(seen);
    else if (isSaidOfFolder(seen, unlisted)) continue;
    // A glob finds folders and links to them by the way; only a folder that is named is a mistake.
    else if (seen.code !== "EISDIR" || source.files.includes(path)) refused.push(seen);
  }
  refused.push(...unreadableNames(missing));
  return { found, refused, missing, foreign };
}

/** True if this error repeats the one already reported for its parent directory. */
function isSaidOfFolder({ path, code }: Refused, unlisted: readonly Refused[]): boolean {
  return (
    isDynamicPattern(path) && unlisted.some((folder) => folder.code === code && path.startsWith(`${folder.path}/`))
  );
}

async function matchingPaths(
  source: SourceOptions,
  own: Stopwatch,
  boundary: Boundary,
  unlisted: Refused[],
): Promise<Set<string>> {
  const globs = source.files.filter((path) => isDynamicPattern(path));
  const paths = new Set(source.files);
  // What looks like a glob may also be the very name of a file.
  if (globs.length > 0) {
    const options = { absolute: true, onlyFiles: false, expandDirectories: false, dot: true, ignore: source.exclude };
    const fs = searchedFileSystem(globs, own, boundary, unlisted);
    for (const path of await own.measure(() => glob(globs, { ...options, fs }))) paths.add(noSlashAtEnd(path));
  }
  return paths;
}

/** Tells whether a path is one that a source names, or under one of its globs. */
export function namedBy({ files, exclude }: Pick<SourceOptions, "files" | "exclude">): (path: string) => boolean {
  // As a search does it: of a folder that is left out, nothing is found.
  const ignore = exclude.flatMap((glob) => [glob, `${glob}/**`]);
  const isUnder = picomatch([...files], { dot: true, posix: true, ignore });
  return (path) => !isForeignArchive(path) && (files.includes(path) || isUnder(path));
}
