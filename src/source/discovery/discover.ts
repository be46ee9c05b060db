import { isDynamicPattern } from "tinyglobby";
import type { Found } from "../identity/candidate.ts";
import { foreignText, isForeignArchive } from "../identity/rotation-names.ts";
import { type Stopwatch, Turns } from "../pace.ts";
import type { SourceOptions } from "../source.ts";
import { Boundary } from "./boundary.ts";
import { FolderSearch } from "./folder-search.ts";
import { matcherOf } from "./glob.ts";
import { realPathOf, type Refused } from "./paths.ts";
import { unreadableNames } from "./unreadable-names.ts";

/** Result of a search. */
export interface Search {
  readonly found: readonly Found[];
  readonly refused: readonly Refused[];
  /** The paths at which there is nothing: the source names them, or they are links to nothing. */
  readonly missing: readonly string[];
  /** Files under globs that are compressed in a form that cannot be read. */
  readonly foreign: readonly string[];
  /** The directories that were listed. */
  readonly folders: ReadonlySet<string>;
}

/**
 * Finds the files of a source: those under its globs, and those it names, whether or not a glob would find them. What it
 * takes of the event loop is measured. A search that is ended (`isEnded`) finds less than there is.
 */
export async function discover(
  source: SourceOptions,
  own: Stopwatch,
  boundary = new Boundary(source),
  isEnded = (): boolean => false,
): Promise<Search> {
  boundary.renew();
  const search = new FolderSearch(source, boundary, own);
  await search.run(isEnded);
  const turns = new Turns(own);
  const looks = new Looks(source, boundary, search.unlisted);
  // What looks like a glob may also be the very name of a file.
  for (const path of new Set([...source.files, ...search.paths])) {
    if (isEnded()) break;
    looks.at(path);
    if (turns.isOver) await turns.next();
  }
  const { found, refused, missing, foreign } = looks;
  refused.push(...unreadableNames(missing));
  turns.stop();
  return { found, refused, missing, foreign, folders: search.listed };
}

/**
 * Tells whether events in watched directories tell of whatever a later search of the source may find. They do not where it
 * listed other ones, where a file is refused, and where one is missing that a link leads to.
 */
export function isToldByEvents(
  { refused, missing, folders }: Search,
  { files }: Pick<SourceOptions, "files">,
  watched: ReadonlySet<string>,
): boolean {
  const isListed = [...folders].every((folder) => watched.has(folder));
  return isListed && refused.length === 0 && missing.every((path) => files.includes(path) && isDynamicPattern(path));
}

/** Looks at the paths of a search. */
class Looks implements Omit<Search, "folders"> {
  readonly found: Found[] = [];
  readonly refused: Refused[];
  readonly missing: string[] = [];
  readonly foreign: string[] = [];
  readonly #source: SourceOptions;
  readonly #boundary: Boundary;
  readonly #unlisted: readonly Refused[];
  readonly #realDirs = new Map<string, string>();

  constructor(source: SourceOptions, boundary: Boundary, unlisted: readonly Refused[]) {
    this.#source = source;
    this.#boundary = boundary;
    this.#unlisted = unlisted;
    this.refused = [...unlisted];
  }

  at(path: string): void {
    const seen = this.#boundary.look(path, (dir) => this.#realDirOf(dir));
    if (isForeignArchive(path) && seen !== undefined && "stat" in seen) {
      // A glob finds what rotation leaves by the way; only a file that is named is a mistake.
      if (this.#isNamed(path)) this.refused.push({ path, code: "kind", problem: foreignText(path) });
      else this.foreign.push(path);
    } else if (seen === undefined) this.missing.push(path);
    else if ("stat" in seen) this.found.push(seen);
    else if (isSaidOfFolder(seen, this.#unlisted)) return;
    // A glob finds links to folders by the way; only a folder that is named is a mistake.
    else if (seen.code !== "EISDIR" || this.#isNamed(path)) this.refused.push(seen);
  }

  #isNamed(path: string): boolean {
    return this.#source.files.includes(path);
  }

  #realDirOf(dir: string): string {
    const real = this.#realDirs.get(dir) ?? realPathOf(dir);
    this.#realDirs.set(dir, real);
    return real;
  }
}

/** True if this error repeats the one already reported for its parent directory. */
function isSaidOfFolder({ path, code }: Refused, unlisted: readonly Refused[]): boolean {
  return (
    isDynamicPattern(path) && unlisted.some((folder) => folder.code === code && path.startsWith(`${folder.path}/`))
  );
}

/** Tells whether a path is one that a source names, or under one of its globs. */
export function namedBy({ files, exclude }: Pick<SourceOptions, "files" | "exclude">): (path: string) => boolean {
  const matches = matcherOf(files);
  // As a search does it: of a folder that is left out, nothing is found.
  const isExcluded = matcherOf(exclude.flatMap((glob) => [glob, `${glob}/**`]));
  return (path) => !isForeignArchive(path) && matches(path) && (files.includes(path) || !isExcluded(path));
}
