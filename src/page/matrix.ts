import type { ConfusionMatrix } from "../window/confusion-matrix.ts";
import type { PageQuery } from "./query.ts";

/** A confusion matrix as it is shown. */
export interface Matrix {
  /** Classes in the order of the page: numbers by their value. */
  readonly classes: readonly string[];
  readonly size: number;
  readonly cell: (row: number, column: number) => number;
  /** Outcomes of each class, and those predicted as it. */
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
  /** Wrong cells, the most frequent first. */
  readonly confusions: readonly Cell[];
}

/** A cell that counts something. */
export interface Cell {
  readonly row: number;
  readonly column: number;
  readonly count: number;
}

/** Reads a confusion matrix for the page. */
export function matrixOf({ classes, counts }: ConfusionMatrix): Matrix {
  const size = classes.length;
  const order = [...classes.keys()];
  if (classes.every(isNumber)) order.sort((a, b) => Number(classes[a]) - Number(classes[b]));
  const cell = (row: number, column: number): number => counts[(order[row] ?? 0) * size + (order[column] ?? 0)] ?? 0;
  const actual = new Array<number>(size).fill(0);
  const predicted = new Array<number>(size).fill(0);
  const confusions: Cell[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const outcomes = cell(row, column);
      if (outcomes === 0) continue;
      actual[row] = (actual[row] ?? 0) + outcomes;
      predicted[column] = (predicted[column] ?? 0) + outcomes;
      if (row !== column) confusions.push({ row, column, count: outcomes });
    }
  }
  confusions.sort((a, b) => b.count - a.count);
  return { classes: order.map((index) => classes[index] ?? ""), size, cell, actual, predicted, confusions };
}

function isNumber(name: string): boolean {
  return name.trim() !== "" && Number.isFinite(Number(name));
}

/** Share of a cell among those of its row, or of its column where precision is looked at. */
export function shareOf(
  { actual, predicted }: Matrix,
  { row, column, count: outcomes }: Cell,
  as: PageQuery["shownAs"],
): number {
  const of = as === "predicted" ? predicted[column] : actual[row];
  return of === undefined || of === 0 ? 0 : outcomes / of;
}

/**
 * Names the colour of a cell: blue where it is right, orange where it is wrong, in 21 levels of fixed scales, so that
 * windows can be compared. Wrong ones are on a square root, so that 1 % is seen beside 97 %.
 */
export function colourOf(matrix: Matrix, cell: Cell, as: PageQuery["shownAs"]): string {
  const share = shareOf(matrix, cell, as);
  return cell.row === cell.column
    ? `k${Math.max(1, Math.round(share * 20))}`
    : `w${Math.max(1, Math.round(Math.sqrt(share) * 20))}`;
}
