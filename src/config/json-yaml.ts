import { parseDocument } from "yaml";
import { errorMessage, Problem } from "../problem.ts";

/** Parses a JSON config; throws a `Problem` with the line. */
export function readJson(text: string, file: string): unknown {
  const json = text.replace(/^\uFEFF/u, "");
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const position = /at position (\d+)/u.exec(errorMessage(error))?.[1];
    const line = json.slice(0, position === undefined ? json.length : Number(position)).split("\n").length;
    const message = `${file}:${line}: invalid JSON: ${errorMessage(error)}`;
    throw new Problem(message, { exitCode: 2, cause: error });
  }
  // JSON.parse silently accepts duplicate keys; JSON is YAML, whose parser reports them.
  const twice = parseDocument(json, { prettyErrors: true }).errors.find(({ code }) => code === "DUPLICATE_KEY");
  if (twice !== undefined) {
    const line = twice.linePos?.[0].line ?? 1;
    throw new Problem(`${file}:${line}: duplicate key in an object`, { exitCode: 2 });
  }
  return value;
}

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
