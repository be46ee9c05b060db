import * as z from "zod";
import { csvDelimiters } from "../decode/csv-delimiter.ts";
import type { FormatOptions } from "../decode/options.ts";
import { isRecord } from "../serializable.ts";
import { readAs } from "./input-form.ts";
import { expected, expectedOneOf, quoted } from "./messages.ts";
import { nearest, suggestion } from "./nearest.ts";
import { pattern } from "./pattern.ts";
import { listOf, text } from "./scalars.ts";
import { delegate, object, refuse } from "./strict-object.ts";

const words = ["json", "logfmt", "csv"] as const;
const forms = '"json", "logfmt", "csv", { regex } or { csv }';

const delimiters = [...csvDelimiters, "auto"] as const;

/** Suggests a delimiter; YAML and shells leave `\t` as two characters. */
function suggestDelimiter(word: string): string | undefined {
  return /^(?:\\t|tab)$/iu.test(word) ? "\t" : nearest(word, delimiters);
}

const columns = listOf(text("a name"), "a list of names", "name").superRefine((names, ctx) => {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) refuse(ctx, `${quoted(name)} is already a column`, [index]);
  }
});

const csvOptions = object(
  {
    delimiter: z
      .enum(delimiters, { error: expectedOneOf(delimiters, suggestDelimiter) })
      .default(",")
      .describe("What separates the cells; `auto` finds it by the header."),
    columns: columns
      .optional()
      .describe("Names of the columns, for files without a header; a header that comes counts from there on."),
    multiline: z
      .boolean({ error: expected("true or false") })
      .default(false)
      .describe("Whether a quoted cell may hold line ends."),
  },
  { name: "CsvInput" },
);

const regexFormat = object({ regex: pattern.describe("A regular expression whose named groups are the fields.") });
const csvFormat = object({ csv: csvOptions.describe("CSV that differs from the format `csv`.") });
const form = { name: "FormatInput", schema: () => z.union([z.enum(words), regexFormat, csvFormat]) };

/** Schema of the format of a line. */
export const format = readAs(form, (value, ctx): FormatOptions => {
  const name = words.find((known) => known === value);
  if (name !== undefined) return { kind: name };
  if (typeof value === "string")
    return refuse(ctx, expectedOneOf(words, (word) => nearest(word, words))({ input: value }));
  if (!isRecord(value)) return refuse(ctx, expected(forms)({ input: value }));
  if ("csv" in value) return csv(value, ctx);
  if (!("regex" in value)) {
    const near = Object.keys(value).map((key) => nearest(key, ["regex", "csv"]))[0];
    const meant = near === undefined ? "" : `; did you mean ${quoted(near)}?`;
    return refuse(ctx, `${expected(forms)({ input: value })}${meant}`);
  }
  const checked = delegate(regexFormat, value, ctx);
  return checked === undefined ? z.NEVER : { kind: "regex", pattern: checked.regex };
});

function csv(value: object, ctx: z.RefinementCtx): FormatOptions {
  const checked = delegate(csvFormat, value, ctx);
  if (checked === undefined) return z.NEVER;
  if (checked.csv.delimiter === "auto" && checked.csv.columns !== undefined) {
    const text_ = '"auto" looks at the header, which a log with `columns` need not have; name the delimiter';
    return refuse(ctx, text_, ["csv", "delimiter"]);
  }
  return { kind: "csv", ...checked.csv };
}

/** The names that fields of a format can have, where the config tells them. */
export interface FormatNames {
  readonly names: readonly string[];
  /** Finds the fault of a name that is not among them. */
  readonly fault: (name: string) => string | undefined;
}

/** Finds the names of a format: groups of a regular expression, or columns; undefined when only the log has them. */
export function namesOf(of: FormatOptions): FormatNames | undefined {
  if (of.kind === "regex") {
    return listed([...of.pattern.names.keys()], "the regular expression has no group", "groups");
  }
  return of.kind === "csv" && of.columns !== undefined
    ? listed(of.columns, "`columns` has no column", "columns")
    : undefined;
}

function listed(names: readonly string[], what: string, plural: string): FormatNames {
  return {
    names,
    fault: (name) => (names.includes(name) ? undefined : `${what} ${quoted(name)}${suggestion(name, names, plural)}`),
  };
}
