import { basename, extname } from "node:path";

/** Start of the header; `generate` replaces and removes only files that have it. */
const marker = "Written by `model-quality-exporter generate`";

/** Comment syntax by file extension. */
const comments: ReadonlyMap<string, readonly [before: string, after: string]> = new Map([
  [".yml", ["# ", ""]],
  [".yaml", ["# ", ""]],
  [".tmpl", ["{{/* ", " */}}"]],
  [".md", ["<!-- ", " -->"]],
]);

/**
 * Writes the header of a generated file as a comment; empty for JSON, which has no comments and carries it in its
 * `description`. Throws for an unknown extension.
 */
export function header(path: string, configFile: string): string {
  if (extname(path) === ".json") return "";
  const comment = comments.get(extname(path));
  if (comment === undefined) throw new Error(`no comment for ${path}`);
  return headerLines(configFile)
    .map((line) => `${comment[0]}${line}${comment[1]}\n`)
    .join("");
}

/**
 * Tells whether a file has the header: in a comment before everything else, or in the `description` of JSON. A file that
 * quotes the header elsewhere has none.
 */
export function isGenerated(path: string, text: string): boolean {
  if (extname(path) === ".json") return isOurJson(text);
  const before = comments.get(extname(path))?.[0];
  if (before === undefined) return false;
  for (const line of text.replace(/^\u{feff}/u, "").split(/\r?\n/u)) {
    if (line.startsWith(before + marker)) return true;
    const isBeforeAll = line.trim() === "" || line === "---" || line.startsWith(before.trimEnd());
    if (!isBeforeAll) return false;
  }
  return false;
}

function isOurJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("description" in value)) return false;
    return typeof value.description === "string" && value.description.startsWith(marker);
  } catch {
    return false;
  }
}

/** Words the header: the program and the config's name, without its folder, so that it is the same on every machine. */
export function headerLines(configFile: string): readonly string[] {
  const name = basename(configFile).replace(/[^\w.@+-]/gu, "?");
  return [
    `${marker} from ${name}; edits are lost.`,
    `To write it again, change ${name} and run: model-quality-exporter generate --config ${name}`,
  ];
}
