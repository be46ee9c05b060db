import { runbookFile, type PageName } from "../rules/runbook-file.ts";

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
