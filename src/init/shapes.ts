import { isRecord } from "../serializable.ts";
import { textForms, textHeads } from "./text-forms.ts";
import { cellsOf, jsonOf } from "./values.ts";

/** The `format` of a source. */
export type FormatInput =
  "json" | "logfmt" | "csv" | { readonly csv: { readonly delimiter: string } } | { readonly regex: string };

/** How the lines of a log are to be read, and what they then hold. */
export interface Shape {
  readonly format: FormatInput;
  /** The form of text that it is; undefined for JSON, CSV and logfmt. */
  readonly textForm?: string;
  /** What lines must match, where others stand among them. */
  readonly lines?: string;
  /** What each line holds; undefined for one that is not of this shape. A CSV header is left out. */
  readonly rows: readonly (object | undefined)[];
}

/** Share of the lines that must have a shape. */
const mostLines = 0.8;
const delimiters = [",", ";", "\t", "|"];

/** Tells the shape of lines; undefined for none that is known. */
export function shapeOf(lines: readonly string[]): Shape | undefined {
  return (
    jsonShape(lines) ??
    csvShape(lines) ??
    textShape(lines) ??
    logfmtShape(lines) ??
    structShape(lines) ??
    pairsShape(lines)
  );
}

function jsonShape(lines: readonly string[]): Shape | undefined {
  const rows = lines.map((line) => {
    const value = /^\s*[{[]/u.test(line) ? jsonOf(line) : undefined;
    return isRecord(value) || Array.isArray(value) ? value : undefined;
  });
  const read = rows.filter((row) => row !== undefined).length;
  if (read === 0 || read < lines.length / 3) return undefined;
  const hasOthers = lines.some((line) => !/^\s*[{[]/u.test(line));
  return { format: "json", rows, ...(hasOthers && { lines: String.raw`^\s*[{[]` }) };
}

function csvShape(lines: readonly string[]): Shape | undefined {
  const [first = "", ...others] = lines;
  for (const delimiter of delimiters) {
    const [header = []] = cellsOf(first, delimiter);
    const isHeader =
      header.length > 1 &&
      new Set(header).size === header.length &&
      header.every((name, at) => (at === 0 || name !== "") && !/^[\d.+-]|[=:{}]/u.test(name));
    if (!isHeader || others.length === 0) continue;
    let columns = header;
    const rows = others.map((line) => {
      const [cells = []] = cellsOf(line, delimiter);
      if (cells.length !== columns.length) return undefined;
      // A header may come again.
      if (cells.every((cell) => header.includes(cell))) {
        columns = cells;
        return undefined;
      }
      // An empty cell is no value.
      return Object.fromEntries(columns.flatMap((name, at) => (cells[at] ? [[name, cells[at]]] : [])));
    });
    if (rows.filter((row) => row !== undefined).length < mostLines * others.length) continue;
    return { format: delimiter === "," ? "csv" : { csv: { delimiter } }, rows };
  }
  return undefined;
}

function textShape(lines: readonly string[]): Shape | undefined {
  for (const { name, regex, lines: own } of textForms) {
    const shape = regexShape(lines, regex, own, name);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

const pair = /([\w.@-]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)/gu;

function textOf(quoted: string): string {
  const text = jsonOf(quoted);
  return typeof text === "string" ? text : quoted;
}

function pairsOf(line: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of line.matchAll(pair)) {
    if (value !== "") found[name] = value.startsWith('"') ? textOf(value) : value;
  }
  return found;
}

function logfmtShape(lines: readonly string[]): Shape | undefined {
  const rows = lines.map((line) => {
    const rest = line.replaceAll(pair, "").trim();
    const isAll = /^[\w.@-]+=/u.test(line) && /^(?:[\w.@-]+(?:\s+|$))*$/u.test(rest);
    return isAll ? pairsOf(line) : undefined;
  });
  return rows.filter((row) => row !== undefined).length < mostLines * lines.length
    ? undefined
    : { format: "logfmt", rows };
}

const maxPairs = 20;

/** Java's text of a struct: `Struct{pred=1,id=c-7}`. */
function structShape(lines: readonly string[]): Shape | undefined {
  const own = lines.find((line) => /^(?:Struct)?\{\w+=.*\}$/u.test(line));
  const names = [...(own ?? "").matchAll(/[{,] ?([A-Za-z_]\w*)=/gu)].map(([, name = ""]) => name);
  if (names.length < 2 || names.length > maxPairs || new Set(names).size < names.length) return undefined;
  const values = names.map((name) => `${name}=(?<${name}>[^,}]+)`).join(", ?");
  return regexShape(
    lines,
    `^(?:Struct)?\\{${values}\\}$`,
    String.raw`^(?:Struct)?\{`,
    "Kafka Connect, file sink of structs",
  );
}

/** Lines of text with `key=value` side by side, in one order. */
function pairsShape(lines: readonly string[]): Shape | undefined {
  const keysOf = (line: string): string => Object.keys(pairsOf(line)).join(" ");
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(keysOf(line), (counts.get(keysOf(line)) ?? 0) + 1);
  counts.delete("");
  const [keys = ""] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  const names = keys.split(" ");
  if (names.length < 2 || names.length > maxPairs || !names.every((name) => /^[A-Za-z_]\w*$/u.test(name)))
    return undefined;
  const own = lines.filter((line) => keysOf(line) === keys);
  const joint = own.some((line) => line.includes(`, ${names[1] ?? ""}=`)) ? ", ?" : " +";
  const values = names.map((name) => `${name}=(?<${name}>[^\\s,]+)`).join(joint);
  const first = `${names[0] ?? ""}=`;
  for (const { name, head } of textHeads) {
    if (names.some((key) => head.includes(`(?<${key}>`))) continue;
    const shape = regexShape(lines, `${head}\\b${values}`, `\\b${first}`, name);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

/** The shape of a regular expression, where it reads a third of the lines or more. */
function regexShape(lines: readonly string[], regex: string, own: string, textForm: string): Shape | undefined {
  const pattern = new RegExp(regex, "u");
  const rows = lines.map((line) => pattern.exec(line)?.groups);
  const read = rows.filter((row) => row !== undefined).length;
  if (read === 0 || read < lines.length / 3) return undefined;
  return { format: { regex }, textForm, rows, ...(read < lines.length && { lines: own }) };
}
