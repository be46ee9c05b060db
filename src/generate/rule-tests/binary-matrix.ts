import type { Objective } from "../../config/config.ts";
import { actual, negative, predicted, type Counts } from "../../quality/counts.ts";
import { metricOf } from "../../quality/metrics.ts";
import { averageFigure, compute, figure, qualityOf } from "../../quality/quality.ts";
import { confusionMatrix, type ConfusionMatrix } from "../../window/confusion-matrix.ts";
import { averagedMetric, proportionOf, trialsOf } from "../rules/metric-series.ts";

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
  const half = Math.floor(errors / 2);
  const right = size - errors;
  if (objective.class === undefined) {
    const positive = Math.ceil(size / 2);
    return { tp: positive - (errors - half), fp: half, fn: errors - half, tn: size - positive - half };
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

/** Counts the successes `x` and the trials `n` of a metric that is a proportion. */
export function proportionCounts(
  objective: Measured,
  matrix: BinaryMatrix,
): { readonly x: number; readonly n: number } {
  const proportion = proportionOf(objective);
  const counts = countsOfObjective(objective, matrix);
  const n = compute(trialsOf(objective), counts) ?? 0;
  return { x: (proportion && compute(proportion.successes, counts)) ?? n, n };
}

/** Counts the samples that `minSamples` applies to. */
export function samplesOf(objective: Measured, matrix: BinaryMatrix): number {
  return compute(trialsOf(objective), countsOfObjective(objective, matrix)) ?? 0;
}

/** Computes the metric that an objective bounds, by the formulas of the exporter; undefined where it is 0/0. */
export function metricValue(objective: Measured, matrix: BinaryMatrix): number | undefined {
  const { metric, average } = objective;
  const value =
    average === undefined
      ? figure(metricOf(metric), countsOfObjective(objective, matrix))
      : averageFigure(averagedMetric(metric), average, qualityOf(confusion(matrix)));
  return value ?? undefined;
}

/** Counts of the positive class where the objective is about a class, else those of the window. */
function countsOfObjective({ class: className }: Measured, matrix: BinaryMatrix): Counts {
  if (className === undefined) return qualityOf(confusion(matrix)).counts;
  const { tp, fp, fn } = matrix;
  return {
    samples: sampleCount(matrix),
    overflow: 0,
    truePositive: tp,
    predicted: tp + fp,
    actual: tp + fn,
    classes: [],
  };
}

function confusion({ tp, fp, fn, tn }: BinaryMatrix): ConfusionMatrix {
  return confusionMatrix([
    { actual: "positive", predicted: "positive", count: tp },
    { actual: "negative", predicted: "positive", count: fp },
    { actual: "positive", predicted: "negative", count: fn },
    { actual: "negative", predicted: "negative", count: tn },
  ]);
}
