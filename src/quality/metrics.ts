import type { AverageQuality, ClassQuality, Quality } from "./quality.ts";
import type { Figure } from "./formulas.ts";

/** A quality gauge: its name on /metrics, its help text, and its value by scope. */
export type QualityMetric = {
  readonly name: string;
  readonly help: string;
  /** True for a count of outcomes, which is 0 without outcomes; false for a metric that is then undefined. */
  readonly isCount: boolean;
} & (
  | { readonly scope: "window"; readonly figure: (quality: Quality) => Figure }
  | { readonly scope: "average"; readonly figure: (average: AverageQuality) => Figure }
  | { readonly scope: "class"; readonly figure: (one: ClassQuality) => Figure }
  | { readonly scope: "cell" }
);

/** Labels of a metric besides `window` and those of the tag. */
export const scopeLabels = {
  window: [],
  average: ["average"],
  class: ["class"],
  cell: ["actual", "predicted"],
} as const satisfies Record<QualityMetric["scope"], readonly string[]>;

/** All quality gauges in the order of the page: the source for the page, its documentation and its tests. */
export const qualityMetrics: readonly QualityMetric[] = [
  {
    name: "model_quality_samples",
    help: "Outcomes (predictions with a label) in the window; 0 when there are none, so that alerts can detect missing data.",
    isCount: true,
    scope: "window",
    figure: (quality) => quality.samples,
  },
  {
    name: "model_quality_overflow_samples",
    help: "Outcomes of classes past limits.maxClasses in the window. While there are any, macro and weighted averages, balanced accuracy, kappa and Matthews correlation are absent; other metrics stay exact.",
    isCount: true,
    scope: "window",
    figure: (quality) => quality.overflow,
  },
  {
    name: "model_quality_accuracy_ratio",
    help: "Correct outcomes / all outcomes in the window.",
    isCount: false,
    scope: "window",
    figure: (quality) => quality.accuracy,
  },
  {
    name: "model_quality_balanced_accuracy_ratio",
    help: "Mean recall over the actual classes in the window; unlike macro recall, it excludes classes that are only predicted.",
    isCount: false,
    scope: "window",
    figure: (quality) => quality.balancedAccuracy,
  },
  {
    name: "model_quality_matthews_correlation",
    help: "Multi-class Matthews correlation coefficient, from -1 to 1; absent when all outcomes have the same actual or the same predicted class.",
    isCount: false,
    scope: "window",
    figure: (quality) => quality.matthewsCorrelation,
  },
  {
    name: "model_quality_cohen_kappa",
    help: "Cohen's kappa: agreement beyond chance, up to 1; absent when the agreement expected by chance is 1.",
    isCount: false,
    scope: "window",
    figure: (quality) => quality.cohenKappa,
  },
  {
    name: "model_quality_precision_average_ratio",
    help: "Precision averaged over classes in the window; undefined precision counts as 0.",
    isCount: false,
    scope: "average",
    figure: (average) => average.precision,
  },
  {
    name: "model_quality_recall_average_ratio",
    help: "Recall averaged over classes in the window; undefined recall counts as 0.",
    isCount: false,
    scope: "average",
    figure: (average) => average.recall,
  },
  {
    name: "model_quality_f1_average_ratio",
    help: "F1 averaged over classes in the window.",
    isCount: false,
    scope: "average",
    figure: (average) => average.f1,
  },
  {
    name: "model_quality_precision_ratio",
    help: "TP / (TP + FP) of the class in the window; absent when the class was never predicted.",
    isCount: false,
    scope: "class",
    figure: (one) => one.precision,
  },
  {
    name: "model_quality_recall_ratio",
    help: "TP / (TP + FN) of the class in the window; absent when the class was never actual.",
    isCount: false,
    scope: "class",
    figure: (one) => one.recall,
  },
  {
    name: "model_quality_f1_ratio",
    help: "2 TP / (2 TP + FP + FN) of the class in the window.",
    isCount: false,
    scope: "class",
    figure: (one) => one.f1,
  },
  {
    name: "model_quality_specificity_ratio",
    help: "TN / (TN + FP) of the class in the window; absent when the class is the only actual one.",
    isCount: false,
    scope: "class",
    figure: (one) => one.specificity,
  },
  {
    name: "model_quality_true_positive_samples",
    help: "Correctly predicted outcomes of the class in the window (TP). To aggregate replicas, sum counts first, then divide.",
    isCount: true,
    scope: "class",
    figure: (one) => one.truePositives,
  },
  {
    name: "model_quality_predicted_samples",
    help: "Outcomes predicted as the class in the window (TP + FP).",
    isCount: true,
    scope: "class",
    figure: (one) => one.predicted,
  },
  {
    name: "model_quality_actual_samples",
    help: "Outcomes of the class in the window (TP + FN), its support.",
    isCount: true,
    scope: "class",
    figure: (one) => one.actual,
  },
  {
    name: "model_quality_confusion_samples",
    help: "Confusion matrix: outcomes in the window by actual and predicted class.",
    isCount: true,
    scope: "cell",
  },
];

/** Counter of outcomes, with only the tag's labels. */
export const outcomesMetric = {
  name: "model_quality_outcomes_total",
  help: "Outcomes counted since the tag was first seen, independent of windows.",
} as const;
