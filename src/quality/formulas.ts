/**
 * Metric formulas on counts, by scikit-learn's definitions. A ratio with denominator 0 is undefined: null. Counts are
 * integers up to 2^53; sums of products beyond that are exact.
 */
import type { ConfusionMatrix } from "../window/confusion-matrix.ts";

/** Counts of one class against all others. */
export interface ClassCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Value of a metric; null where it is undefined. */
export type Figure = number | null;

/** Row and column sums, diagonal and total of a matrix: the input of the formulas. */
export interface Sums {
  readonly samples: number;
  readonly correct: number;
  /** Outcomes by actual class (support). */
  readonly actual: readonly number[];
  /** Outcomes by predicted class. */
  readonly predicted: readonly number[];
  /** The diagonal. */
  readonly hits: readonly number[];
  /** Outcomes whose actual or predicted class is folded. */
  readonly folded: number;
}

/** Sums a matrix; an empty one gives zeros and empty lists. */
export function sums({ classes, counts, folded }: ConfusionMatrix): Sums {
  const size = classes.length;
  let foldedOutcomes = 0;
  const actual = new Array<number>(size).fill(0);
  const predicted = new Array<number>(size).fill(0);
  const hits = new Array<number>(size).fill(0);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const count = counts[row * size + column] ?? 0;
      actual[row] = (actual[row] ?? 0) + count;
      predicted[column] = (predicted[column] ?? 0) + count;
      if (row === column) hits[row] = count;
      if (folded.includes(row) || folded.includes(column)) foldedOutcomes += count;
    }
  }
  return { samples: total(actual), correct: total(hits), actual, predicted, hits, folded: foldedOutcomes };
}

/** Counts of the class at `index`; TN = N - TP - FP - FN. */
export function classCounts(of: Sums, index: number): ClassCounts {
  const truePositives = of.hits[index] ?? 0;
  const falsePositives = (of.predicted[index] ?? 0) - truePositives;
  const falseNegatives = (of.actual[index] ?? 0) - truePositives;
  const trueNegatives = of.samples - truePositives - falsePositives - falseNegatives;
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
}

/** `numerator / denominator`; null when the denominator is 0. */
function ratio(numerator: number, denominator: number): Figure {
  return denominator === 0 ? null : numerator / denominator;
}

/** TP / (TP + FP), in 0..1. */
export function precision(of: ClassCounts): Figure {
  return ratio(of.truePositives, of.truePositives + of.falsePositives);
}

/** TP / (TP + FN), in 0..1. */
export function recall(of: ClassCounts): Figure {
  return ratio(of.truePositives, of.truePositives + of.falseNegatives);
}

/** 2 TP / (2 TP + FP + FN), in 0..1: 0 where precision or recall is undefined but there are errors. */
export function f1(of: ClassCounts): Figure {
  return ratio(2 * of.truePositives, 2 * of.truePositives + of.falsePositives + of.falseNegatives);
}

/** TN / (TN + FP), in 0..1. */
export function specificity(of: ClassCounts): Figure {
  return ratio(of.trueNegatives, of.trueNegatives + of.falsePositives);
}

/** Correct / all, in 0..1. */
export function accuracy(of: Sums): Figure {
  return ratio(of.correct, of.samples);
}

/** Mean recall of the actual classes, in 0..1: unlike macro recall, it excludes classes without support. */
export function balancedAccuracy(of: Sums): Figure {
  const recalls = of.actual.flatMap((support, index) => (support > 0 ? [(of.hits[index] ?? 0) / support] : []));
  return ratio(total(recalls), recalls.length);
}

/**
 * Multi-class Matthews correlation, in -1..1: (c s - sum p t) / sqrt((s^2 - sum p^2)(s^2 - sum t^2)).
 * Gorodkin (2004), "Comparing two K-category assignments by a K-category correlation coefficient".
 */
export function matthewsCorrelation(of: Sums): Figure {
  const both = products(of, of.predicted, of.actual);
  const spreadPredicted = difference(both.samplesSquared, products(of, of.predicted, of.predicted).sum);
  const spreadActual = difference(both.samplesSquared, products(of, of.actual, of.actual).sum);
  if (spreadPredicted === 0 || spreadActual === 0) return null;
  // Two roots, since the product of the spreads could exceed the precision of doubles.
  const figure =
    difference(both.correctTimesSamples, both.sum) / (Math.sqrt(spreadPredicted) * Math.sqrt(spreadActual));
  return Math.max(-1, Math.min(1, figure));
}

/** Cohen's kappa, up to 1: (po - pe) / (1 - pe), as (c s - sum p t) / (s^2 - sum p t). Cohen (1960). */
export function cohenKappa(of: Sums): Figure {
  const both = products(of, of.predicted, of.actual);
  return ratio(difference(both.correctTimesSamples, both.sum), difference(both.samplesSquared, both.sum));
}

/** Mean over all classes of the matrix; undefined values count as 0, as with scikit-learn's `zero_division=0`. */
export function macro(figures: readonly Figure[]): Figure {
  return ratio(total(figures.map((figure) => figure ?? 0)), figures.length);
}

/** Mean weighted by support; undefined values count as 0. */
export function weighted(figures: readonly Figure[], of: Sums): Figure {
  return ratio(total(figures.map((figure, index) => (figure ?? 0) * (of.actual[index] ?? 0))), of.samples);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** An integer that may need more than 53 bits. */
type Whole = number | bigint;

function difference(left: Whole, right: Whole): number {
  return typeof left === "bigint" || typeof right === "bigint" ? Number(BigInt(left) - BigInt(right)) : left - right;
}

function products(
  of: Sums,
  left: readonly number[],
  right: readonly number[],
): { sum: Whole; samplesSquared: Whole; correctTimesSamples: Whole } {
  // Below this, all products and their sums are integers under 2^53, which doubles hold exactly.
  if (of.samples < 2 ** 26) {
    const sum = total(left.map((value, index) => value * (right[index] ?? 0)));
    return { sum, samplesSquared: of.samples ** 2, correctTimesSamples: of.correct * of.samples };
  }
  const sum = left.reduce((all, value, index) => all + BigInt(value) * BigInt(right[index] ?? 0), 0n);
  const samples = BigInt(of.samples);
  return { sum, samplesSquared: samples * samples, correctTimesSamples: BigInt(of.correct) * samples };
}
