import type { AverageQuality, ClassQuality, Quality } from "./quality.ts";
import type { Figure } from "./formulas.ts";

/** A quality gauge: its name on /metrics, what it means, and where its figure stands. */
export type QualityMetric = { readonly name: string; readonly help: string } & (
  | { readonly scope: "window"; readonly figure: (quality: Quality) => Figure }
  | { readonly scope: "average"; readonly figure: (average: AverageQuality) => Figure }
  | { readonly scope: "class"; readonly figure: (one: ClassQuality) => Figure }
  | { readonly scope: "cell" }
);

/** The labels that a metric has beside those of the tag and `window`. */
export const scopeLabels = {
  window: [],
  average: ["average"],
  class: ["class"],
  cell: ["actual", "predicted"],
} as const satisfies Record<QualityMetric["scope"], readonly string[]>;

/** Every quality gauge, in the order of the page. The page, its documentation and its tests read this table. */
export const qualityMetrics: readonly QualityMetric[] = [
  {
    name: "model_quality_samples",
    help: "Outcomes (predictions whose label is known) in the window; 0 when there are none, so that no data can be alerted on.",
    scope: "window",
    figure: (quality) => quality.samples,
  },
  {
    name: "model_quality_overflow_samples",
    help: "Outcomes in the window of classes past limits.maxClasses. While there are any, macro and weighted averages, balanced accuracy, kappa and Matthews correlation are absent; all other figures stay exact.",
    scope: "window",
    figure: (quality) => quality.overflow,
  },
  {
    name: "model_quality_accuracy_ratio",
    help: "Correct outcomes / all outcomes in the window.",
    scope: "window",
    figure: (quality) => quality.accuracy,
  },
  {
    name: "model_quality_balanced_accuracy_ratio",
    help: "Mean recall over the classes that are actual in the window; unlike macro recall, classes that are only predicted do not enter.",
    scope: "window",
    figure: (quality) => quality.balancedAccuracy,
  },
  {
    name: "model_quality_matthews_correlation",
    help: "Matthews correlation coefficient in its multi-class form, from -1 to 1; absent when all outcomes are of one actual or one predicted class.",
    scope: "window",
    figure: (quality) => quality.matthewsCorrelation,
  },
  {
    name: "model_quality_cohen_kappa",
    help: "Cohen's kappa: agreement beyond chance, up to 1; absent when chance alone would always agree.",
    scope: "window",
    figure: (quality) => quality.cohenKappa,
  },
  {
    name: "model_quality_precision_average_ratio",
    help: "Precision averaged over the window's classes; an undefined precision counts as 0.",
    scope: "average",
    figure: (average) => average.precision,
  },
  {
    name: "model_quality_recall_average_ratio",
    help: "Recall averaged over the window's classes; an undefined recall counts as 0.",
    scope: "average",
    figure: (average) => average.recall,
  },
  {
    name: "model_quality_f1_average_ratio",
    help: "F1 averaged over the window's classes.",
    scope: "average",
    figure: (average) => average.f1,
  },
  {
    name: "model_quality_precision_ratio",
    help: "TP / (TP + FP) of the class in the window; absent when the class was never predicted.",
    scope: "class",
    figure: (one) => one.precision,
  },
  {
    name: "model_quality_recall_ratio",
    help: "TP / (TP + FN) of the class in the window; absent when the class was never actual.",
    scope: "class",
    figure: (one) => one.recall,
  },
  {
    name: "model_quality_f1_ratio",
    help: "2 TP / (2 TP + FP + FN) of the class in the window.",
    scope: "class",
    figure: (one) => one.f1,
  },
  {
    name: "model_quality_specificity_ratio",
    help: "TN / (TN + FP) of the class in the window; absent when every outcome is of the class.",
    scope: "class",
    figure: (one) => one.specificity,
  },
  {
    name: "model_quality_true_positive_samples",
    help: "Outcomes in the window that are of the class and were predicted as it. Add these over replicas, then divide.",
    scope: "class",
    figure: (one) => one.truePositives,
  },
  {
    name: "model_quality_predicted_samples",
    help: "Outcomes in the window that were predicted as the class (TP + FP).",
    scope: "class",
    figure: (one) => one.predicted,
  },
  {
    name: "model_quality_actual_samples",
    help: "Outcomes in the window that are of the class (TP + FN): its support.",
    scope: "class",
    figure: (one) => one.actual,
  },
  {
    name: "model_quality_confusion_samples",
    help: "Outcomes in the window by actual and predicted class: the confusion matrix.",
    scope: "cell",
  },
];

/** The counter of outcomes, with the tag's labels alone. */
export const outcomesMetric = {
  name: "model_quality_outcomes_total",
  help: "Outcomes counted since the tag was first seen; grows whatever the windows hold.",
} as const;
