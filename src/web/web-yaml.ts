import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { Problem } from "../problem.ts";

/** Value of a web config whose scalars are all texts, as Go reads them where it expects texts, with its lines. */
export interface WebYaml {
  readonly value: unknown;
  /** Finds the line of a key, or of the nearest one above it that is there. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** Parses a web config; throws a `Problem` with lines and without any text of the file, which may be a secret. */
export function readWebYaml(text: string, file: string): WebYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const details = document.errors.map(
    ({ code, pos }) => `line ${lines.linePos(pos[0]).line}: ${code.toLowerCase().replaceAll("_", " ")}`,
  );
  if (details.length > 0) throw new Problem(`${file}: invalid YAML`, { details, exitCode: 2 });
  try {
    return { value: document.toJS(), lineOf: (path) => lines.linePos(offsetOf(document, path)).line };
  } catch (error) {
    // Aliases without an anchor, or too many of them.
    throw new Problem(`${file}: invalid YAML: an alias that cannot be resolved`, { exitCode: 2, cause: error });
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair === undefined || !isScalar(pair.key)) break;
    offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
