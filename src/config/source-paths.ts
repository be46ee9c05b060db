import { dirname, join, posix } from "node:path";
import { escapePath, isDynamicPattern } from "tinyglobby";

/** Resolves a path or glob against the folder of the config `file`, which is taken literally. */
export function absolutePattern(pattern: string, file: string): string {
  // Leave plain paths to the system, which resolves `..` after links correctly.
  return isDynamicPattern(pattern) ? absoluteGlob(pattern, file) : absolute(pattern, file);
}

/** Resolves and normalizes a glob: removes `//`, `/./`, a trailing slash, and `..` after a plain name. */
export function absoluteGlob(glob: string, file: string): string {
  const parts: string[] = [];
  for (const part of absolute(glob, file).split("/")) {
    const last = parts.at(-1);
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (last === undefined) continue;
    else if (/^[^\\{}()[\]*?!+@]+$/u.test(last) && last !== "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function absolute(pattern: string, file: string): string {
  const folder = dirname(file);
  if (posix.isAbsolute(pattern)) return pattern;
  return join(isDynamicPattern(pattern) ? escapePath(folder) : folder, pattern);
}
