import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { findGenerated } from "./stale-files.ts";
import { foreignText, occupantOf } from "./ownership.ts";

/** How the files on disk differ from what the config gives. */
export interface Staleness {
  /** Files that are not there. */
  readonly missing: readonly string[];
  /** Files of ours that are no longer generated. */
  readonly leftOver: readonly string[];
  /** What is there and was not written by us: only `generate --force` replaces it. */
  readonly foreign: readonly string[];
  /** Files of ours that are there with other text, each with a unified diff from what is there to what should be. */
  readonly changed: readonly { readonly path: string; readonly diff: string }[];
}

/** Compares the files under `out` with those that the config gives; all lists are empty when nothing is stale. */
export function compareFiles(files: ReadonlyMap<string, string>, out: string): Staleness {
  const missing: string[] = [];
  const foreign: string[] = [];
  const changed: { path: string; diff: string }[] = [];
  for (const [path, text] of files) {
    const there = occupantOf(join(out, path));
    if (there === undefined) missing.push(path);
    else if (there.text === text) continue;
    else if (!there.isOurs || there.text === undefined) foreign.push(foreignText(path, there));
    else {
      const diff = createTwoFilesPatch(`a/${path}`, `b/${path}`, there.text, text, "as it is", "as generated");
      changed.push({ path, diff });
    }
  }
  return { missing, foreign, changed, leftOver: findGenerated(out).filter((path) => !files.has(path)) };
}

/** What is stale, as text for a terminal or a CI log; empty when nothing is. */
export function stalenessText({ missing, foreign, changed, leftOver }: Staleness): string {
  return [
    ...changed.map(({ diff }) => diff),
    ...missing.map((path) => `missing: ${path}\n`),
    ...foreign.map((path) => `not written by generate, and in its place: ${path}\n`),
    ...leftOver.map((path) => `left over, no longer generated: ${path}\n`),
  ].join("");
}
