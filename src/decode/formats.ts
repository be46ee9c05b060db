import type { Plain } from "../plain.ts";
import { csvFormat } from "./format-csv.ts";
import { jsonFormat } from "./format-json.ts";
import { logfmtFormat } from "./format-logfmt.ts";
import { regexFormat } from "./format-regex.ts";
import type { FormatOptions } from "./options.ts";
import type { Slots } from "./slots.ts";
import type { Wanted } from "./field-tree.ts";

/** What a line turned out to be: its values stand in the slots, it holds no event by right (a header), or it is broken. */
export type Parsed = "values" | "passed" | "malformed";

/** Reads the lines of one file. */
export interface LineParser {
  /** Reads the line `[start, end)`, which has no line end, into the slots that the format was made with. */
  parse(bytes: Buffer, start: number, end: number): Parsed;
  /** What was wrong with the line, for a person; to be asked right after "malformed". */
  readonly fault: string;
  /** Whether the beginning of a line is never a line itself: then a piece that can be read is known to be whole. */
  readonly selfDelimiting: boolean;
  /** What a parser of the same file must be given back after a restart. */
  save(): Plain | undefined;
}

/** Opens the parser of a file; `saved` is what an earlier parser's `save` gave. */
export type OpenParser = (saved: Plain | undefined) => LineParser;

/** One way to write a line. */
export interface Format<Kind extends FormatOptions["kind"]> {
  /** `slots` has a slot for each of the wanted keys; all parsers of a source fill the same ones. */
  make(options: Extract<FormatOptions, { kind: Kind }>, wanted: Wanted, slots: Slots): OpenParser;
}

const formats: { readonly [Kind in FormatOptions["kind"]]: Format<Kind> } = {
  json: jsonFormat,
  logfmt: logfmtFormat,
  csv: csvFormat,
  regex: regexFormat,
};

/** Makes the parsers of the format that the options name. */
export function makeFormat<Kind extends FormatOptions["kind"]>(
  kind: Kind,
  options: Extract<FormatOptions, { kind: Kind }>,
  wanted: Wanted,
  slots: Slots,
): OpenParser {
  return formats[kind].make(options, wanted, slots);
}
