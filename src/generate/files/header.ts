import { basename, extname } from "node:path";

/** What every generated file carries at its head; a file with it is ours to write anew and to remove. */
const marker = "Written by `model-quality-exporter generate`";

/** How a kind of file says something that its reader skips: what stands before it, and after it. */
const comments: ReadonlyMap<string, readonly [before: string, after: string]> = new Map([
  [".yml", ["# ", ""]],
  [".yaml", ["# ", ""]],
  [".tmpl", ["{{/* ", " */}}"]],
  [".md", ["<!-- ", " -->"]],
]);

/**
 * The comment that starts a generated file: what wrote it, and how to write it again. Nothing for JSON, which has no
 * comments and says it in itself. Throws for a kind of file that is not known.
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
 * Whether a file says that we wrote it: among the comments before everything else, or as the description of what a JSON
 * file holds. One that only speaks of us is none of ours.
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

/**
 * What wrote a file, and how to write it again. `configFile` is named without its folder, so that the text is the same on
 * every machine.
 */
export function headerLines(configFile: string): readonly string[] {
  const name = basename(configFile).replace(/[^\w.@+-]/gu, "?");
  return [
    `${marker} from ${name}; edits are lost.`,
    `To write it again, change ${name} and run: model-quality-exporter generate --config ${name}`,
  ];
}
