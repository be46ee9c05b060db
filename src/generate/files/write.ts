import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, errorMessage, Problem } from "../../problem.ts";
import { makeDirectory, removeDirectories } from "../../make-directory.ts";
import { foreignText, occupantOf } from "./ownership.ts";
import { findStaleFiles, type Scope } from "./stale-files.ts";

/** Changes of a write, as sorted paths under the output folder. */
export interface Written {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  /** Files that `generate` wrote earlier and would not write any more. */
  readonly removed: readonly string[];
}

/**
 * Writes the files under `out`, all or none, and removes stale ones of an earlier run. A file that `generate` did not
 * write is replaced only with `force`, a folder never. Files are staged beside their paths; if anything fails, those that
 * were already moved are put back. Throws a Problem.
 */
export function writeFiles(files: ReadonlyMap<string, string>, out: string, force = false, scope?: Scope): Written {
  const different = [...files]
    .map(([path, text]) => ({ path, text, occupant: occupantOf(join(out, path)) }))
    .filter(({ text, occupant }) => occupant?.text !== text);
  const foreign = different.flatMap(({ path, occupant }) =>
    occupant === undefined || occupant.isOurs || (force && !occupant.isFolder) ? [] : [foreignText(path, occupant)],
  );
  if (foreign.length > 0) throw refusal(out, foreign, force);
  const changed = different.map(({ path, text }): [string, string] => [path, text]);
  const removed = findStaleFiles(files, out, scope);
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
      moveAway(out, path, join(folder, `old-${undo.length}`), undo);
      renameSync(temporary, join(out, path));
      undo.push(() => {
        rmSync(join(out, path), { force: true });
      });
    }
    for (const path of removed) moveAway(out, path, join(folder, `old-${undo.length}`), undo);
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
    { details: [...foreign, mend] },
  );
}

/** Takes steps back, the last one first, and gives the errors. */
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

function moveAway(out: string, path: string, target: string, undo: (() => void)[]): void {
  try {
    renameSync(join(out, path), target);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  undo.push(() => {
    renameSync(target, join(out, path));
  });
}
