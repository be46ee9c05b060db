import { lstatSync, mkdirSync, readlinkSync, rmdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a directory and those above it that are missing, all or none; gives those that were made, the outermost first.
 * Throws an `Error` that says which path is in the way. `mkdirSync` with `recursive` never returns on a file system that
 * refuses with ENOENT, as /proc does.
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

/** Removes directories that `makeDirectory` made, as far as nobody has put anything into them. */
export function removeDirectories(made: readonly string[]): void {
  for (const path of made.toReversed()) {
    try {
      rmdirSync(path);
    } catch {
      // It is in use by now, and does no harm.
    }
  }
}

/** Whether it was made here: another process may have been faster. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (isDirectory(path)) return false;
    const inTheWay = lstatSync(path, { throwIfNoEntry: false });
    if (inTheWay?.isSymbolicLink() === true) {
      throw new Error(`${path} is a link to ${readlinkSync(path)}, which is no directory`, { cause: error });
    }
    if (inTheWay !== undefined) throw new Error(`${path} is a file, not a directory`, { cause: error });
    throw error;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    // What is missing is to be made; below a file nothing can be, which is said of the file itself.
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
