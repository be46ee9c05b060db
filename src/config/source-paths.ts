import { dirname, join, posix } from "node:path";
import { escapePath, isDynamicPattern } from "tinyglobby";

/** Resolves a path or glob of a source: relative ones start at the folder of the config `file`, whose own name is no pattern. */
export function absolutePattern(pattern: string, file: string): string {
  // The system finds a plain path, over `..` behind a link as well.
  return isDynamicPattern(pattern) ? absoluteGlob(pattern, file) : absolute(pattern, file);
}

/** Resolves a glob to the form that a search gives its paths: `//`, `/./`, a slash at the end and `..` after a plain name say nothing. */
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
