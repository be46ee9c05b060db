import { actual, correct, involved, negative, predicted, samples, trueNegative, truePositive } from "./counts.ts";
import { meanOverClasses, minus, plus, ratio, root, sumOverClasses, times, type Formula } from "./formula.ts";

/** Kinds of averages over classes. */
export const averages = ["micro", "macro", "weighted"] as const;

/** One of `averages`. */
export type Average = (typeof averages)[number];

/** Proportion for testing whether a metric exceeds a threshold significantly. */
export interface Proportion extends Scale {
  readonly successes: Formula;
  readonly trials: Formula;
}

/** Conversion between a metric and a proportion that increases with it. */
export interface Scale {
  /** Converts a threshold on the metric into one on the proportion. */
  readonly target: (threshold: number) => number;
  /** Converts the proportion back into the metric. */
  readonly value: (proportion: number) => number;
}

interface Metric<Word extends string> {
  /** Spelling in the config and in `replay --json`. */
  readonly word: Word;
  /** Display name. */
  readonly title: string;
  /** Name on `/metrics`, from which names of recorded series are derived. */
  readonly name: string;
  readonly help: string;
  readonly range: readonly [least: number, most: number];
  readonly formula: Formula;
  /** Undefined where the metric has no closed-form test. */
  readonly proportion: Proportion | undefined;
  /** Meaning of an alert on the metric. */
  readonly alert: string;
}

/** Metric of a whole window. */
export interface WindowMetric<Word extends string = string> extends Metric<Word> {
  readonly scope: "window";
  /** Column header in the table of `replay`. */
  readonly column: string;
  /** True when it is undefined while classes are folded. */
  readonly needsEveryClass: boolean;
}

/** Metric of one class. */
export interface ClassMetric<Word extends string = string> extends Metric<Word> {
  readonly scope: "class";
  /** Display on dashboards and in the table of `replay`, with the letter of its average; undefined to hide it there. */
  readonly shown: { readonly letter: string; readonly description: string } | undefined;
  /** Name and help of its averages on `/metrics`; undefined where there are none. */
  readonly average: AverageNames | undefined;
}

/** Averages of a metric on `/metrics`. */
interface AverageNames {
  readonly name: string;
  readonly help: string;
  /** From the micro average to the accuracy. */
  readonly scale: Scale;
}

const itself: Scale = { target: (threshold) => threshold, value: (proportion) => proportion };
// J = TP/(TP+FP+FN) is a proportion, and F1 = 2J/(1+J) increases with it.
const jaccardOfF1 = (threshold: number): number => threshold / (2 - threshold);
const f1OfJaccard = (proportion: number): number => (2 * proportion) / (1 + proportion);

const squaredSamples = times(samples, samples);
const byChance = sumOverClasses(times(predicted, actual));
const beyondChance = minus(times(correct, samples), byChance);
/** Two roots, since the product of the factors can exceed 2^53. */
const spread = (of: Formula): Formula => root(minus(squaredSamples, sumOverClasses(times(of, of))));

/** Correct / all, in 0..1. */
export const accuracy = {
  word: "accuracy",
  title: "accuracy",
  column: "accuracy",
  name: "model_quality_accuracy_ratio",
  help: "Correct outcomes / all outcomes in the window.",
  scope: "window",
  range: [0, 1],
  formula: ratio(correct, samples),
  needsEveryClass: false,
  proportion: { successes: correct, trials: samples, ...itself },
  alert: "The share of outcomes whose predicted class is the true one is not what the model owes.",
} as const satisfies WindowMetric;

/** TP / (TP + FP), in 0..1. */
const precision = {
  word: "precision",
  title: "precision",
  name: "model_quality_precision_ratio",
  help: "TP / (TP + FP) of the class in the window; absent when the class was never predicted.",
  scope: "class",
  range: [0, 1],
  formula: ratio(truePositive, predicted),
  proportion: { successes: truePositive, trials: predicted, ...itself },
  average: {
    name: "model_quality_precision_average_ratio",
    help: "Precision averaged over classes in the window; undefined precision counts as 0.",
    scale: itself,
  },
  shown: { letter: "P", description: "Of the outcomes predicted as a class, how many are of it." },
  alert: "Of what the model calls a class, the share that is that class is not what it owes: false alarms.",
} as const satisfies ClassMetric;

/** TP / (TP + FN), in 0..1. */
const recall = {
  word: "recall",
  title: "recall",
  name: "model_quality_recall_ratio",
  help: "TP / (TP + FN) of the class in the window; absent when the class was never actual.",
  scope: "class",
  range: [0, 1],
  formula: ratio(truePositive, actual),
  proportion: { successes: truePositive, trials: actual, ...itself },
  average: {
    name: "model_quality_recall_average_ratio",
    help: "Recall averaged over classes in the window; undefined recall counts as 0.",
    scale: itself,
  },
  shown: { letter: "R", description: "Of the outcomes of a class, how many were predicted as it." },
  alert: "Of what is truly of a class, the share that the model finds is not what it owes: misses.",
} as const satisfies ClassMetric;

/** 2 TP / (2 TP + FP + FN), in 0..1: 0 where precision or recall is undefined but there are errors. */
export const f1 = {
  word: "f1",
  title: "F1",
  name: "model_quality_f1_ratio",
  help: "2 TP / (2 TP + FP + FN) of the class in the window.",
  scope: "class",
  range: [0, 1],
  formula: ratio(times(2, truePositive), plus(predicted, actual)),
  proportion: { successes: truePositive, trials: involved, target: jaccardOfF1, value: f1OfJaccard },
  average: { name: "model_quality_f1_average_ratio", help: "F1 averaged over classes in the window.", scale: itself },
  shown: { letter: "F1", description: "The harmonic mean of precision and recall." },
  alert: "The balance of precision and recall is not what the model owes: misses, false alarms, or both.",
} as const satisfies ClassMetric;

/** TN / (TN + FP), in 0..1. */
const specificity = {
  word: "specificity",
  title: "specificity",
  name: "model_quality_specificity_ratio",
  help: "TN / (TN + FP) of the class in the window; absent when the class is the only actual one.",
  scope: "class",
  range: [0, 1],
  formula: ratio(trueNegative, negative),
  proportion: { successes: trueNegative, trials: negative, ...itself },
  average: undefined,
  shown: undefined,
  alert: "Of what is not of a class, the share that the model leaves alone is not what it owes: false alarms.",
} as const satisfies ClassMetric;

/** TP / (TP + FP + FN), in 0..1: the Jaccard index of the outcomes that are of the class and those predicted as it. */
const jaccard = {
  word: "jaccard",
  title: "Jaccard index",
  name: "model_quality_jaccard_ratio",
  help: "TP / (TP + FP + FN) of the class in the window.",
  scope: "class",
  range: [0, 1],
  formula: ratio(truePositive, involved),
  proportion: { successes: truePositive, trials: involved, ...itself },
  average: {
    name: "model_quality_jaccard_average_ratio",
    help: "Jaccard index averaged over classes in the window.",
    // Pooled it is c / (2 s - c): to c / s as J is to F1.
    scale: { target: f1OfJaccard, value: jaccardOfF1 },
  },
  shown: undefined,
  alert:
    "Of what is of a class or called it, the share that is both is not what the model owes: misses, false alarms, or both.",
} as const satisfies ClassMetric;

/** Mean recall of the classes that are actual, in 0..1: unlike macro recall, a class without support does not enter. */
export const balancedAccuracy = {
  word: "balancedAccuracy",
  title: "balanced accuracy",
  column: "balanced",
  name: "model_quality_balanced_accuracy_ratio",
  help: "Mean recall over the actual classes in the window; unlike macro recall, it excludes classes that are only predicted.",
  scope: "window",
  range: [0, 1],
  formula: meanOverClasses(recall.formula),
  needsEveryClass: true,
  proportion: undefined,
  alert: "The mean recall over the true classes is not what the model owes: some class is found less often.",
} as const satisfies WindowMetric;

/**
 * Matthews correlation in its multi-class form, in -1..1: (c s - sum p t) / sqrt((s^2 - sum p^2)(s^2 - sum t^2)).
 * Gorodkin (2004), "Comparing two K-category assignments by a K-category correlation coefficient".
 */
export const matthewsCorrelation = {
  word: "matthewsCorrelation",
  title: "Matthews correlation",
  column: "Matthews",
  name: "model_quality_matthews_correlation",
  help: "Multi-class Matthews correlation coefficient, from -1 to 1; absent when all outcomes have the same actual or the same predicted class.",
  scope: "window",
  range: [-1, 1],
  formula: ratio(beyondChance, times(spread(predicted), spread(actual))),
  needsEveryClass: true,
  proportion: undefined,
  alert: "The correlation between predicted and true classes is not what the model owes.",
} as const satisfies WindowMetric;

/** Cohen's kappa, up to 1: (po - pe) / (1 - pe), as (c s - sum p t) / (s^2 - sum p t). Cohen (1960). */
const cohenKappa = {
  word: "cohenKappa",
  title: "Cohen's kappa",
  column: "kappa",
  name: "model_quality_cohen_kappa",
  help: "Cohen's kappa: agreement beyond chance, up to 1; absent when the agreement expected by chance is 1.",
  scope: "window",
  range: [-1, 1],
  formula: ratio(beyondChance, minus(squaredSamples, byChance)),
  needsEveryClass: true,
  proportion: undefined,
  alert: "The agreement of predicted and true classes beyond chance is not what the model owes.",
} as const satisfies WindowMetric;

/** Metrics of a whole window, in the order of the page. */
export const windowMetrics = [accuracy, balancedAccuracy, matthewsCorrelation, cohenKappa] as const;

/** Metrics of one class, in the order of the page. */
export const classMetrics = [precision, recall, f1, specificity, jaccard] as const;

type OneClassMetric = (typeof classMetrics)[number];
type OneAveragedMetric = Extract<OneClassMetric, { readonly average: AverageNames }>;

/** Metric of one class that is averaged over classes besides. */
export type AveragedMetric<Word extends string = string> = ClassMetric<Word> & { readonly average: AverageNames };

/** Metrics that are averaged over classes, in the order of the page. */
export const averagedMetrics = classMetrics.filter(
  (metric): metric is OneAveragedMetric => metric.average !== undefined,
);

/** Every metric that an objective can bound. */
export const metrics = [...windowMetrics, ...classMetrics] as const;

/** Finds a metric by its word. */
export function metricOf(word: WindowWord | ClassWord): WindowMetric | ClassMetric {
  const found = metrics.find((metric) => metric.word === word);
  if (found === undefined) throw new Error(`no metric ${word}`);
  return found;
}

/** Words of the metrics of a whole window. */
export type WindowWord = (typeof windowMetrics)[number]["word"];
/** Words of the metrics of one class. */
export type ClassWord = OneClassMetric["word"];
/** Words of the metrics that are averaged over classes. */
export type AveragedWord = OneAveragedMetric["word"];
