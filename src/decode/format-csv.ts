import type { Plain } from "../plain.ts";
import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, Parsed } from "./formats.ts";
import { quoted } from "./shown.ts";
import { slotKind } from "./slot-kind.ts";
import type { Slots } from "./slots.ts";

/**
 * CSV as RFC 4180 has it, with a header that names the cells; a header line that comes again (the log of a program
 * that was started anew) is passed over. An empty cell says nothing, a quoted empty cell (`""`) is an empty value.
 * A quoted cell cannot go on in the next line. Of equal names the last one counts.
 */
export const csvFormat: Format<"csv"> = {
  make: (_options, wanted, slots) => {
    const names = new FlatNames(wanted);
    return (saved) => new CsvParser(names, slots, saved);
  },
};

class CsvParser implements LineParser {
  readonly selfDelimiting = false;
  readonly #names: FlatNames;
  readonly #slots: Slots;
  /** The header line as it stands in the file; empty before it was seen. */
  #header = Buffer.alloc(0);
  /** The slot of each cell, -1 for those that nobody wants. */
  #columns: readonly number[] = [];
  #fault = "";
  #cellStart = 0;
  #cellEnd = 0;
  #cellKind = 0;

  constructor(names: FlatNames, slots: Slots, saved: Plain | undefined) {
    this.#names = names;
    this.#slots = slots;
    if (typeof saved === "string" && saved !== "") {
      const header = Buffer.from(saved);
      this.#takeHeader(header, 0, header.length);
    }
  }

  get fault(): string {
    return this.#fault;
  }

  parse(bytes: Buffer, start: number, end: number): Parsed {
    const header = this.#header;
    if (header.length === 0) return this.#takeHeader(bytes, start, end);
    if (header.length === end - start && header.compare(bytes, start, end) === 0) return "passed";
    const slots = this.#slots;
    const columns = this.#columns;
    slots.clear(bytes);
    let cells = 0;
    for (let p = start; p <= end; p++, cells++) {
      p = this.#cell(bytes, p, end);
      if (p < 0) return "malformed";
      const slot = columns[cells] ?? -1;
      if (slot < 0) continue;
      if (this.#cellKind === slotKind.decoded) slots.setText(slot, this.#unquoted(bytes));
      else slots.set(slot, this.#cellKind, this.#cellStart, this.#cellEnd);
    }
    return cells === columns.length ? "values" : this.#malformed(`${cells} cells, the header names ${columns.length}`);
  }

  save(): Plain | undefined {
    return this.#header.length === 0 ? undefined : this.#header.toString("utf8");
  }

  #takeHeader(bytes: Buffer, start: number, end: number): Parsed {
    const columns: number[] = [];
    for (let p = start; p <= end; p++) {
      p = this.#cell(bytes, p, end);
      if (p < 0) return "malformed";
      const name = Buffer.from(this.#unquoted(bytes));
      columns.push(this.#names.find(name, 0, name.length));
    }
    if (columns.every((slot) => slot < 0)) {
      return this.#malformed(`expected a CSV header that names ${this.#names.words}`);
    }
    this.#columns = columns;
    this.#header = Buffer.from(bytes.subarray(start, end));
    return "passed";
  }

  /** Reads the cell at `start` and gives the place of the comma behind it, or the line's end; -1 when it is broken. */
  #cell(bytes: Buffer, start: number, end: number): number {
    let p = start;
    if (p >= end || bytes[p] !== 0x22) {
      while (p < end && bytes[p] !== 0x2c) {
        if (bytes[p] === 0x22) return this.#broken("a quote inside a cell that has none around it", bytes, start, end);
        p++;
      }
      this.#cellStart = start;
      this.#cellEnd = p;
      this.#cellKind = p === start ? slotKind.missing : slotKind.text;
      return p;
    }
    this.#cellStart = start + 1;
    this.#cellKind = slotKind.text;
    for (p++; p < end; p++) {
      if (bytes[p] !== 0x22) continue;
      if (p + 1 < end && bytes[p + 1] === 0x22) {
        this.#cellKind = slotKind.decoded;
        p++;
        continue;
      }
      this.#cellEnd = p++;
      if (p < end && bytes[p] !== 0x2c) return this.#broken("text after a closing quote", bytes, start, end);
      return p;
    }
    return this.#broken("a quoted cell has no end in its line", bytes, start, end);
  }

  /** The text of the cell that was just read. */
  #unquoted(bytes: Buffer): string {
    const text = bytes.toString("utf8", this.#cellStart, this.#cellEnd);
    return this.#cellKind === slotKind.decoded ? text.replaceAll('""', '"') : text;
  }

  #broken(what: string, bytes: Buffer, at: number, end: number): -1 {
    this.#malformed(`${what}: ${quoted(bytes, at, end, 20)}`);
    return -1;
  }

  #malformed(fault: string): "malformed" {
    this.#fault = fault;
    return "malformed";
  }
}
