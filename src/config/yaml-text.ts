import { parseDocument } from "yaml";
import { errorMessage, Problem } from "../problem.ts";

/** Parses a YAML config (YAML 1.2 with `<<` merges); throws a `Problem` with a line for each error. */
export function readYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { merge: true, prettyErrors: true });
  const details = document.errors.map((error) => {
    const line = `line ${error.linePos?.[0].line ?? 1}`;
    if (error.code === "MULTIPLE_DOCS") return `${line}: second document; a config must be a single document`;
    return `${line}: ${(error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/u, "")}`;
  });
  if (details.length > 0) throw new Problem(`${file}: invalid YAML`, { details, exitCode: 2 });
  try {
    return document.toJS();
  } catch (error) {
    throw new Problem(`${file}: invalid YAML: ${errorMessage(error)}`, { exitCode: 2, cause: error });
  }
}

/** Finds the line of the first key that an object has twice; undefined where there is none. */
export function duplicateKeyLine(text: string): number | undefined {
  const { errors } = parseDocument(text, { prettyErrors: true });
  return errors.find(({ code }) => code === "DUPLICATE_KEY")?.linePos?.[0].line;
}
