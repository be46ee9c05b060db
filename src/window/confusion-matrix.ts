import { isFoldedClass } from "./folded-classes.ts";

/** Counts of outcomes by actual and predicted class. */
export interface ConfusionMatrix {
  /** Actual and predicted classes in code-unit order; empty without outcomes. */
  readonly classes: readonly string[];
  /** `counts[actual * classes.length + predicted]`: rows are actual, as in scikit-learn. Integers, exact to 2^53. */
  readonly counts: Float64Array;
  /**
   * Indexes in `classes` of the folded classes, which stand for all classes past the limit: they have counts but no
   * metrics of their own.
   */
  readonly folded: readonly number[];
}

/**
 * Builds the matrix from cells; equal pairs of classes are summed. Omits classes without outcomes, so empty input gives
 * an empty matrix.
 */
export function confusionMatrix(
  cells: Iterable<{ readonly actual: string; readonly predicted: string; readonly count: number }>,
): ConfusionMatrix {
  const counted = [...cells].filter((cell) => cell.count > 0);
  const place = new Map<string, number>();
  for (const { actual, predicted } of counted) place.set(actual, 0).set(predicted, 0);
  const classes = [...place.keys()].sort();
  for (let index = 0; index < classes.length; index++) place.set(classes[index] ?? "", index);
  const counts = new Float64Array(classes.length * classes.length);
  for (const cell of counted) {
    const row = place.get(cell.actual) ?? 0;
    const at = row * classes.length + (place.get(cell.predicted) ?? 0);
    counts[at] = (counts[at] ?? 0) + cell.count;
  }
  return { classes, counts, folded: classes.flatMap((name, index) => (isFoldedClass(name) ? [index] : [])) };
}
