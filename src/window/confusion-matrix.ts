import { isFoldedName } from "./folded-classes.ts";

/** Counts of outcomes by actual and predicted class. */
export interface ConfusionMatrix {
  /** The classes that are actual or predicted, in code-unit order; empty when nothing was counted. */
  readonly classes: readonly string[];
  /** `counts[actual * classes.length + predicted]`: rows are actual, as in scikit-learn. Whole numbers, exact to 2^53. */
  readonly counts: Float64Array;
  /**
   * The places in `classes` of those that stand for all classes past the limit: they have counts, but as they are many
   * classes, no figures of their own.
   */
  readonly folded: readonly number[];
}

/**
 * Builds the matrix from cells. Classes that stand in no cell with a count are left out, so an empty input gives an
 * empty matrix. The cells of one pair of classes are added up.
 */
export function confusionMatrix(
  cells: Iterable<{ readonly actual: string; readonly predicted: string; readonly count: number }>,
): ConfusionMatrix {
  const counted = [...cells].filter((cell) => cell.count > 0);
  const classes = [...new Set(counted.flatMap((cell) => [cell.actual, cell.predicted]))].sort();
  const place = new Map(classes.map((name, index) => [name, index]));
  const counts = new Float64Array(classes.length * classes.length);
  for (const cell of counted) {
    const row = place.get(cell.actual) ?? 0;
    const at = row * classes.length + (place.get(cell.predicted) ?? 0);
    counts[at] = (counts[at] ?? 0) + cell.count;
  }
  return { classes, counts, folded: classes.flatMap((name, index) => (isFoldedName(name) ? [index] : [])) };
}
