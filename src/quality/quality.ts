import type { ConfusionMatrix } from "../window/confusion-matrix.ts";
import * as formulas from "./formulas.ts";
import type { Figure } from "./formulas.ts";

/** Metrics of one class. */
export interface ClassQuality {
  readonly class: string;
  readonly precision: Figure;
  readonly recall: Figure;
  readonly f1: Figure;
  readonly specificity: Figure;
  readonly truePositives: number;
  /** TP + FP. */
  readonly predicted: number;
  /** TP + FN (support). */
  readonly actual: number;
}

/** Precision, recall and F1 averaged over classes. */
export interface AverageQuality {
  readonly precision: Figure;
  readonly recall: Figure;
  readonly f1: Figure;
}

/** Kinds of averages over classes. */
export const averages = ["micro", "macro", "weighted"] as const;

/** All metrics of one confusion matrix. */
export interface Quality {
  readonly confusion: ConfusionMatrix;
  readonly samples: number;
  /**
   * Outcomes of classes past the limit. While there are any, metrics over all classes are undefined; accuracy, the micro
   * average and metrics of single classes stay exact.
   */
  readonly overflow: number;
  readonly accuracy: Figure;
  readonly balancedAccuracy: Figure;
  readonly matthewsCorrelation: Figure;
  readonly cohenKappa: Figure;
  readonly averages: Readonly<Record<(typeof averages)[number], AverageQuality>>;
  /** One entry per class of the matrix, in its order. */
  readonly perClass: readonly ClassQuality[];
}

/** Computes all metrics of a matrix; an empty one gives 0 samples, no classes and undefined metrics. */
export function qualityOf(confusion: ConfusionMatrix): Quality {
  const sums = formulas.sums(confusion);
  const perClass = confusion.classes.map((name, index): ClassQuality => {
    const counts = formulas.classCounts(sums, index);
    const ofOne = (figure: (of: formulas.ClassCounts) => Figure): Figure =>
      confusion.folded.includes(index) ? null : figure(counts);
    return {
      class: name,
      precision: ofOne(formulas.precision),
      recall: ofOne(formulas.recall),
      f1: ofOne(formulas.f1),
      specificity: ofOne(formulas.specificity),
      truePositives: counts.truePositives,
      predicted: sums.predicted[index] ?? 0,
      actual: sums.actual[index] ?? 0,
    };
  });
  const accuracy = formulas.accuracy(sums);
  const ofAll = (figure: (of: formulas.Sums) => Figure): Figure => (sums.folded > 0 ? null : figure(sums));
  const average = (mean: (figures: readonly Figure[]) => Figure): AverageQuality => ({
    precision: ofAll(() => mean(perClass.map((one) => one.precision))),
    recall: ofAll(() => mean(perClass.map((one) => one.recall))),
    f1: ofAll(() => mean(perClass.map((one) => one.f1))),
  });
  return {
    confusion,
    samples: sums.samples,
    overflow: sums.folded,
    accuracy,
    balancedAccuracy: ofAll(formulas.balancedAccuracy),
    matthewsCorrelation: ofAll(formulas.matthewsCorrelation),
    cohenKappa: ofAll(formulas.cohenKappa),
    averages: {
      // Each outcome has one predicted and one actual class, so total false positives equal total false negatives.
      micro: { precision: accuracy, recall: accuracy, f1: accuracy },
      macro: average(formulas.macro),
      weighted: average((figures) => formulas.weighted(figures, sums)),
    },
    perClass,
  };
}
