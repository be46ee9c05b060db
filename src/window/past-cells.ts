import type { CellTable } from "./cell-table.ts";
import { otherClass, wrongClass } from "./folded-classes.ts";

/** Classes of a table, by number. */
export interface NumberedClasses {
  readonly names: readonly string[];
  /** The number under which a class is counted now. */
  readonly numberOf: (name: string) => number | undefined;
  readonly cells: CellTable;
}

/**
 * Lists the cells that an earlier outcome of two classes may have been counted in, the likeliest first: those of the classes,
 * by the numbers that they have or had, and those of folds that they may be part of.
 */
export function pastCells({ names, numberOf, cells }: NumberedClasses, actual: string, predicted: string): number[] {
  const numbersOf = (wanted: string): number[] =>
    [...names.keys()].filter((number) => names[number] === wanted).reverse();
  // A class is part of no fold that is later than its number.
  const foldsOf = (name: string): number[] =>
    numbersOf(otherClass).filter((fold) => fold < (numberOf(name) ?? Number.POSITIVE_INFINITY));
  const [rowFolds, columnFolds] = [foldsOf(actual), foldsOf(predicted)];
  const wrong = numbersOf(wrongClass);
  const pairs = [...numbersOf(actual), ...rowFolds].flatMap((row) =>
    [...numbersOf(predicted), ...columnFolds, ...(columnFolds.includes(row) ? wrong : [])].map(
      (column) => [row, column] as const,
    ),
  );
  // A hit is counted as one, whatever becomes of its class.
  return pairs
    .filter(([row, column]) => (row === column) === (actual === predicted))
    .flatMap(([row, column]) => cells.allOf(row, column));
}
