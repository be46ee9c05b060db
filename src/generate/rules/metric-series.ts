import type { Average, Objective, ObjectiveMetric } from "../../config/config.ts";
import { recorded } from "../promql/metric-names.ts";

/** Successes among trials: what a score test can judge. */
export interface Proportion {
  readonly successes: string;
  readonly trials: string;
  /** The proportion that stands for a bound on the figure; grows with it. */
  readonly target: (bound: number) => number;
}

/** How an objective's figure is read from the recorded series. */
export interface Figure {
  /** The recorded series of the figure itself. */
  readonly ratio: string;
  /** The recorded count that `minSamples` guards. */
  readonly samples: string;
  /** Undefined where no closed form exists: then the count of samples is the only guard. */
  readonly proportion: Proportion | undefined;
  /** The figure for people, `recall`, and as a part of an alert's name, `Recall`. */
  readonly words: string;
  readonly name: string;
  /** The least that the figure can be; the most is 1 for all. */
  readonly least: -1 | 0;
}

const same = (bound: number): number => bound;

const correct: Proportion = { successes: recorded.correct, trials: recorded.samples, target: same };

function perClass(ratio: string, successes: string, trials: string, words: string, name: string): Figure {
  return { ratio, samples: trials, proportion: { successes, trials, target: same }, words, name, least: 0 };
}

function whole(ratio: string, words: string, name: string, least: -1 | 0, proportion?: Proportion): Figure {
  return { ratio, samples: recorded.samples, proportion, words, name, least };
}

const figures: Readonly<Record<ObjectiveMetric, Figure>> = {
  accuracy: whole(recorded.accuracy, "accuracy", "Accuracy", 0, correct),
  balancedAccuracy: whole(recorded.balancedAccuracy, "balanced accuracy", "BalancedAccuracy", 0),
  matthewsCorrelation: whole(recorded.matthewsCorrelation, "Matthews correlation", "MatthewsCorrelation", -1),
  cohenKappa: whole(recorded.cohenKappa, "Cohen's kappa", "CohenKappa", -1),
  precision: perClass(recorded.precision, recorded.truePositive, recorded.predicted, "precision", "Precision"),
  recall: perClass(recorded.recall, recorded.truePositive, recorded.actual, "recall", "Recall"),
  f1: {
    ...perClass(recorded.f1, recorded.truePositive, recorded.involved, "F1", "F1"),
    // F1 is no proportion, but J = TP/(TP+FP+FN) is, and F1 = 2J/(1+J) rises with it.
    proportion: {
      successes: recorded.truePositive,
      trials: recorded.involved,
      target: (bound) => bound / (2 - bound),
    },
  },
  specificity: perClass(recorded.specificity, recorded.trueNegative, recorded.negative, "specificity", "Specificity"),
};

const averages: Readonly<Partial<Record<ObjectiveMetric, string>>> = {
  precision: recorded.precisionAverage,
  recall: recorded.recallAverage,
  f1: recorded.f1Average,
};

/** The figure that an objective bounds. */
export function metricSeries(objective: Pick<Objective, "metric" | "average">): Figure {
  const figure = figures[objective.metric];
  if (objective.average === undefined) return figure;
  const ratio = averages[objective.metric];
  if (ratio === undefined) throw new Error(`${objective.metric} has no average`);
  // Averaged over classes, micro figures and the weighted recall are the accuracy.
  const proportion =
    objective.average === "micro" || (objective.average === "weighted" && objective.metric === "recall")
      ? correct
      : undefined;
  return whole(ratio, `${averageWords[objective.average]} ${figure.words}`, figure.name, 0, proportion);
}

const averageWords: Readonly<Record<Average, string>> = {
  micro: "micro-averaged",
  macro: "macro-averaged",
  weighted: "weighted",
};
