import type { Average, Objective, ObjectiveMetric } from "../../config/config.ts";
import { recorded } from "../promql/metric-names.ts";

/** Recorded counts of a metric that is a proportion, for the score test. */
export interface Proportion {
  readonly successes: string;
  readonly trials: string;
  /** Converts a threshold on the metric into one on the proportion; increasing. */
  readonly target: (threshold: number) => number;
}

/** Recorded series that an objective on a metric reads, and the metric's words. */
export interface MetricSeries {
  /** Recorded series of the metric itself. */
  readonly ratio: string;
  /** Recorded count that `minSamples` applies to. */
  readonly samples: string;
  /** Undefined where the metric has no closed-form test: then `minSamples` is the only guard. */
  readonly proportion: Proportion | undefined;
  /** Metric as people call it: `recall`. */
  readonly words: string;
  /** Metric as a part of an alert's name: `Recall`. */
  readonly name: string;
}

const same = (threshold: number): number => threshold;

const correct: Proportion = { successes: recorded.correct, trials: recorded.samples, target: same };

function ofClass(ratio: string, successes: string, trials: string, words: string, name: string): MetricSeries {
  return { ratio, samples: trials, proportion: { successes, trials, target: same }, words, name };
}

function ofModel(ratio: string, words: string, name: string, proportion?: Proportion): MetricSeries {
  return { ratio, samples: recorded.samples, proportion, words, name };
}

const metrics: Readonly<Record<ObjectiveMetric, MetricSeries>> = {
  accuracy: ofModel(recorded.accuracy, "accuracy", "Accuracy", correct),
  balancedAccuracy: ofModel(recorded.balancedAccuracy, "balanced accuracy", "BalancedAccuracy"),
  matthewsCorrelation: ofModel(recorded.matthewsCorrelation, "Matthews correlation", "MatthewsCorrelation"),
  cohenKappa: ofModel(recorded.cohenKappa, "Cohen's kappa", "CohenKappa"),
  precision: ofClass(recorded.precision, recorded.truePositive, recorded.predicted, "precision", "Precision"),
  recall: ofClass(recorded.recall, recorded.truePositive, recorded.actual, "recall", "Recall"),
  f1: {
    ...ofClass(recorded.f1, recorded.truePositive, recorded.involved, "F1", "F1"),
    // F1 is no proportion, but J = TP/(TP+FP+FN) is, and F1 = 2J/(1+J) increases with it.
    proportion: {
      successes: recorded.truePositive,
      trials: recorded.involved,
      target: (threshold) => threshold / (2 - threshold),
    },
  },
  specificity: ofClass(recorded.specificity, recorded.trueNegative, recorded.negative, "specificity", "Specificity"),
};

const averages: Readonly<Partial<Record<ObjectiveMetric, string>>> = {
  precision: recorded.precisionAverage,
  recall: recorded.recallAverage,
  f1: recorded.f1Average,
};

/** Finds the series of an objective's metric. Throws for an average of a metric that has none. */
export function metricSeries({ metric, average }: Pick<Objective, "metric" | "average">): MetricSeries {
  const series = metrics[metric];
  if (average === undefined) return series;
  const ratio = averages[metric];
  if (ratio === undefined) throw new Error(`${metric} has no average`);
  // Micro averages and the weighted recall equal the accuracy.
  const isAccuracy = average === "micro" || (average === "weighted" && metric === "recall");
  return ofModel(ratio, `${averageWords[average]} ${series.words}`, series.name, isAccuracy ? correct : undefined);
}

const averageWords: Readonly<Record<Average, string>> = {
  micro: "micro-averaged",
  macro: "macro-averaged",
  weighted: "weighted",
};
