import { readTimestamp } from "../decode/timestamp.ts";
import { TimeZone } from "../decode/time-zone.ts";

/** How a text holds values. */
export type Packing = "json" | "base64" | "csv";

const utc = new TimeZone("UTC");
const earliest = Date.UTC(2000, 0, 1);

/** Parses JSON as the exporter reads it, with Python's bare `NaN`; undefined for anything else. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!/NaN|Infinity/u.test(text)) return undefined;
  }
  try {
    return JSON.parse(
      text.replaceAll(/("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b/gu, (_all, quoted: string | undefined) =>
        quoted === undefined ? "null" : quoted,
      ),
    );
  } catch {
    return undefined;
  }
}

/** Tells how a text is packed that holds an object, an array or a text of JSON; undefined for a plain one. */
export function packedText(text: string): readonly Packing[] | undefined {
  if (isPackedJson(text)) return ["json"];
  if (text.length < 8 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/u.test(text)) return undefined;
  return isPackedJson(Buffer.from(text, "base64").toString()) ? ["base64", "json"] : undefined;
}

function isPackedJson(text: string): boolean {
  const first = /^\s*([[{"])/u.exec(text)?.[1];
  return first !== undefined && jsonOf(text) !== undefined;
}

/** Splits CSV between commas into the trimmed cells of its lines. */
export function cellsOf(text: string, delimiter = ","): string[][] {
  return text
    .split(/\r?\n/u)
    .filter((line) => line !== "")
    .map((line) => splitCells(line, delimiter));
}

function splitCells(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? "";
    if (isQuoted && char === '"' && line[at + 1] === '"') {
      cell += char;
      at++;
    } else if (char === '"') isQuoted = !isQuoted;
    else if (char === delimiter && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += char;
  }
  return [...cells, cell.trim()];
}

/** What a value is as a time (Unix milliseconds), and whether it says its zone; undefined for no time of our days. */
export function timeOf(
  value: string | number | boolean,
  now: number,
): { readonly at: number; readonly hasZone: boolean } | undefined {
  if (typeof value === "boolean" || String(value).length > 64) return undefined;
  const bytes = Buffer.from(String(value).replace(/^(\d+),(\d+)$/u, "$1.$2"));
  const exact = readTimestamp(bytes, 0, bytes.length);
  const at = Number.isNaN(exact) ? readTimestamp(bytes, 0, bytes.length, utc) : exact;
  if (!(at >= earliest && at <= now + 2 * 86_400_000)) return undefined;
  return { at, hasZone: !Number.isNaN(exact) };
}

/** A key as a path spells it. */
export function pathSegment(name: string): string {
  return /^[^".[\]\p{C}]+$/u.test(name) ? name : `"${name.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}
