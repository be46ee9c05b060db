import type { ConfusionMatrix } from "../window/confusion-matrix.ts";
import { countsOf, type CountMetric, type Counts } from "./counts.ts";
import { computation, type Figure, type Formula } from "./formula.ts";
import type { Average, AveragedMetric, ClassMetric, WindowMetric } from "./metrics.ts";

/** Counts from which metrics are computed. */
export interface Sums {
  /** Classes of the matrix that was summed. */
  readonly confusion: Pick<ConfusionMatrix, "classes" | "folded">;
  /** Counts of the window, and of each class in the order of the matrix. */
  readonly counts: Counts;
}

/** Confusion matrix with the counts from which metrics are computed. */
export interface Quality extends Sums {
  readonly confusion: ConfusionMatrix;
}

/** Sums a matrix; an empty one gives 0 samples, no classes and undefined metrics. */
export function qualityOf(confusion: ConfusionMatrix): Quality {
  return { confusion, counts: countsOf(confusion) };
}

const computations = new WeakMap<Formula, (counts: Counts) => Figure>();

/** Computes a formula on counts; compiles it on first use. */
export function compute(formula: Formula, counts: Counts): Figure {
  let computed = computations.get(formula);
  if (computed === undefined) computations.set(formula, (computed = computation(formula)));
  return computed(counts);
}

/** Computes a metric on counts. */
export function figure({ formula, range: [least, most] }: WindowMetric | ClassMetric, counts: Counts): Figure {
  const value = compute(formula, counts);
  // Rounding can exceed the range.
  return value === null ? null : Math.max(least, Math.min(most, value));
}

/** Counts outcomes: of the window, or of the class at `index`. */
export function countFigure({ formula }: CountMetric, { counts }: Sums, index?: number): number {
  const of = index === undefined ? counts : counts.classes[index];
  return of === undefined ? 0 : (compute(formula, of) ?? 0);
}

/**
 * Computes a metric of the window. While classes are folded, those that need every class are undefined; the others stay
 * exact.
 */
export function windowFigure(metric: WindowMetric, { counts }: Sums): Figure {
  return metric.needsEveryClass && counts.overflow > 0 ? null : figure(metric, counts);
}

/** Computes a metric of the class at `index`; undefined for folded classes. */
export function classFigure(metric: ClassMetric, { confusion, counts }: Sums, index: number): Figure {
  const of = counts.classes[index];
  return of === undefined || confusion.folded.includes(index) ? null : figure(metric, of);
}

/**
 * Computes an average over the classes: of the pooled counts (micro), the mean (macro), or the mean weighted by support.
 * Undefined metrics of classes count as 0, as with scikit-learn's `zero_division=0`.
 */
export function averageFigure(metric: AveragedMetric, average: Average, { counts }: Sums): Figure {
  if (average === "micro") return figure(metric, counts);
  if (counts.overflow > 0) return null;
  let sum = 0;
  for (const one of counts.classes) {
    sum += (figure(metric, one) ?? 0) * (average === "macro" ? 1 : one.actual);
  }
  const weights = average === "macro" ? counts.classes.length : counts.samples;
  return weights === 0 ? null : sum / weights;
}

/** Makes an object that has a value for each word. */
export function byWord<Word extends string, Value>(
  words: readonly Word[],
  value: (word: Word) => Value,
): Readonly<Record<Word, Value>> {
  const values: Partial<Record<Word, Value>> = {};
  for (const word of words) values[word] = value(word);
  if (!isWhole(words, values)) throw new Error("a word is missing");
  return values;
}

/** Makes an object that has a figure for each metric, under its word. */
export function byMetric<Metric extends { readonly word: string }>(
  metrics: readonly Metric[],
  figureOf: (metric: Metric) => Figure,
): Readonly<Record<Metric["word"], Figure>> {
  const figures = new Map<Metric["word"], Figure>(metrics.map((metric) => [metric.word, figureOf(metric)]));
  return byWord([...figures.keys()], (word) => figures.get(word) ?? null);
}

function isWhole<Word extends string, Value>(
  words: readonly Word[],
  values: Partial<Record<Word, Value>>,
): values is Record<Word, Value> {
  return words.every((word) => word in values);
}
