import type { Objective } from "../../config/config.ts";
import { trialsOf } from "../../objectives/measured.ts";
import { actual, negative, predicted } from "../../quality/counts.ts";
import { qualityOf, type Quality } from "../../quality/quality.ts";
import { confusionMatrix } from "../../window/confusion-matrix.ts";

/** Confusion matrix of two classes: the positive class, which the objective is about, and another. */
export interface BinaryMatrix {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

type Measured = Pick<Objective, "metric" | "class" | "average">;

/** Counts all outcomes. */
export function sampleCount({ tp, fp, fn, tn }: BinaryMatrix): number {
  return tp + fp + fn + tn;
}

/** Swaps the two classes. */
export function swapClasses({ tp, fp, fn, tn }: BinaryMatrix): BinaryMatrix {
  return { tp: tn, fp: fn, fn: fp, tn: tp };
}

/**
 * Builds a matrix of `size` trials of which `errors` failed. What a trial is depends on the metric: outcomes predicted as
 * the class for precision, outcomes of the class for recall, all outcomes for the accuracy.
 */
export function matrixWithErrors(objective: Measured, size: number, errors: number): BinaryMatrix {
  const half = lesserHalf(errors);
  const right = size - errors;
  if (objective.class === undefined) {
    const others = lesserHalf(size);
    return { tp: size - others - (errors - half), fp: half, fn: errors - half, tn: others - half };
  }
  switch (trialsOf(objective)) {
    case predicted:
      return { tp: right, fp: errors, fn: 0, tn: size };
    case actual:
      return { tp: right, fp: 0, fn: errors, tn: size };
    case negative:
      return { tp: size, fp: errors, fn: 0, tn: right };
    default:
      return { tp: right, fp: half, fn: errors - half, tn: size };
  }
}

/** Halves a count so that the other half is the larger one: the largest wrong cell is never a matter of order. */
function lesserHalf(count: number): number {
  return Math.max(0, Math.floor((count - 1) / 2));
}

/** Gives the matrix names: of the class that an objective is about, and of another one. */
export function namedQuality({ class: className }: Measured, { tp, fp, fn, tn }: BinaryMatrix): Quality {
  const positive = className ?? "positive";
  const other = `not ${positive}`;
  return qualityOf(
    confusionMatrix([
      { actual: positive, predicted: positive, count: tp },
      { actual: other, predicted: positive, count: fp },
      { actual: positive, predicted: other, count: fn },
      { actual: other, predicted: other, count: tn },
    ]),
  );
}
