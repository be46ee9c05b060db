import type { JsonValue } from "../serializable.ts";
import { CsvCells } from "./csv-cells.ts";
import { delimiterOf } from "./csv-delimiter.ts";
import { CsvHeader } from "./csv-header.ts";
import type { FieldTree } from "./field-tree.ts";
import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, ParseResult } from "./formats.ts";
import type { CsvOptions } from "./options.ts";
import { slotKind, type Slots } from "./slots.ts";

/**
 * CSV by RFC 4180 with a header line, or with names of the columns from the config. A repeated header (of a restarted
 * program) replaces the previous one, whatever the order of its columns. An empty cell, quoted or not, is a missing value.
 * Unquoted blanks are trimmed around names, classes, scores and times, and around all cells when the header's names have
 * them. A quoted cell spans lines only where the config allows it. Lines that RFC 4180 cannot read may escape quotes by backslashes. A header with a
 * duplicate mapped name is rejected.
 */
export const csvFormat: Format<"csv"> = {
  make: (options, tree, slots) => {
    const names = new FlatNames(tree);
    return (saved) => new CsvParser(options, names, tree, slots, saved);
  },
};

const comma = 0x2c;

/** Longest header; a line that is longer is none, whatever it holds. */
const maxHeaderBytes = 1_048_576;

class CsvParser implements LineParser {
  readonly selfDelimiting = false;
  readonly quotesAfter: LineParser["quotesAfter"];
  readonly #isAuto: boolean;
  readonly #names: FlatNames;
  readonly #interpreted: ReadonlySet<number>;
  readonly #slots: Slots;
  readonly #cells: CsvCells;
  /** The header that the config gives. */
  readonly #given: CsvHeader | undefined;
  #header: CsvHeader | undefined;
  /** Per column: true when blanks around the cell are trimmed. */
  #trims: readonly boolean[] = [];
  #fault = "";

  constructor(
    { delimiter = ",", columns, multiline }: CsvOptions,
    names: FlatNames,
    { interpreted }: FieldTree,
    slots: Slots,
    saved: JsonValue | undefined,
  ) {
    this.#isAuto = delimiter === "auto";
    this.#names = names;
    this.#interpreted = interpreted;
    this.#slots = slots;
    this.#cells = new CsvCells((delimiter === "auto" ? "," : delimiter).charCodeAt(0));
    if (multiline === true) {
      this.quotesAfter = (bytes, start, end, isOpen, isEscaped) => {
        this.#cells.isEscaped = isEscaped;
        const state = this.#cells.quotesAfter(bytes, start, end, isOpen);
        this.#cells.isEscaped = false;
        return state;
      };
    }
    if (columns !== undefined) {
      const line = Buffer.from(columns.map(quoted).join(delimiter));
      this.#given = this.#use(new CsvHeader(line, columns, false, names));
    }
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
    const result = this.#row(header, bytes, start, end);
    if (result !== "malformed" || !bytes.subarray(start, end).includes('\\"')) return result;
    const fault = this.#fault;
    this.#cells.isEscaped = true;
    const escaped = this.#row(header, bytes, start, end);
    this.#cells.isEscaped = false;
    this.#fault = fault;
    return escaped;
  }

  fieldsOf(): unknown {
    return Object.fromEntries((this.#header?.names ?? []).map((name) => [name, undefined]));
  }

  save(): JsonValue | undefined {
    return this.#header === this.#given ? undefined : this.#header?.line.toString("utf8");
  }

  #row(header: CsvHeader, bytes: Buffer, start: number, end: number): ParseResult {
    const slots = this.#slots;
    const cells = this.#cells;
    const { columns } = header;
    const trims = this.#trims;
    slots.clear(bytes);
    slots.hasDecimalComma = cells.delimiter !== comma;
    let count = 0;
    let maybeNames = 0;
    for (let p = start; p <= end; p++, count++) {
      p = cells.next(bytes, p, end, trims[count] ?? true);
      if (p < 0) return this.#malformed(cells.fault);
      if (header.mayName(bytes, cells.start, cells.end)) maybeNames++;
      const slot = columns[count] ?? -1;
      if (slot < 0) continue;
      if (cells.kind === slotKind.decoded) slots.setText(slot, cells.text(bytes));
      else slots.setCell(slot, cells.kind, cells.start, cells.end);
    }
    if (
      maybeNames > 1 &&
      end - start <= maxHeaderBytes &&
      header.isFollowedBy(cells.all(bytes, start, end)?.texts ?? [])
    ) {
      return this.#acceptHeader(bytes, start, end);
    }
    return count === columns.length ? "values" : this.#malformed(`${count} cells, the header names ${columns.length}`);
  }

  #takeFirstHeader(bytes: Buffer, start: number, end: number): ParseResult {
    if (end - start > maxHeaderBytes)
      return this.#malformed(`expected a CSV header of at most ${maxHeaderBytes} bytes`);
    if (this.#isAuto) this.#cells.delimiter = (delimiterOf(bytes, start, end, this.#names) ?? ",").charCodeAt(0);
    return this.#acceptHeader(bytes, start, end);
  }

  /** Makes a line the current header; without a valid one there is none. */
  #acceptHeader(bytes: Buffer, start: number, end: number): ParseResult {
    this.#header = undefined;
    const cells = this.#cells.all(bytes, start, end);
    if (cells === undefined) return this.#malformed(this.#cells.fault);
    const line = Buffer.from(bytes.subarray(start, end));
    const header = new CsvHeader(line, cells.texts, cells.padded, this.#names);
    const { columns, duplicate } = header;
    if (duplicate !== undefined) {
      return this.#malformed(`the CSV header has ${JSON.stringify(duplicate)} twice, which is ambiguous`);
    }
    if (columns.some((slot) => slot >= 0)) {
      this.#use(header);
      return "ignored";
    }
    const other = delimiterOf(bytes, start, end, this.#names);
    const hint = other === undefined ? "" : `; it does with format: { csv: { delimiter: ${JSON.stringify(other)} } }`;
    return this.#malformed(`expected a CSV header that names ${this.#names.words}${hint}`);
  }

  #use(header: CsvHeader): CsvHeader {
    this.#trims = header.columns.map((slot) => header.padded || slot < 0 || this.#interpreted.has(slot));
    this.#header = header;
    return header;
  }

  #malformed(fault: string): "malformed" {
    this.#fault = fault;
    return "malformed";
  }
}

/** A name as a cell of a header. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
