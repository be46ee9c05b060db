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

/** Name of the alert that a page is about. */
export interface PageName {
  readonly name: string;
  /** False for a name that the user gave. */
  readonly isOurName: boolean;
}

/**
 * Names the file of an alert's page. Alerts with a name of ours are named in CamelCase, and their pages
 * `model-quality-...`, which no other page is.
 */
export function runbookFile({ name, isOurName }: PageName): string {
  const words = name.replace(/([a-z0-9])([A-Z])/gu, "$1-$2").toLowerCase();
  return `${isOurName ? words : slug(name, new Set(name.startsWith("model-quality-") ? [name] : []))}.md`;
}

/** Writes the page of an alert, with its file name. */
export function runbookPage(page: PageName, { meaning, steps }: Runbook): readonly [path: string, text: string] {
  const text = [
    `# ${escapeMarkdown(page.name)}`,
    ...meaning,
    "## What to look at first",
    steps.map((step, index) => `${index + 1}. ${step}`).join("\n"),
  ].join("\n\n");
  return [runbookFile(page), `\n${text}\n`];
}
