import { quotedBytes } from "./printable.ts";
import type { QuoteState } from "./quoted-records.ts";
import { slotKind } from "./slots.ts";

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;

/** Reads the cells of CSV lines one by one, quoted as in RFC 4180 or with backslashes. */
export class CsvCells {
  /** The byte between cells. */
  delimiter: number;
  /** True when a backslash escapes a quote or a backslash in a quoted cell. */
  isEscaped = false;
  /** Description of the last malformed cell. */
  fault = "";
  /** Range of the last cell, without its quotes. */
  start = 0;
  end = 0;
  /** `slotKind.decoded` when the last cell has quotes to unescape, else `slotKind.text`. */
  kind = 0;

  constructor(delimiter: number) {
    this.delimiter = delimiter;
  }

  /**
   * Reads the cell at `start`, without blanks around it if `trims`. Returns the index of the delimiter after it, or the
   * end of the line; -1 for a malformed cell.
   */
  next(bytes: Buffer, start: number, end: number, trims: boolean): number {
    const { delimiter } = this;
    let from = start;
    if (trims) while (from < end && isBlank(bytes[from], delimiter)) from++;
    let p = from;
    if (p < end && bytes[p] === quote) return this.#quoted(bytes, from, end, trims);
    while (p < end && bytes[p] !== delimiter) {
      if (bytes[p] === quote) return this.#broken("a quote inside an unquoted cell", bytes, start, end);
      p++;
    }
    let to = p;
    if (trims) while (to > from && isBlank(bytes[to - 1], delimiter)) to--;
    this.start = from;
    this.end = to;
    this.kind = slotKind.text;
    return p;
  }

  /** Text of the last cell. */
  text(bytes: Buffer): string {
    if (this.kind !== slotKind.decoded) return bytes.toString("utf8", this.start, this.end);
    const text = Buffer.allocUnsafe(this.end - this.start);
    let length = 0;
    for (let p = this.start; p < this.end; p++) {
      const byte = bytes[p];
      // What stands after one that escapes is in the cell.
      if (byte === quote || (byte === backslash && this.isEscaped && isEscapable(bytes[p + 1]))) p++;
      text[length++] = bytes[p] ?? 0;
    }
    return text.toString("utf8", 0, length);
  }

  /** Reads the trimmed cells of a line, with whether any had blanks around it; undefined for a malformed line. */
  all(bytes: Buffer, start: number, end: number): { readonly texts: string[]; readonly padded: boolean } | undefined {
    const { delimiter } = this;
    const texts: string[] = [];
    let padded = false;
    for (let p = start; p <= end; p++) {
      const begin = p;
      p = this.next(bytes, p, end, true);
      if (p < 0) return undefined;
      texts.push(this.text(bytes).trim());
      padded ||= isBlank(bytes[begin], delimiter) || (p > begin && isBlank(bytes[p - 1], delimiter));
    }
    return { texts, padded };
  }

  /** Tells how quotes stand after a line that begins inside of them if `isOpen`. */
  quotesAfter(bytes: Buffer, start: number, end: number, isOpen: boolean): QuoteState {
    const { delimiter, isEscaped } = this;
    let p = start;
    for (let inQuotes = isOpen; ; inQuotes = false) {
      if (!inQuotes) {
        while (p < end && isBlank(bytes[p], delimiter)) p++;
        inQuotes = p < end && bytes[p] === quote;
        if (inQuotes) p++;
      }
      if (inQuotes) {
        for (; ; p++) {
          if (p >= end) return "open";
          if (bytes[p] === backslash && isEscaped && isEscapable(bytes[p + 1])) p++;
          else if (bytes[p] === quote) {
            if (bytes[p + 1] !== quote || p + 1 >= end) break;
            p++;
          }
        }
        p++;
        while (p < end && isBlank(bytes[p], delimiter)) p++;
      } else {
        while (p < end && bytes[p] !== delimiter && bytes[p] !== quote && bytes[p] !== newline) p++;
      }
      if (p >= end) return "closed";
      if (bytes[p++] !== delimiter) return "broken";
    }
  }

  #quoted(bytes: Buffer, start: number, end: number, trims: boolean): number {
    const { delimiter } = this;
    this.start = start + 1;
    this.kind = slotKind.text;
    for (let p = start + 1; p < end; p++) {
      const byte = bytes[p];
      if (byte === backslash && this.isEscaped && isEscapable(bytes[p + 1])) {
        this.kind = slotKind.decoded;
        p++;
        continue;
      }
      if (byte !== quote) continue;
      if (p + 1 < end && bytes[p + 1] === quote) {
        this.kind = slotKind.decoded;
        p++;
        continue;
      }
      this.end = p++;
      if (trims) while (p < end && isBlank(bytes[p], delimiter)) p++;
      if (p < end && bytes[p] !== delimiter) return this.#broken("text after a closing quote", bytes, start, end);
      return p;
    }
    return this.#broken("a quoted cell without a closing quote on its line", bytes, start, end);
  }

  #broken(what: string, bytes: Buffer, at: number, end: number): -1 {
    this.fault = `${what}: ${quotedBytes(bytes, at, end, 20)}`;
    return -1;
  }
}

/** Tells whether a byte may follow an escaping backslash. */
function isEscapable(byte: number | undefined): boolean {
  return byte === quote || byte === backslash;
}

/** Tells whether a byte is a blank, which a tab between cells is not. */
function isBlank(byte: number | undefined, delimiter: number): boolean {
  return byte === 0x20 || (byte === 0x09 && delimiter !== 0x09);
}
