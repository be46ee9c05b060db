import { CsvCells } from "./csv-cells.ts";
import type { FlatNames } from "./flat-names.ts";

/** Delimiters of CSV, in the order in which a header is tried with them. */
export const csvDelimiters = [",", ";", "\t", "|"] as const;

/** A delimiter of CSV. */
export type CsvDelimiter = (typeof csvDelimiters)[number];

/** Finds the delimiter by which a header has the most mapped names, of several the first; undefined when it has none. */
export function delimiterOf(bytes: Buffer, start: number, end: number, fields: FlatNames): CsvDelimiter | undefined {
  const mapped = new Set([...fields.entries()].map(([name]) => name));
  let best: CsvDelimiter | undefined;
  let most = 0;
  for (const delimiter of csvDelimiters) {
    const cells = new CsvCells(delimiter.charCodeAt(0)).all(bytes, start, end);
    const names = new Set(cells?.texts.filter((name) => mapped.has(name))).size;
    if (names > most) [best, most] = [delimiter, names];
  }
  return best;
}
