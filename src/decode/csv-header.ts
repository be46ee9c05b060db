import type { FlatNames } from "./flat-names.ts";

/** A header line of a CSV file: which cell goes where, and which later line is a header again. */
export class CsvHeader {
  /** The line as it stands in the file. */
  readonly line: Buffer;
  /** The slot of each cell, -1 for those that nobody wants. */
  readonly columns: readonly number[];
  /** Whether blanks stand around its names, so that they mean nothing around the cells below it either. */
  readonly padded: boolean;
  /** A mapped name that two columns have: nobody knows which of them is meant. */
  readonly twice: string | undefined;
  readonly #names: ReadonlySet<string>;
  readonly #mapped: ReadonlySet<string>;
  /** Marks of all these names, so that nearly every other cell is told apart without a string. */
  readonly #marks = new Uint8Array(256);

  constructor(line: Buffer, names: readonly string[], padded: boolean, wanted: FlatNames) {
    this.line = line;
    this.padded = padded;
    const slots = new Map(wanted.entries());
    this.columns = names.map((name) => slots.get(name) ?? -1);
    this.twice = names.find((name, index) => slots.has(name) && names.indexOf(name) < index);
    this.#names = new Set(names.filter((name) => name !== ""));
    this.#mapped = new Set(slots.keys());
    for (const name of [...this.#names, ...this.#mapped]) {
      const bytes = Buffer.from(name);
      this.#marks[markOf(bytes, 0, bytes.length)] = 1;
    }
  }

  /** Whether the line is this header, byte for byte. */
  isLine(bytes: Buffer, start: number, end: number): boolean {
    return this.line.length === end - start && this.line.compare(bytes, start, end) === 0;
  }

  /** Whether the cell `[start, end)` may be one of the names. */
  mayName(bytes: Buffer, start: number, end: number): boolean {
    let from = start;
    let to = end;
    if (bytes[start] === 0x20) while (from < to && bytes[from] === 0x20) from++;
    if (bytes[end - 1] === 0x20) while (to > from && bytes[to - 1] === 0x20) to--;
    return this.#marks[markOf(bytes, from, to)] === 1;
  }

  /**
   * Whether the cells of a later line are a header too, with columns in another order, more of them or fewer: they hold
   * all the mapped names that this one has (two at least), or most of its names and none of them twice.
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

function markOf(bytes: Uint8Array, start: number, end: number): number {
  return ((bytes[start] ?? 0) * 31 + (bytes[end - 1] ?? 0) * 7 + (end - start)) & 0xff;
}
