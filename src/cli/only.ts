import { suggestion } from "../config/nearest.ts";
import { outputKinds, type OutputKind } from "../generate/output-kinds.ts";
import { Problem } from "../problem.ts";

/** Reads `--only`: kinds of generated files, separated by commas; all of them where it is not given. Throws a Problem. */
export function outputKindsOf(only: string | undefined): readonly OutputKind[] {
  if (only === undefined) return outputKinds;
  return only.split(",").map((given) => {
    const word = given.trim();
    const kind = outputKinds.find((known) => known === word);
    if (kind !== undefined) return kind;
    const what =
      word === "" ? "expected kinds of files, separated by commas" : `unknown kind of files ${JSON.stringify(word)}`;
    throw new Problem(`--only: ${what}${suggestion(word, outputKinds, "kinds")}`, { exitCode: 2 });
  });
}
