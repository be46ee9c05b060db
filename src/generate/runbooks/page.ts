import { slug } from "../files/safe-name.ts";

/** Content of a runbook, in Markdown. */
export interface Runbook {
  /** Paragraphs that say what the alert means. */
  readonly meaning: readonly string[];
  /** Steps, the first one first. */
  readonly steps: readonly string[];
}

/** Escapes text so that Markdown prints it unchanged. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+!|~&-]/gu, "\\$&").replace(/\s+/gu, " ");
}

/**
 * Writes the page of an alert, with its file name. Alerts with a name of ours are named in CamelCase, and their pages
 * `model-quality-...`, which no other page is.
 */
export function runbookPage(
  name: string,
  isOurName: boolean,
  { meaning, steps }: Runbook,
): readonly [path: string, text: string] {
  const words = name.replace(/([a-z0-9])([A-Z])/gu, "$1-$2").toLowerCase();
  const file = isOurName ? words : slug(name, new Set(name.startsWith("model-quality-") ? [name] : []));
  const text = [
    `# ${escapeMarkdown(name)}`,
    ...meaning,
    "## What to look at first",
    steps.map((step, index) => `${index + 1}. ${step}`).join("\n"),
  ].join("\n\n");
  return [`${file}.md`, `\n${text}\n`];
}
