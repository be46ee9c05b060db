import type { JsonValue } from "../serializable.ts";
import { csvFormat } from "./format-csv.ts";
import { jsonFormat } from "./format-json.ts";
import { logfmtFormat } from "./format-logfmt.ts";
import { regexFormat } from "./format-regex.ts";
import type { FormatOptions } from "./options.ts";
import type { QuoteState } from "./quoted-records.ts";
import type { Slots } from "./slots.ts";
import type { FieldTree } from "./field-tree.ts";

/** Result of parsing a line: values in the slots, a line without an event by design (a header), or a fault. */
export type ParseResult = "values" | "ignored" | "malformed";

/** Parser of one file's lines. */
export interface LineParser {
  /** Parses the line `[start, end)`, without its line end, into the format's slots. */
  parse(bytes: Buffer, start: number, end: number): ParseResult;
  /** The fault of the last line, valid right after "malformed". */
  readonly fault: string;
  /** True when no prefix of a valid line is valid: then a part that parses is a complete line. */
  readonly selfDelimiting: boolean;
  /**
   * Tells how quotes stand after a line, which begins inside of them if `isOpen`; quotes may be escaped by backslashes if
   * `isEscaped`. Only a format whose records may span lines has it.
   */
  readonly quotesAfter?:
    ((bytes: Buffer, start: number, end: number, isOpen: boolean, isEscaped: boolean) => QuoteState) | undefined;
  /** The fields of a valid line as an object, for messages. */
  fieldsOf(line: string): unknown;
  /** State for this file's parser after a restart. */
  save(): JsonValue | undefined;
}

/** Opens the parser of a file; `saved` is the result of `save`. */
export type OpenParser = (saved: JsonValue | undefined) => LineParser;

/** A line format. */
export interface Format<Kind extends FormatOptions["kind"]> {
  /** Makes the opener of parsers; all parsers of a source share `slots`, one per key of the tree. */
  make(options: Extract<FormatOptions, { kind: Kind }>, tree: FieldTree, slots: Slots): OpenParser;
}

const formats: { readonly [Kind in FormatOptions["kind"]]: Format<Kind> } = {
  json: jsonFormat,
  logfmt: logfmtFormat,
  csv: csvFormat,
  regex: regexFormat,
};

/** Makes the parser opener of the given format. */
export function makeFormat<Kind extends FormatOptions["kind"]>(
  kind: Kind,
  options: Extract<FormatOptions, { kind: Kind }>,
  tree: FieldTree,
  slots: Slots,
): OpenParser {
  return formats[kind].make(options, tree, slots);
}
