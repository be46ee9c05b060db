import type { CellTable } from "./cell-table.ts";
import { otherClass, wrongClass } from "./folded-classes.ts";

/**
 * Lists the cells that an earlier outcome of two classes may have been counted in, the likeliest first: those of the classes,
 * by the numbers that they have or had, and those of folds.
 */
export function pastCells(names: readonly string[], cells: CellTable, actual: string, predicted: string): number[] {
  const numbersOf = (wanted: string): number[] =>
    [...names.keys()].filter((number) => names[number] === wanted).reverse();
  const folds = numbersOf(otherClass);
  const rows = [...numbersOf(actual), ...folds];
  const columns = [...numbersOf(predicted), ...folds, ...numbersOf(wrongClass)];
  return rows.flatMap((row) =>
    columns.flatMap((column) => {
      const isHit = row === column;
      // Of two folded classes a hit is a hit, and of two classes it is none.
      if (folds.includes(row) && folds.includes(column) && isHit !== (actual === predicted)) return [];
      return cells.known(row, column) ?? [];
    }),
  );
}
