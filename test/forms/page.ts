import { format } from "prettier";
import type { SourceInput } from "../../src/config/input-types.ts";
import { formGroups } from "./all-forms.ts";
import { formLog, formRows, labelLog, type Form } from "./form.ts";
import { unreadableForms } from "./unreadable.ts";

const intro = `# Forms of logs

How servers, platforms, loggers and carriers write predictions, with a line of each and the config that reads it. Written by
\`npm run docs\` from \`test/forms\`, whose tests make a log of each form from the rows of a real classifier and hold what
\`replay\` says of it against scikit-learn's figures.

Paths, models and the names of your own fields (\`pred\`, \`truth\`, \`rid\`) are invented: put yours there. Few servers log a
label; where one stands here as \`truth\`, it is a field that your own code adds. Where labels are in a log of their own,
[\`join\`](#labels-that-come-later) finds the predictions that they belong to. Times without an offset are of Berlin here.`;

/** The page of the known forms, docs/forms.md. */
export async function formsPage(): Promise<string> {
  const parts = [intro];
  parts.push(formGroups.map(({ title, forms }) => `${title}: ${forms.map(link).join(", ")}.`).join("\n\n"));
  parts.push(
    "Others may be read by the words of [formats.md](formats.md); some [cannot be read](#what-cannot-be-read).",
  );
  for (const { title, forms } of formGroups) {
    parts.push(`## ${title}`);
    for (const form of forms) parts.push(await section(form));
  }
  parts.push(
    "## What cannot be read",
    ["| form | why | instead |", "| --- | --- | --- |", ...unreadableForms.map(row)].join("\n"),
  );
  return `${parts.join("\n\n")}\n`;
}

function link({ name }: Form): string {
  return `[${name}](#${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/gu, "")
    .replaceAll(" ", "-")})`;
}

async function section(form: Form): Promise<string> {
  const { labels } = form;
  const log = formLog(form, formRows(form.rows));
  const config =
    labels === undefined ? { sources: [form.source] } : { sources: [form.source, labels.source], join: {} };
  return [
    `### ${form.name}`,
    ...(form.about === undefined ? [] : [form.about]),
    lineBlock(log.lines, form.head),
    ...(labels === undefined ? [] : [lineBlock(labelLog(form, log), labels.head)]),
    `\`\`\`ts\n${await configText(config)}\`\`\``,
  ].join("\n\n");
}

/** The first line of a log, with its head. */
function lineBlock(lines: readonly string[], head: string | undefined): string {
  const shown = lines.slice(0, head === undefined ? 1 : 2).join("\n");
  return `\`\`\`${/^[[{]/u.test(shown) ? "json" : "text"}\n${shown}\n\`\`\``;
}

/** A config as a user writes it. */
function configText(config: { readonly sources: readonly SourceInput[]; readonly join?: object }): Promise<string> {
  const text = `import { defineConfig } from "model-quality-exporter";

    export default defineConfig(${JSON.stringify(config)});`;
  return format(text, { parser: "typescript", printWidth: 120, objectWrap: "collapse" });
}

function row({ name, why, instead }: (typeof unreadableForms)[number]): string {
  return `| ${[name, why, instead].map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
