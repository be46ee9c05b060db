import { errorMessage, Problem } from "../problem.ts";

/** Parses a JSON config; throws a `Problem` with the line. */
export async function readJson(text: string, file: string): Promise<unknown> {
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
  if (keysIn(json) !== keysOf(value)) {
    // JSON is YAML, whose parser knows where the duplicate stands; it is loaded where there is one.
    const line = (await import("./yaml-text.ts")).duplicateKeyLine(json) ?? 1;
    throw new Problem(`${file}:${line}: duplicate key in an object`, { exitCode: 2 });
  }
  return value;
}

/** Counts the keys in a valid JSON text: of its strings, those before a colon. */
function keysIn(json: string): number {
  return [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/gu)].filter(([, colon]) => colon !== undefined).length;
}

/** Counts the keys of a value: fewer than in its text where an object has one twice, since `JSON.parse` keeps the last. */
function keysOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, one) => sum + keysOf(one), own);
}
