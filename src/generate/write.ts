import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import { findGenerated } from "./left-over.ts";

/** What a write changed; paths under the output folder, sorted. */
export interface Written {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  /** Files of ours that are no longer generated. */
  readonly removed: readonly string[];
}

/**
 * Writes the files under `out`, all or none, and removes those of an earlier run that are no longer generated. Each is
 * first written whole beside its place; if anything fails, what was already moved is put back. Throws a Problem.
 */
export function writeFiles(files: ReadonlyMap<string, string>, out: string): Written {
  const changed = [...files].filter(([path, text]) => readText(join(out, path)) !== text);
  const removed = findGenerated(out).filter((path) => !files.has(path));
  const result = {
    written: changed.map(([path]) => path),
    unchanged: [...files.keys()].filter((path) => !changed.some(([other]) => other === path)),
    removed,
  };
  if (changed.length === 0 && removed.length === 0) return result;
  let stage: string | undefined;
  const undo: (() => void)[] = [];
  try {
    mkdirSync(out, { recursive: true });
    const folder = (stage = mkdtempSync(join(out, ".model-quality-")));
    const staged = changed.map(([path, text], index) => ({ path, temporary: stageFile(folder, index, text) }));
    for (const { path, temporary } of staged) {
      mkdirSync(dirname(join(out, path)), { recursive: true });
      setAside(out, path, join(folder, `old-${undo.length}`), undo);
      renameSync(temporary, join(out, path));
      undo.push(() => {
        rmSync(join(out, path), { force: true });
      });
    }
    for (const path of removed) setAside(out, path, join(folder, `old-${undo.length}`), undo);
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw new Problem(`Cannot write the generated files under ${out}; nothing was changed`, {
      details: [errorMessage(error)],
      cause: error,
    });
  } finally {
    if (stage !== undefined) rmSync(stage, { recursive: true, force: true });
  }
  return result;
}

/** The text of a file; undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw new Problem(`Cannot read ${path}`, { details: [errorMessage(error)], cause: error });
  }
}

function stageFile(stage: string, index: number, text: string): string {
  const path = join(stage, `new-${index}`);
  writeFileSync(path, text, { flush: true });
  return path;
}

function setAside(out: string, path: string, place: string, undo: (() => void)[]): void {
  try {
    renameSync(join(out, path), place);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  undo.push(() => {
    renameSync(place, join(out, path));
  });
}
