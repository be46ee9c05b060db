import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { isFoldedClass, otherClass, wrongClass } from "./folded-classes.ts";

/** Pair of class numbers. */
export interface Cell {
  readonly actual: number;
  readonly predicted: number;
  /** True when both classes are declared, or the model declares none. */
  readonly declared: boolean;
  /** True when at least one class is past the limit. */
  readonly folded: boolean;
}

/**
 * Builds the confusion matrix of counts by cell. Classes with a higher number than an `__other__` that is counted may be
 * part of that fold, and are folded as well. So are classes that gave up their seats, unless they have one again:
 * `standing` gives each number that of its class's seat, or -1; undefined where no class gave up its seat.
 */
export function matrixOf(
  names: readonly string[],
  cells: readonly Cell[],
  counts: Float64Array,
  standing?: readonly number[],
): ConfusionMatrix {
  const isCounted = new Uint8Array(names.length);
  for (let number = 0; number < counts.length; number++) {
    if ((counts[number] ?? 0) === 0) continue;
    const cell = cells[number];
    if (cell === undefined) throw new Error("a window counts a cell that is not in the class table");
    isCounted[cell.actual] = isCounted[cell.predicted] = 1;
  }
  const firstFold = names.findIndex((name, number) => isCounted[number] === 1 && name === otherClass);
  const isKept = names.map((name, own) => {
    const number = standing?.[own] ?? own;
    return number >= 0 && (firstFold < 0 || number < firstFold) && !isFoldedClass(name);
  });
  const mayMiss = firstFold >= 0 || standing !== undefined;
  const isMiss = ({ actual, predicted }: Cell): boolean =>
    actual !== predicted && isKept[actual] === false && isKept[predicted] === false;
  const shown = names.map((name, number) => (isKept[number] === true ? name : otherClass));
  const place = new Map(
    shown.flatMap((name, number): [string, number][] => (isCounted[number] === 1 ? [[name, 0]] : [])),
  );
  if (mayMiss && cells.some((cell, number) => (counts[number] ?? 0) > 0 && isMiss(cell))) place.set(wrongClass, 0);
  const classes = [...place.keys()].sort();
  classes.forEach((name, index) => place.set(name, index));
  const places = Int32Array.from(shown, (name) => place.get(name) ?? 0);
  const wrong = place.get(wrongClass) ?? 0;
  const matrix = new Float64Array(classes.length ** 2);
  for (let number = 0; number < counts.length; number++) {
    const count = counts[number] ?? 0;
    const cell = cells[number];
    if (count === 0 || cell === undefined) continue;
    const column = mayMiss && isMiss(cell) ? wrong : (places[cell.predicted] ?? 0);
    const at = (places[cell.actual] ?? 0) * classes.length + column;
    matrix[at] = (matrix[at] ?? 0) + count;
  }
  return { classes, counts: matrix, folded: classes.flatMap((name, index) => (isFoldedClass(name) ? [index] : [])) };
}
