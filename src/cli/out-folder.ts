import { resolve } from "node:path";
import { Problem } from "../problem.ts";

/** Resolves what `--out` says; nothing at all, as of a variable that is not set, is not taken for the current folder. */
export function outFolder(out: string): string {
  if (out === "") throw new Problem("--out: expected a directory, got nothing", { exitCode: 2 });
  return resolve(out);
}
