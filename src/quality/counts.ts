import type { ConfusionMatrix } from "../window/confusion-matrix.ts";
import { count, minus, plus, sumOverClasses, type Count, type Formula } from "./formula.ts";

/**
 * Counts of one class of a window; or of all classes together, as the micro average takes them: each outcome is predicted
 * as one class and is of one class. Whole numbers.
 */
export interface Counts extends Readonly<Record<Count, number>> {
  /** Classes summed over by formulas of the whole window; empty for a single class. */
  readonly classes: readonly Counts[];
}

const none: readonly Counts[] = [];

/** Sums the rows and columns of a matrix, in the order of its classes. */
export function countsOf({ classes, counts, folded }: ConfusionMatrix): Counts {
  const size = classes.length;
  // Of short typed arrays the allocation is most of the cost.
  const actual = new Array<number>(size).fill(0);
  const predicted = new Array<number>(size).fill(0);
  let samples = 0;
  let hits = 0;
  let overflow = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const cell = counts[row * size + column] ?? 0;
      if (cell === 0) continue;
      actual[row] = (actual[row] ?? 0) + cell;
      predicted[column] = (predicted[column] ?? 0) + cell;
      samples += cell;
      if (row === column) hits += cell;
      if (folded.length > 0 && (folded.includes(row) || folded.includes(column))) overflow += cell;
    }
  }
  const perClass = classes.map((_name, index) => ({
    samples,
    overflow,
    truePositive: counts[index * size + index] ?? 0,
    predicted: predicted[index] ?? 0,
    actual: actual[index] ?? 0,
    classes: none,
  }));
  return { samples, overflow, truePositive: hits, predicted: samples, actual: samples, classes: perClass };
}

/** Outcomes in the window. */
export const samples = count("samples");
/** Correctly predicted outcomes of the class: TP. */
export const truePositive = count("truePositive");
/** Outcomes predicted as the class: TP + FP. */
export const predicted = count("predicted");
/** Outcomes of the class: TP + FN. */
export const actual = count("actual");
/** Outcomes whose predicted class is the actual class. */
export const correct = sumOverClasses(truePositive);
/** Outcomes in which the class is actual or predicted: TP + FP + FN. */
export const involved = minus(plus(predicted, actual), truePositive);
/** Outcomes whose actual class is another one: TN + FP. */
export const negative = minus(samples, actual);
/** Outcomes in which the class is neither actual nor predicted: TN. */
export const trueNegative = plus(minus(negative, predicted), truePositive);

/** Count of outcomes; only counts can be summed over replicas. */
export interface CountMetric {
  readonly name: string;
  readonly help: string;
  readonly scope: "window" | "class";
  readonly formula: Formula;
}

/** Counts on the page, in its order. */
export const countMetrics = {
  samples: {
    name: "model_quality_samples",
    help: "Outcomes (predictions with a label) in the window; 0 when there are none, so that alerts can detect missing data.",
    scope: "window",
    formula: samples,
  },
  overflow: {
    name: "model_quality_overflow_samples",
    help: "Outcomes of classes past limits.maxClasses in the window. While there are any, macro and weighted averages, balanced accuracy, kappa and Matthews correlation are absent; other metrics stay exact.",
    scope: "window",
    formula: count("overflow"),
  },
  truePositive: {
    name: "model_quality_true_positive_samples",
    help: "Correctly predicted outcomes of the class in the window (TP). To aggregate replicas, sum counts first, then divide.",
    scope: "class",
    formula: truePositive,
  },
  predicted: {
    name: "model_quality_predicted_samples",
    help: "Outcomes predicted as the class in the window (TP + FP).",
    scope: "class",
    formula: predicted,
  },
  actual: {
    name: "model_quality_actual_samples",
    help: "Outcomes of the class in the window (TP + FN), its support.",
    scope: "class",
    formula: actual,
  },
} as const satisfies Record<string, CountMetric>;

/** Counts that fleet rules derive from those of the page and from earlier ones here. */
export const derivedCounts = {
  correct: {
    name: "model_quality_correct_samples",
    help: "Outcomes whose predicted class is the actual class.",
    scope: "window",
    formula: correct,
  },
  involved: {
    name: "model_quality_involved_samples",
    help: "Outcomes in which the class is actual or predicted (TP + FP + FN).",
    scope: "class",
    formula: involved,
  },
  negative: {
    name: "model_quality_negative_samples",
    help: "Outcomes whose actual class is another one (TN + FP).",
    scope: "class",
    formula: negative,
  },
  trueNegative: {
    name: "model_quality_true_negative_samples",
    help: "Outcomes in which the class is neither actual nor predicted (TN).",
    scope: "class",
    formula: trueNegative,
  },
} as const satisfies Record<string, CountMetric>;

/** Gauges of a join: how much of the traffic is labelled, by the time of the prediction. All but the share can be summed. */
export const trafficMetrics = {
  traffic: {
    name: "model_quality_traffic_samples",
    help: "Predictions of the class in the time window, by their own time, labelled or not. Of configs with a `join` only, as those below.",
    labels: ["window", "class"],
  },
  due: {
    name: "model_quality_due_samples",
    help: "Predictions of the class in the time window that are as old as `join.maturity`, to a pane. Absent where no maturity is given, or the window is no longer.",
    labels: ["window", "class"],
  },
  labelled: {
    name: "model_quality_due_labelled_samples",
    help: "Due predictions of the class in the time window that have their label. To aggregate replicas, sum both, then divide.",
    labels: ["window", "class"],
  },
  share: {
    name: "model_quality_labelled_ratio",
    help: "Labelled share of the due predictions in the time window, of this replica; absent where nothing is due.",
    labels: ["window"],
  },
  age: {
    name: "model_quality_age_samples",
    help: "Predictions of up to this age (`1m`, `10m`, `1h`, `6h`, `1d`, `7d`, `30d`) and more than the one before, in the longest time window, to a pane of it.",
    labels: ["age"],
  },
  ageLabelled: {
    name: "model_quality_age_labelled_samples",
    help: "Those of them that have their label.",
    labels: ["age"],
  },
} as const;

/** Count of fleet rules only: outcomes of classes that some replica may have folded. */
export const partialMetric = { name: "model_quality_partial_samples", scope: "class" } as const;

/** Confusion matrix of a window, with one sample per cell. */
export const confusionMetric = {
  name: "model_quality_confusion_samples",
  help: "Confusion matrix: outcomes in the window by actual and predicted class.",
} as const;

/** Counter of outcomes, with only the tag's labels. */
export const outcomesMetric = {
  name: "model_quality_outcomes_total",
  help: "Outcomes counted since the tag was first seen, independent of windows.",
} as const;

/** Gauge with only the tag's labels, of a join: how old the tag's traffic is, labelled or not. */
export const lastPredictionMetric = {
  name: "model_quality_last_prediction_timestamp_seconds",
  help: "Unix time of the latest prediction of the tag, labelled or not, by the time in its event, never later than now. Of configs with a `join` only.",
} as const;

/** Gauge with only the tag's labels: how old the news of a tag are. */
export const lastOutcomeMetric = {
  name: "model_quality_last_outcome_timestamp_seconds",
  help: "Unix time of the latest outcome of the tag by the time in its event, never later than now. Kept for models of the config whose tags were removed; absent before a first outcome.",
} as const;
