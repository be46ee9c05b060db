import { CsvCells } from "./csv-cells.ts";
import { FieldTree } from "./field-tree.ts";
import { skipSpace } from "./json-lex.ts";
import { JsonScanner } from "./json-scan.ts";
import { hasEscape, isArray, isNull, isObject, stringEnd, valueEnd, type JsonBytes } from "./json-walk.ts";
import { JsonWriter } from "./json-writer.ts";
import { nonFiniteAt } from "./non-finite.ts";
import type { Packing } from "./options.ts";
import { quotedBytes } from "./printable.ts";
import { ScalarList } from "./scalar-list.ts";
import { isNested, slotKind, Slots } from "./slots.ts";
import { unescapeInto } from "./unescape.ts";

/** A JSON value and where it starts. */
export interface JsonValueAt extends JsonBytes {
  readonly at: number;
}

/** Result of unpacking: a JSON value, no value, or what was expected instead. */
export type Unpacked = JsonValueAt | undefined | { readonly fault: string };

const scanner = new JsonScanner(new FieldTree().root, new Slots(0), new ScalarList());
const comma = 0x2c;
const shownBytes = 40;

/**
 * Unpacks values that are packed inside a text. Whatever the packing, the result is JSON, so that one walk reads all: base64
 * alone gives a string, the cells of CSV are strings. No result is larger than a small multiple of its line.
 */
export class Unpacker {
  readonly #packings: readonly Packing[];
  /** True when each line of CSV is an element. */
  readonly #readsLines: boolean;

  constructor(packings: readonly Packing[], readsLines: boolean) {
    this.#packings = packings;
    this.#readsLines = readsLines;
  }

  /** Unpacks the value at `at` of a document. */
  fromJson(json: JsonBytes, at: number): Unpacked {
    const { bytes } = json;
    if (isNull(json, at)) return undefined;
    if (isArray(json, at) || isObject(json, at)) return this.#nested(json, at);
    if (bytes[at] !== 0x22) return this.#unpack(bytes.subarray(at, valueEnd(json, at)));
    return this.#unpack(stringBytes(bytes, at + 1, stringEnd(json, at + 1)));
  }

  /** Unpacks the value in a slot. */
  fromSlot(slots: Slots, slot: number): Unpacked {
    const kind = slots.kinds[slot] ?? slotKind.missing;
    const start = slots.starts[slot] ?? 0;
    const end = slots.ends[slot] ?? 0;
    if (kind === slotKind.missing || kind === slotKind.nonFinite) return undefined;
    if (isNested(kind)) return this.#nested(slots, start);
    if (kind === slotKind.decoded) return this.#unpack(Buffer.from(slots.texts[slot] ?? ""));
    if (kind === slotKind.escaped) return this.#unpack(stringBytes(slots.bytes, start, end));
    return this.#unpack(slots.bytes.subarray(start, end));
  }

  /** Takes an object or array as the JSON that its text would hold. */
  #nested(json: JsonBytes, at: number): Unpacked {
    const [first, next] = this.#packings;
    if (first === "json" && next === undefined) return { bytes: json.bytes, view: json.view, at };
    return { fault: `${isArray(json, at) ? "an array" : "an object"}, expected ${nameOf(first)} in a text` };
  }

  #unpack(packed: Buffer): Unpacked {
    let bytes = packed;
    let isJson = false;
    for (const packing of this.#packings) {
      if (isJson) {
        const json = documentOf(bytes);
        if (bytes[json.at] !== 0x22) return { fault: `JSON without a text in it, expected ${nameOf(packing)} there` };
        bytes = stringBytes(bytes, json.at + 1, stringEnd(json, json.at + 1));
      }
      if (isBlank(bytes, 0, bytes.length)) return undefined;
      const next = packing === "base64" ? fromBase64(bytes) : packing === "csv" ? this.#fromCsv(bytes) : bytes;
      if (next === undefined || (packing === "json" && !scanner.isValue(bytes, 0, bytes.length))) {
        return { fault: `${quotedBytes(bytes, 0, bytes.length, shownBytes)}, expected ${nameOf(packing)}` };
      }
      if (typeof next === "string") return { fault: next };
      bytes = next;
      isJson = packing !== "base64";
    }
    if (isJson) return documentOf(bytes);
    const text = new JsonWriter(bytes.length + 2);
    text.string(bytes, 0, bytes.length);
    return documentOf(text.bytes);
  }

  /** Cells as a JSON array, in an array of all lines where these are read; undefined, or a fault, when it cannot be. */
  #fromCsv(bytes: Buffer): Buffer | string | undefined {
    const cells = new CsvCells(comma);
    const json = new JsonWriter(2 * bytes.length);
    let rows = 0;
    if (this.#readsLines) json.raw("[");
    for (let start = 0; start < bytes.length;) {
      const newline = bytes.indexOf(0x0a, start);
      const lineEnd = newline < 0 ? bytes.length : newline;
      const end = bytes[lineEnd - 1] === 0x0d && lineEnd > start ? lineEnd - 1 : lineEnd;
      if (!isBlank(bytes, start, end)) {
        if (this.#readsLines || rows === 0) {
          if (rows > 0) json.raw(",");
          if (!writeRow(json, cells, bytes, start, end)) return undefined;
        }
        rows++;
      }
      start = lineEnd + 1;
    }
    if (this.#readsLines) json.raw("]");
    else if (rows > 1) return `CSV of ${rows} lines, expected one: \`[]\` first in \`path\` reads each`;
    return json.bytes;
  }
}

/** Writes the cells of a line; false for a malformed one. */
function writeRow(json: JsonWriter, cells: CsvCells, bytes: Buffer, start: number, end: number): boolean {
  for (let p = start; p <= end; p++) {
    json.raw(p === start ? "[" : ",");
    p = cells.next(bytes, p, end, true);
    if (p < 0) return false;
    if (cells.kind === slotKind.decoded) {
      const text = Buffer.from(cells.text(bytes));
      writeCell(json, text, 0, text.length);
    } else writeCell(json, bytes, cells.start, cells.end);
  }
  json.raw("]");
  return true;
}

/** Empty cells and non-finite numbers are no values, as in the format CSV. */
function writeCell(json: JsonWriter, bytes: Buffer, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && (bytes[start] ?? 0) <= 0x20) start++;
  while (end > start && (bytes[end - 1] ?? 0) <= 0x20) end--;
  const word = nonFiniteAt(bytes, start, end);
  if (start === end) json.raw("null");
  else if (word?.length === end - start) json.raw(word);
  else json.string(bytes, start, end);
}

function documentOf(bytes: Buffer): JsonValueAt {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: skipSpace(bytes, 0) };
}

function stringBytes(bytes: Buffer, start: number, end: number): Buffer {
  if (!hasEscape(bytes, start, end)) return bytes.subarray(start, end);
  const text = Buffer.allocUnsafe(end - start);
  return text.subarray(0, unescapeInto(bytes, start, end, text, 0));
}

/** Decodes base64 in either alphabet; undefined for other text, which Node's decoder would read in part. */
function fromBase64(bytes: Buffer): Buffer | undefined {
  let digits = 0;
  let padding = 0;
  for (const byte of bytes) {
    if (byte <= 0x20) continue;
    if (byte === 0x3d) padding++;
    else if (padding > 0 || !isBase64(byte)) return undefined;
    else digits++;
  }
  const isWhole = digits % 4 !== 1 && (padding === 0 || (digits + padding) % 4 === 0);
  return isWhole ? Buffer.from(bytes.toString("latin1"), "base64") : undefined;
}

function isBase64(byte: number): boolean {
  const letter = byte | 0x20;
  if ((letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39)) return true;
  return byte === 0x2b || byte === 0x2f || byte === 0x2d || byte === 0x5f;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let p = start; p < end; p++) if ((bytes[p] ?? 0) > 0x20) return false;
  return true;
}

function nameOf(packing: Packing | undefined): string {
  return packing === "base64" ? "base64" : (packing ?? "").toUpperCase();
}
