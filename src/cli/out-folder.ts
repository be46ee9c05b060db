import { resolve } from "node:path";
import { Problem } from "../problem.ts";

/** Resolves `--out`; an empty value, as from an unset variable, is rejected rather than taken for the current folder. */
export function outFolder(out: string): string {
  if (out === "") throw new Problem("--out: expected a directory, got nothing", { exitCode: 2 });
  return resolve(out);
}
