import type { Plain } from "../plain.ts";
import { CsvHeader } from "./csv-header.ts";
import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, Parsed } from "./formats.ts";
import { quoted } from "./printable.ts";
import { slotKind } from "./slot-kind.ts";
import type { Slots } from "./slots.ts";

/**
 * CSV as RFC 4180 has it, with a header that names the cells. A header that comes again (the log of a program that was
 * started anew) counts from there on, whatever the order of its columns. An empty cell says nothing, in quotes or not.
 * Blanks do not count around names, around classes, scores and times, and around all cells when names have them; in
 * quotes they do. A quoted cell cannot go on in the next line. A header that names a mapped column twice is refused.
 */
export const csvFormat: Format<"csv"> = {
  make: (_options, wanted, slots) => {
    const names = new FlatNames(wanted);
    return (saved) => new CsvParser(names, wanted.meant, slots, saved);
  },
};

class CsvParser implements LineParser {
  readonly selfDelimiting = false;
  readonly #names: FlatNames;
  readonly #meant: ReadonlySet<number>;
  readonly #slots: Slots;
  #header: CsvHeader | undefined;
  /** Whether blanks around each cell count for nothing. */
  #trims: readonly boolean[] = [];
  #fault = "";
  #cellStart = 0;
  #cellEnd = 0;
  #cellKind = 0;

  constructor(names: FlatNames, meant: ReadonlySet<number>, slots: Slots, saved: Plain | undefined) {
    this.#names = names;
    this.#meant = meant;
    this.#slots = slots;
    if (typeof saved === "string" && saved !== "") {
      const header = Buffer.from(saved);
      this.#takeFirstHeader(header, 0, header.length);
    }
  }

  get fault(): string {
    return this.#fault;
  }

  parse(bytes: Buffer, start: number, end: number): Parsed {
    const header = this.#header;
    if (header === undefined) return this.#takeFirstHeader(bytes, start, end);
    if (header.isLine(bytes, start, end)) return "passed";
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
      return this.#passHeader(bytes, start, end);
    }
    return cells === columns.length ? "values" : this.#malformed(`${cells} cells, the header names ${columns.length}`);
  }

  save(): Plain | undefined {
    return this.#header?.line.toString("utf8");
  }

  #takeFirstHeader(bytes: Buffer, start: number, end: number): Parsed {
    for (let p = start; p <= end; p++) {
      p = this.#cell(bytes, p, end, true);
      if (p < 0) return "malformed";
    }
    return this.#passHeader(bytes, start, end);
  }

  #passHeader(bytes: Buffer, start: number, end: number): Parsed {
    const { columns, twice } = this.#take(bytes, start, end);
    if (twice === undefined && columns.some((slot) => slot >= 0)) return "passed";
    this.#header = undefined;
    return this.#malformed(
      twice === undefined
        ? `expected a CSV header that names ${this.#names.words}`
        : `the CSV header names ${JSON.stringify(twice)} twice: which of the columns is meant?`,
    );
  }

  /** Makes a line whose cells are all in order the header from here on. */
  #take(bytes: Buffer, start: number, end: number): CsvHeader {
    const { names, padded } = this.#read(bytes, start, end);
    const header = new CsvHeader(Buffer.from(bytes.subarray(start, end)), names, padded, this.#names);
    this.#trims = header.columns.map((slot) => padded || slot < 0 || this.#meant.has(slot));
    this.#header = header;
    return header;
  }

  /** Reads the cells of a line without the blanks around them; whether there are any is `padded`. */
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
   * Reads the cell at `start` and gives the place of the comma behind it, or the line's end; -1 when it is broken.
   * `trims`: blanks around it are not part of it.
   */
  #cell(bytes: Buffer, start: number, end: number, trims: boolean): number {
    let from = start;
    if (trims) while (from < end && isSpace(bytes[from])) from++;
    let p = from;
    if (p >= end || bytes[p] !== 0x22) {
      while (p < end && bytes[p] !== 0x2c) {
        if (bytes[p] === 0x22) return this.#broken("a quote inside a cell that has none around it", bytes, start, end);
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

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}
