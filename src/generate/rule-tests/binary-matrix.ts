import type { Objective } from "../../config/config.ts";
import * as formulas from "../../quality/formulas.ts";
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
  const half = Math.floor(errors / 2);
  if (objective.class !== undefined) {
    if (objective.metric === "precision") return { tp: size - errors, fp: errors, fn: 0, tn: size };
    if (objective.metric === "recall") return { tp: size - errors, fp: 0, fn: errors, tn: size };
    if (objective.metric === "specificity") return { tp: size, fp: errors, fn: 0, tn: size - errors };
    return { tp: size - errors, fp: half, fn: errors - half, tn: size };
  }
  const positive = Math.ceil(size / 2);
  return { tp: positive - (errors - half), fp: half, fn: errors - half, tn: size - positive - half };
}

/** Counts successes `x` and trials `n` of a metric that is a proportion; for F1 those of J = TP/(TP+FP+FN). */
export function proportionOf(objective: Measured, matrix: BinaryMatrix): { readonly x: number; readonly n: number } {
  const { tp, fp, fn, tn } = matrix;
  if (objective.class === undefined) return { x: tp + tn, n: sampleCount(matrix) };
  if (objective.metric === "precision") return { x: tp, n: tp + fp };
  if (objective.metric === "recall") return { x: tp, n: tp + fn };
  if (objective.metric === "specificity") return { x: tn, n: tn + fp };
  return { x: tp, n: tp + fp + fn };
}

/** Counts the samples that `minSamples` applies to. */
export function samplesOf(objective: Measured, matrix: BinaryMatrix): number {
  return proportionOf(objective, matrix).n;
}

/** Computes the metric that an objective bounds, by the formulas of the exporter; undefined where it is 0/0. */
export function metricValue({ metric, average }: Measured, matrix: BinaryMatrix): number | undefined {
  switch (metric) {
    case "accuracy":
    case "balancedAccuracy":
    case "matthewsCorrelation":
    case "cohenKappa":
      return quality(matrix)[metric] ?? undefined;
    case "specificity":
      return formulas.specificity(classCounts(matrix)) ?? undefined;
    case "precision":
    case "recall":
    case "f1":
      return (
        (average === undefined ? formulas[metric](classCounts(matrix)) : quality(matrix).averages[average][metric]) ??
        undefined
      );
  }
}

function classCounts({ tp, fp, fn, tn }: BinaryMatrix): formulas.ClassCounts {
  return { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn };
}

function quality({ tp, fp, fn, tn }: BinaryMatrix): Quality {
  return qualityOf(
    confusionMatrix([
      { actual: "positive", predicted: "positive", count: tp },
      { actual: "negative", predicted: "positive", count: fp },
      { actual: "positive", predicted: "negative", count: fn },
      { actual: "negative", predicted: "negative", count: tn },
    ]),
  );
}
