import { lstatSync, mkdirSync, readlinkSync, rmdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a directory and its missing parents, all or none; returns the directories made, outermost first. Throws an
 * `Error` that names the blocking path. `mkdirSync` with `recursive` never returns on a file system that fails with
 * ENOENT, such as /proc.
 */
export function makeDirectory(directory: string): readonly string[] {
  const missing: string[] = [];
  for (let path = directory; !isDirectory(path); path = dirname(path)) missing.unshift(path);
  const made: string[] = [];
  try {
    for (const path of missing) if (makeOne(path)) made.push(path);
  } catch (error) {
    removeDirectories(made);
    throw error;
  }
  return made;
}

/** Removes directories made by `makeDirectory`, as far as they are empty. */
export function removeDirectories(made: readonly string[]): void {
  for (const path of made.toReversed()) {
    try {
      rmdirSync(path);
    } catch {
      // Not empty any more: leave it.
    }
  }
}

/** Makes one directory; false when another process was faster. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (isDirectory(path)) return false;
    const inTheWay = lstatSync(path, { throwIfNoEntry: false });
    if (inTheWay?.isSymbolicLink() === true) {
      throw new Error(`${path} is a link to ${readlinkSync(path)}, which is not a directory`, { cause: error });
    }
    if (inTheWay !== undefined) throw new Error(`${path} is a file, not a directory`, { cause: error });
    throw error;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    // A missing directory is made; a file in the path is reported on its own.
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
