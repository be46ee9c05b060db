import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { foreignText, occupantOf } from "./ownership.ts";
import { findStaleFiles, type Scope } from "./stale-files.ts";

/** Differences between the files on disk and the generated ones. */
export interface Differences {
  /** Files that are not on disk. */
  readonly missing: readonly string[];
  /** Files that `generate` wrote and would not write any more. */
  readonly stale: readonly string[];
  /** Files that `generate` did not write, and replaces only with `--force`. */
  readonly foreign: readonly string[];
  /** Files with other text, each with a unified diff from the disk to what is generated. */
  readonly changed: readonly { readonly path: string; readonly diff: string }[];
}

/** Compares the files under `out` with the generated ones. */
export function compareFiles(files: ReadonlyMap<string, string>, out: string, scope?: Scope): Differences {
  const missing: string[] = [];
  const foreign: string[] = [];
  const changed: { path: string; diff: string }[] = [];
  for (const [path, text] of files) {
    const occupant = occupantOf(join(out, path));
    if (occupant === undefined) missing.push(path);
    else if (occupant.text === text) continue;
    else if (!occupant.isOurs || occupant.text === undefined) foreign.push(foreignText(path, occupant));
    else {
      const diff = createTwoFilesPatch(`a/${path}`, `b/${path}`, occupant.text, text, "as it is", "as generated");
      changed.push({ path, diff });
    }
  }
  return { missing, foreign, changed, stale: findStaleFiles(files, out, scope) };
}

/** Writes differences as text for a terminal or a CI log; empty when there are none. */
export function differencesText({ missing, foreign, changed, stale }: Differences): string {
  return [
    ...changed.map(({ diff }) => diff),
    ...missing.map((path) => `missing: ${path}\n`),
    ...foreign.map((path) => `not written by generate, and in its place: ${path}\n`),
    ...stale.map((path) => `left over, no longer generated: ${path}\n`),
  ].join("");
}
