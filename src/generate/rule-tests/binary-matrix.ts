import type { Objective } from "../../config/config.ts";
import { metricSeries, type Figure } from "../rules/metric-series.ts";

/** A confusion matrix of two classes: the one that is looked at, and another. */
export interface BinaryMatrix {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

type Measured = Pick<Objective, "metric" | "class" | "average">;

/** Outcomes in all. */
export function total({ tp, fp, fn, tn }: BinaryMatrix): number {
  return tp + fp + fn + tn;
}

/**
 * A matrix of `size` trials of which `errors` failed, whatever a trial of this objective is: outcomes that are
 * predicted as the class for precision, that are the class for recall, all of them for the accuracy.
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

/** Successes and trials of an objective that is a proportion; for the F1 those of J = TP/(TP+FP+FN). */
export function proportionOf(objective: Measured, cells: BinaryMatrix): { readonly x: number; readonly n: number } {
  const { tp, fp, fn, tn } = cells;
  if (objective.class === undefined) return { x: tp + tn, n: total(cells) };
  if (objective.metric === "precision") return { x: tp, n: tp + fp };
  if (objective.metric === "recall") return { x: tp, n: tp + fn };
  if (objective.metric === "specificity") return { x: tn, n: tn + fp };
  return { x: tp, n: tp + fp + fn };
}

/** What `minSamples` guards. */
export function samplesOf(objective: Measured, cells: BinaryMatrix): number {
  return proportionOf(objective, cells).n;
}

/** The figure that an objective bounds; undefined where it is 0/0. */
export function metricValue(objective: Measured, cells: BinaryMatrix): number | undefined {
  const figure = metricSeries(objective);
  if (objective.class !== undefined) return classValue(objective.metric, cells);
  if (objective.average !== undefined) return averageValue(objective, cells);
  return wholeValue(figure, objective.metric, cells);
}

function classValue(metric: Objective["metric"], { tp, fp, fn, tn }: BinaryMatrix): number | undefined {
  if (metric === "precision") return ratio(tp, tp + fp);
  if (metric === "recall") return ratio(tp, tp + fn);
  if (metric === "specificity") return ratio(tn, tn + fp);
  return ratio(2 * tp, 2 * tp + fp + fn);
}

/** Each of the two classes as the one that is looked at; without one that is neither actual nor predicted. */
function classes(cells: BinaryMatrix): readonly BinaryMatrix[] {
  const { tp, fp, fn, tn } = cells;
  return [cells, { tp: tn, fp: fn, fn: fp, tn: tp }].filter((each) => each.tp + each.fp + each.fn > 0);
}

function averageValue({ metric, average }: Measured, cells: BinaryMatrix): number | undefined {
  const each = classes(cells);
  if (average === "micro") return ratio(cells.tp + cells.tn, total(cells));
  const values = each.map((one) => classValue(metric, one) ?? 0);
  if (average === "macro") return ratio(sum(values), each.length);
  return ratio(sum(each.map((one, index) => (values[index] ?? 0) * (one.tp + one.fn))), total(cells));
}

function wholeValue(figure: Figure, metric: Objective["metric"], cells: BinaryMatrix): number | undefined {
  const { tp, fp, fn, tn } = cells;
  const n = total(cells);
  if (metric === "accuracy") return ratio(tp + tn, n);
  const recalls = classes(cells).flatMap((one) => ratio(one.tp, one.tp + one.fn) ?? []);
  if (metric === "balancedAccuracy") return ratio(sum(recalls), recalls.length);
  const chance = (tp + fp) * (tp + fn) + (tn + fn) * (tn + fp);
  const beyond = (tp + tn) * n - chance;
  if (metric === "cohenKappa") return ratio(beyond, n * n - chance);
  if (metric !== "matthewsCorrelation") throw new Error(`${figure.words} is not one figure of a whole`);
  const predicted = n * n - ((tp + fp) ** 2 + (tn + fn) ** 2);
  const actual = n * n - ((tp + fn) ** 2 + (tn + fp) ** 2);
  return ratio(beyond, Math.sqrt(predicted) * Math.sqrt(actual));
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
