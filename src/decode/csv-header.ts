import type { FlatNames } from "./flat-names.ts";

/** A CSV header line: maps cells to slots, and recognizes repeated headers. */
export class CsvHeader {
  /** The header's bytes in the file. */
  readonly line: Buffer;
  /** The slot of each cell; -1 for cells that no field reads. */
  readonly columns: readonly number[];
  /** True when names have blanks around them, which are then trimmed from all cells as well. */
  readonly padded: boolean;
  /** A mapped name of two columns, which is ambiguous. */
  readonly duplicate: string | undefined;
  /** The names of the columns. */
  readonly names: readonly string[];
  readonly #names: ReadonlySet<string>;
  readonly #mapped: ReadonlySet<string>;
  /** Hashes of all names: most other cells are ruled out without making a string. */
  readonly #hashes = new Uint8Array(256);

  constructor(line: Buffer, names: readonly string[], padded: boolean, fields: FlatNames) {
    this.line = line;
    this.names = names;
    this.padded = padded;
    const slots = new Map(fields.entries());
    this.columns = names.map((name) => slots.get(name) ?? -1);
    this.duplicate = names.find((name, index) => slots.has(name) && names.indexOf(name) < index);
    this.#names = new Set(names.filter((name) => name !== ""));
    this.#mapped = new Set(slots.keys());
    for (const name of [...this.#names, ...this.#mapped]) {
      const bytes = Buffer.from(name);
      this.#hashes[hashOf(bytes, 0, bytes.length)] = 1;
    }
  }

  /** Tells whether a line equals this header byte for byte. */
  isLine(bytes: Buffer, start: number, end: number): boolean {
    return this.line.length === end - start && this.line.compare(bytes, start, end) === 0;
  }

  /** Tells whether the cell `[start, end)` may be a column name; false positives are possible. */
  mayName(bytes: Buffer, start: number, end: number): boolean {
    let from = start;
    let to = end;
    if (bytes[start] === 0x20) while (from < to && bytes[from] === 0x20) from++;
    if (bytes[end - 1] === 0x20) while (to > from && bytes[to - 1] === 0x20) to--;
    return this.#hashes[hashOf(bytes, from, to)] === 1;
  }

  /**
   * Tells whether a later line is another header, whose columns may differ: it holds all mapped names of this header (at
   * least two), or most of its names without duplicates.
   */
  isFollowedBy(cells: readonly string[]): boolean {
    const held = new Set(cells);
    const mapped = [...this.#mapped];
    const hasAll = mapped.every((name) => held.has(name) || !this.#names.has(name));
    if (hasAll && mapped.filter((name) => held.has(name)).length > 1) return true;
    const known = cells.filter((cell) => this.#names.has(cell));
    return known.length > 1 && new Set(known).size === known.length && 2 * known.length > this.#names.size;
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  return ((bytes[start] ?? 0) * 31 + (bytes[end - 1] ?? 0) * 7 + (end - start)) & 0xff;
}
