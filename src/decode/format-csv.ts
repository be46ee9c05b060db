import type { JsonValue } from "../serializable.ts";
import { CsvHeader } from "./csv-header.ts";
import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, ParseResult } from "./formats.ts";
import { quotedBytes } from "./printable.ts";
import { slotKind, type Slots } from "./slots.ts";

/**
 * CSV by RFC 4180 with a header line. A repeated header (of a restarted program) replaces the previous one, whatever the
 * order of its columns. An empty cell, quoted or not, is a missing value. Unquoted blanks are trimmed around names,
 * classes, scores and times, and around all cells when the header's names have them. A quoted cell cannot span lines. A
 * header with a duplicate mapped name is rejected.
 */
export const csvFormat: Format<"csv"> = {
  make: (_options, tree, slots) => {
    const names = new FlatNames(tree);
    return (saved) => new CsvParser(names, tree.interpreted, slots, saved);
  },
};

class CsvParser implements LineParser {
  readonly selfDelimiting = false;
  readonly #names: FlatNames;
  readonly #interpreted: ReadonlySet<number>;
  readonly #slots: Slots;
  #header: CsvHeader | undefined;
  /** Per column: true when blanks around the cell are trimmed. */
  #trims: readonly boolean[] = [];
  #fault = "";
  #cellStart = 0;
  #cellEnd = 0;
  #cellKind = 0;

  constructor(names: FlatNames, interpreted: ReadonlySet<number>, slots: Slots, saved: JsonValue | undefined) {
    this.#names = names;
    this.#interpreted = interpreted;
    this.#slots = slots;
    if (typeof saved === "string" && saved !== "") {
      const header = Buffer.from(saved);
      this.#takeFirstHeader(header, 0, header.length);
    }
  }

  get fault(): string {
    return this.#fault;
  }

  parse(bytes: Buffer, start: number, end: number): ParseResult {
    const header = this.#header;
    if (header === undefined) return this.#takeFirstHeader(bytes, start, end);
    if (header.isLine(bytes, start, end)) return "ignored";
    const slots = this.#slots;
    const { columns } = header;
    const trims = this.#trims;
    slots.clear(bytes);
    let cells = 0;
    let maybeNames = 0;
    for (let p = start; p <= end; p++, cells++) {
      p = this.#cell(bytes, p, end, trims[cells] ?? true);
      if (p < 0) return "malformed";
      if (header.mayName(bytes, this.#cellStart, this.#cellEnd)) maybeNames++;
      const slot = columns[cells] ?? -1;
      if (slot < 0) continue;
      if (this.#cellKind === slotKind.decoded) slots.setText(slot, this.#unquoted(bytes));
      else slots.setCell(slot, this.#cellKind, this.#cellStart, this.#cellEnd);
    }
    if (maybeNames > 1 && header.isFollowedBy(this.#read(bytes, start, end).names)) {
      return this.#acceptHeader(bytes, start, end);
    }
    return cells === columns.length ? "values" : this.#malformed(`${cells} cells, the header names ${columns.length}`);
  }

  fieldsOf(): unknown {
    return Object.fromEntries((this.#header?.names ?? []).map((name) => [name, undefined]));
  }

  save(): JsonValue | undefined {
    return this.#header?.line.toString("utf8");
  }

  #takeFirstHeader(bytes: Buffer, start: number, end: number): ParseResult {
    for (let p = start; p <= end; p++) {
      p = this.#cell(bytes, p, end, true);
      if (p < 0) return "malformed";
    }
    return this.#acceptHeader(bytes, start, end);
  }

  #acceptHeader(bytes: Buffer, start: number, end: number): ParseResult {
    const { columns, duplicate } = this.#take(bytes, start, end);
    if (duplicate === undefined && columns.some((slot) => slot >= 0)) return "ignored";
    this.#header = undefined;
    return this.#malformed(
      duplicate === undefined
        ? `expected a CSV header that names ${this.#names.words}`
        : `the CSV header has ${JSON.stringify(duplicate)} twice, which is ambiguous`,
    );
  }

  /** Makes a valid line the current header. */
  #take(bytes: Buffer, start: number, end: number): CsvHeader {
    const { names, padded } = this.#read(bytes, start, end);
    const header = new CsvHeader(Buffer.from(bytes.subarray(start, end)), names, padded, this.#names);
    this.#trims = header.columns.map((slot) => padded || slot < 0 || this.#interpreted.has(slot));
    this.#header = header;
    return header;
  }

  /** Reads the trimmed cells of a line; `padded` tells whether any had blanks around it. */
  #read(bytes: Buffer, start: number, end: number): { names: string[]; padded: boolean } {
    const names: string[] = [];
    let padded = false;
    for (let p = start; p <= end; p++) {
      const begin = p;
      p = this.#cell(bytes, p, end, true);
      names.push(this.#unquoted(bytes).trim());
      padded ||= isSpace(bytes[begin]) || (p > begin && isSpace(bytes[p - 1]));
    }
    return { names, padded };
  }

  /**
   * Reads the cell at `start`, without blanks around it if `trims`. Returns the index of the comma after it, or the end of
   * the line; -1 for a malformed cell.
   */
  #cell(bytes: Buffer, start: number, end: number, trims: boolean): number {
    let from = start;
    if (trims) while (from < end && isSpace(bytes[from])) from++;
    let p = from;
    if (p >= end || bytes[p] !== 0x22) {
      while (p < end && bytes[p] !== 0x2c) {
        if (bytes[p] === 0x22) return this.#broken("a quote inside an unquoted cell", bytes, start, end);
        p++;
      }
      let to = p;
      if (trims) while (to > from && isSpace(bytes[to - 1])) to--;
      this.#cellStart = from;
      this.#cellEnd = to;
      this.#cellKind = slotKind.text;
      return p;
    }
    this.#cellStart = from + 1;
    this.#cellKind = slotKind.text;
    for (p++; p < end; p++) {
      if (bytes[p] !== 0x22) continue;
      if (p + 1 < end && bytes[p + 1] === 0x22) {
        this.#cellKind = slotKind.decoded;
        p++;
        continue;
      }
      this.#cellEnd = p++;
      if (trims) while (p < end && isSpace(bytes[p])) p++;
      if (p < end && bytes[p] !== 0x2c) return this.#broken("text after a closing quote", bytes, start, end);
      return p;
    }
    return this.#broken("a quoted cell without a closing quote on its line", bytes, start, end);
  }

  /** Text of the last cell read. */
  #unquoted(bytes: Buffer): string {
    const text = bytes.toString("utf8", this.#cellStart, this.#cellEnd);
    return this.#cellKind === slotKind.decoded ? text.replaceAll('""', '"') : text;
  }

  #broken(what: string, bytes: Buffer, at: number, end: number): -1 {
    this.#malformed(`${what}: ${quotedBytes(bytes, at, end, 20)}`);
    return -1;
  }

  #malformed(fault: string): "malformed" {
    this.#fault = fault;
    return "malformed";
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}
