import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDynamicPattern } from "tinyglobby";
import { errorCode, errorMessage } from "../../problem.ts";
import { type Stopwatch, Turns } from "../pace.ts";
import type { SourceOptions } from "../source.ts";
import type { Boundary } from "./boundary.ts";
import { baseOf, matcherOf, reachOf } from "./glob.ts";
import { isWithin, realPathOf, statPath, type Refused } from "./paths.ts";
import { isMangled, unreadableNames } from "./unreadable-names.ts";

/** Links to one folder that are followed in a search: links that lead to each other's folders make paths without end. */
const mostLinks = 16;
/** Folders on the way from the base of a glob to a log: deeper ones make searches costly, and are nobody's logs. */
const deepest = 100;

/** A directory to be listed. */
interface Folder {
  readonly path: string;
  /** Directories with their links resolved on the way to it. */
  readonly above: readonly string[];
}

/** A search of the directories of a source for what its globs match. */
export class FolderSearch {
  /** Paths that the globs match and that are no directories. */
  readonly paths = new Set<string>();
  /** Directories that were not listed, as far as something in them may match. */
  readonly unlisted: Refused[] = [];
  /** Directories that were listed, or were to be. */
  readonly listed = new Set<string>();
  readonly #own: Stopwatch;
  readonly #boundary: Boundary;
  readonly #matches: (path: string) => boolean;
  readonly #mayReach: (dir: string) => boolean;
  readonly #isExcluded: (path: string) => boolean;
  readonly #folders: Folder[] = [];
  /** How often directories were listed through links, by where they are. */
  readonly #links = new Map<string, number>();

  /** What the search takes of the event loop is measured in `own`. */
  constructor({ files, exclude }: Pick<SourceOptions, "files" | "exclude">, boundary: Boundary, own: Stopwatch) {
    const globs = files.filter((path) => isDynamicPattern(path));
    this.#own = own;
    this.#boundary = boundary;
    this.#matches = matcherOf(globs);
    this.#mayReach = reachOf(globs);
    this.#isExcluded = matcherOf(exclude);
    for (const glob of globs) this.#add({ path: baseOf(glob), above: [] });
  }

  /** Lists the directories until it is ended. */
  async run(isEnded: () => boolean): Promise<void> {
    // The list grows meanwhile.
    for (const folder of this.#folders) {
      if (isEnded()) return;
      const real = this.#own.measure(() => this.#enter(folder));
      if (real === undefined) continue;
      try {
        const entries = await readdir(folder.path, { withFileTypes: true });
        await this.#take(entries, { path: folder.path, above: [...folder.above, real] });
      } catch (error) {
        this.unlisted.push(...problemsOf(folder.path, error));
      }
    }
  }

  /** Returns where a directory is, with its links resolved; undefined if it must not be listed. */
  #enter({ path, above }: Folder): string | undefined {
    if (above.length > deepest) {
      this.unlisted.push({ path, code: "limit", problem: `it lies more than ${deepest} folders deep` });
      return undefined;
    }
    const real = realPathOf(path);
    if (real === path) return real;
    const refusal = this.#boundary.refuseLink(path, real);
    if (refusal !== undefined) this.unlisted.push(refusal);
    // A link to a directory that it lies in finds nothing new.
    if (refusal !== undefined || above.some((dir) => isWithin(dir, real))) return undefined;
    return this.#boundary.isBehindLink(path, real) && this.#isPastLinks(real) ? undefined : real;
  }

  #isPastLinks(real: string): boolean {
    const links = (this.#links.get(real) ?? 0) + 1;
    this.#links.set(real, links);
    if (links === mostLinks + 1) {
      const problem = `more than ${mostLinks} links lead to this folder: it is not searched through the others`;
      this.unlisted.push({ path: real, code: "limit", problem });
    }
    return links > mostLinks;
  }

  async #take(entries: readonly Dirent[], parent: Folder): Promise<void> {
    const turns = new Turns(this.#own);
    for (const entry of entries) {
      const path = join(parent.path, entry.name);
      if (isDirectory(entry, path)) {
        if (this.#mayReach(path) && !this.#isExcluded(path)) this.#add({ path, above: parent.above });
      } else if (this.#matches(path) && !this.#isExcluded(path)) this.paths.add(path);
      if (turns.isOver) await turns.next();
    }
    turns.stop();
  }

  #add(folder: Folder): void {
    if (this.listed.has(folder.path)) return;
    this.listed.add(folder.path);
    this.#folders.push(folder);
  }
}

/** Tells whether an entry is a directory, or a link to one. */
function isDirectory(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const seen = statPath(path);
  return seen !== undefined && "code" in seen && seen.code === "EISDIR";
}

function problemsOf(dir: string, error: unknown): Refused[] {
  const code = errorCode(error) ?? "";
  if (code === "ENOENT" && isMangled(dir)) return unreadableNames([dir]);
  // A folder that is gone by now, or a link to what is none, is no trouble.
  return ["", "ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(code)
    ? []
    : [{ path: dir, code, problem: errorMessage(error) }];
}
