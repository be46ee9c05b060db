import { basename } from "node:path";

/** What every generated file carries near its head; a file with it is ours to write anew and to remove. */
export const marker = "Written by `model-quality-exporter generate`";

/** How a kind of file says something that its reader skips. */
const comments: Readonly<Record<string, (line: string) => string>> = {
  ".yml": (line) => `# ${line}`,
  ".yaml": (line) => `# ${line}`,
  ".tmpl": (line) => `{{/* ${line} */}}`,
  ".md": (line) => `<!-- ${line} -->`,
};

/**
 * The comment that starts a generated file: what wrote it, and how to write it again. Nothing for JSON, which has no
 * comments and says it in itself. Throws for a kind of file that is not known.
 */
export function header(path: string, configFile: string): string {
  const extension = path.slice(path.lastIndexOf("."));
  if (extension === ".json") return "";
  const comment = comments[extension];
  if (comment === undefined) throw new Error(`no comment for ${path}`);
  return headerLines(configFile)
    .map((line) => `${comment(line)}\n`)
    .join("");
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
