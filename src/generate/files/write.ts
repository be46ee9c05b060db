import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, errorMessage, Problem } from "../../problem.ts";
import { makeDirectory, removeDirectories } from "../../make-directory.ts";
import { findGenerated } from "./stale-files.ts";
import { foreignText, occupantOf } from "./ownership.ts";

/** What a write changed; paths under the output folder, sorted. */
export interface Written {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  /** Files of ours that are no longer generated. */
  readonly removed: readonly string[];
}

/**
 * Writes the files under `out`, all or none, and removes those of an earlier run that are no longer generated. What was
 * not written by us is replaced only with `force`, and a folder never. Each file is first written whole beside its place;
 * if anything fails, what was already moved is put back. Throws a Problem.
 */
export function writeFiles(files: ReadonlyMap<string, string>, out: string, force = false): Written {
  const places = [...files].map(([path, text]) => ({ path, text, there: occupantOf(join(out, path)) }));
  const different = places.filter(({ text, there }) => there?.text !== text);
  const foreign = different.flatMap(({ path, there }) =>
    there === undefined || there.isOurs || (force && !there.isFolder) ? [] : [foreignText(path, there)],
  );
  if (foreign.length > 0) throw refusal(out, foreign, force);
  const changed = different.map(({ path, text }): [string, string] => [path, text]);
  const removed = findGenerated(out).filter((path) => !files.has(path));
  const result = {
    written: changed.map(([path]) => path),
    unchanged: [...files.keys()].filter((path) => !changed.some(([other]) => other === path)),
    removed,
  };
  if (changed.length === 0 && removed.length === 0) return result;
  const made: string[] = [];
  const undo: (() => void)[] = [];
  let stage: string | undefined;
  try {
    made.push(...makeDirectory(out));
    const folder = (stage = mkdtempSync(join(out, ".model-quality-")));
    const staged = changed.map(([path, text], index) => ({ path, temporary: stageFile(folder, index, text) }));
    for (const { path, temporary } of staged) {
      made.push(...makeDirectory(dirname(join(out, path))));
      setAside(out, path, join(folder, `old-${undo.length}`), undo);
      renameSync(temporary, join(out, path));
      undo.push(() => {
        rmSync(join(out, path), { force: true });
      });
    }
    for (const path of removed) setAside(out, path, join(folder, `old-${undo.length}`), undo);
  } catch (error) {
    const faults = undoAll(undo);
    if (faults.length === 0 && stage !== undefined) rmSync(stage, { recursive: true, force: true });
    removeDirectories(made);
    const outcome =
      faults.length === 0 ? "nothing was changed" : `what could not be put back is kept in ${String(stage)}`;
    throw new Problem(`Cannot write the generated files under ${out}; ${outcome}`, {
      details: [errorMessage(error), ...faults],
      cause: error,
    });
  }
  rmSync(stage, { recursive: true, force: true });
  return result;
}

function refusal(out: string, foreign: readonly string[], force: boolean): Problem {
  const mend = force
    ? "move it away, or write elsewhere with --out DIR"
    : "move what you wrote yourself into `extend` of the config, write elsewhere with --out DIR, or replace it with --force";
  return new Problem(
    `Under ${out} stands what generate did not write, in the place of its files; nothing was changed`,
    {
      details: [...foreign, mend],
    },
  );
}

/** Takes the steps back, the last one first; gives what went wrong. */
function undoAll(undo: readonly (() => void)[]): string[] {
  return undo.toReversed().flatMap((step) => {
    try {
      step();
      return [];
    } catch (error) {
      return [errorMessage(error)];
    }
  });
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
