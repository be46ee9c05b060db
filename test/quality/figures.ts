import { countMetrics } from "../../src/quality/counts.ts";
import type { Figure } from "../../src/quality/formula.ts";
import {
  averagedMetrics,
  averages,
  classMetrics,
  windowMetrics,
  type Average,
  type AveragedWord,
  type ClassWord,
  type WindowWord,
} from "../../src/quality/metrics.ts";
import {
  averageFigure,
  byMetric,
  byWord,
  classFigure,
  countFigure,
  qualityOf,
  windowFigure,
} from "../../src/quality/quality.ts";
import type { ConfusionMatrix } from "../../src/window/confusion-matrix.ts";

/** Every figure of a matrix, under the words of the table. */
export interface Figures extends Readonly<Record<WindowWord, Figure>> {
  readonly samples: number;
  readonly overflow: number;
  readonly averages: Readonly<Record<Average, Readonly<Record<AveragedWord, Figure>>>>;
  readonly perClass: readonly (Readonly<Record<ClassWord, Figure>> & {
    readonly class: string;
    readonly truePositive: number;
    readonly predicted: number;
    readonly actual: number;
  })[];
}

/** Computes every figure of a matrix. */
export function figuresOf(confusion: ConfusionMatrix): Figures {
  const quality = qualityOf(confusion);
  return {
    samples: countFigure(countMetrics.samples, quality),
    overflow: countFigure(countMetrics.overflow, quality),
    ...byMetric(windowMetrics, (metric) => windowFigure(metric, quality)),
    averages: byWord(averages, (average) =>
      byMetric(averagedMetrics, (metric) => averageFigure(metric, average, quality)),
    ),
    perClass: confusion.classes.map((name, index) => ({
      class: name,
      ...byMetric(classMetrics, (metric) => classFigure(metric, quality, index)),
      truePositive: countFigure(countMetrics.truePositive, quality, index),
      predicted: countFigure(countMetrics.predicted, quality, index),
      actual: countFigure(countMetrics.actual, quality, index),
    })),
  };
}
