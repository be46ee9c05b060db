import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { findGenerated } from "./left-over.ts";
import { readText } from "./write.ts";

/** How the files on disk differ from what the config gives. */
export interface Staleness {
  /** Files that are not there. */
  readonly missing: readonly string[];
  /** Files of ours that are no longer generated. */
  readonly leftOver: readonly string[];
  /** Files that are there with other text, each with a unified diff from what is there to what should be. */
  readonly changed: readonly { readonly path: string; readonly diff: string }[];
}

/** Compares the files under `out` with those that the config gives; all lists are empty when nothing is stale. */
export function compareFiles(files: ReadonlyMap<string, string>, out: string): Staleness {
  const missing: string[] = [];
  const changed: { path: string; diff: string }[] = [];
  for (const [path, text] of files) {
    const there = readText(join(out, path));
    if (there === undefined) missing.push(path);
    else if (there !== text) {
      const diff = createTwoFilesPatch(`a/${path}`, `b/${path}`, there, text, "as it is", "as generated");
      changed.push({ path, diff });
    }
  }
  return { missing, changed, leftOver: findGenerated(out).filter((path) => !files.has(path)) };
}

/** What is stale, as text for a terminal or a CI log; empty when nothing is. */
export function stalenessText({ missing, changed, leftOver }: Staleness): string {
  return [
    ...changed.map(({ diff }) => diff),
    ...missing.map((path) => `missing: ${path}\n`),
    ...leftOver.map((path) => `left over, no longer generated: ${path}\n`),
  ].join("");
}
