import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Refused } from "./paths.ts";

/** What stands in a decoded name for bytes that are not UTF-8. */
const replacement = "\uFFFD";

/** Tells whether a path may stand for one that is not UTF-8. */
export function isMangled(path: string): boolean {
  return path.includes(replacement);
}

/** Returns of the missing paths those with names that are not UTF-8, as the first of each directory. */
export function unreadableNames(missing: readonly string[]): Refused[] {
  const byDir = new Map<string, Set<string>>();
  for (const path of missing) {
    if (!isMangled(path) || exists(path)) continue;
    let whole = path;
    while (isMangled(dirname(whole))) whole = dirname(whole);
    byDir.set(dirname(whole), (byDir.get(dirname(whole)) ?? new Set()).add(basename(whole)));
  }
  return [...byDir].flatMap(([dir, wanted]) => {
    const [name, ...others] = namesIn(dir).filter((bytes) => !isUtf8(bytes) && wanted.has(bytes.toString()));
    if (name === undefined) return [];
    const more = others.length === 0 ? "" : `, and ${others.length} more in this folder`;
    return [{ path: join(dir, escaped(name)), code: "name", problem: `its name is not UTF-8${more}; rename it` }];
  });
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function namesIn(dir: string): Buffer[] {
  try {
    return readdirSync(dir, { encoding: "buffer" });
  } catch {
    return [];
  }
}

/** Writes the bytes of a name that are not ASCII as `\xE9`. */
function escaped(name: Buffer): string {
  return name.toString("latin1").replaceAll(/[^\x20-\x7E]/gu, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}
