import { confusionMetric, countMetrics, trafficMetrics, type CountMetric } from "./counts.ts";
import type { Figure } from "./formula.ts";
import { averagedMetrics, classMetrics, windowMetrics, type Average } from "./metrics.ts";
import { averageFigure, classFigure, countFigure, windowFigure, type Sums } from "./quality.ts";

/** Gauge on `/metrics`: name, help text and values. */
export type PageMetric = { readonly name: string; readonly help: string } & (
  | { readonly scope: "window"; readonly figure: (sums: Sums) => Figure }
  | { readonly scope: "average"; readonly figure: (sums: Sums, average: Average) => Figure }
  | {
      readonly scope: "class";
      /** Value for a declared class without outcomes in the window. */
      readonly unseen: Figure;
      readonly figure: (sums: Sums, index: number) => Figure;
    }
  | { readonly scope: "cell" }
);

/** Labels of a metric besides `window` and those of the tag. */
export const scopeLabels = {
  window: [],
  average: ["average"],
  class: ["class"],
  cell: ["actual", "predicted"],
} as const satisfies Record<PageMetric["scope"], readonly string[]>;

/** Labels of the figures of a tag besides its own, which no label of a tag may be called. */
export const figureLabels: readonly string[] = [
  ...new Set([
    "window",
    ...[...Object.values(scopeLabels), ...Object.values(trafficMetrics).map((one) => one.labels)].flat(),
  ]),
];

/** Choices of the cells of a confusion matrix on the page: all, those above 0, or none. */
export const confusionCells = ["all", "nonzero", "none"] as const;

/** One of `confusionCells`. */
export type ConfusionCells = (typeof confusionCells)[number];

const counts: readonly CountMetric[] = Object.values(countMetrics);

/** All quality gauges in the order of the page. */
export const pageMetrics: readonly PageMetric[] = [
  ...counts
    .filter(({ scope }) => scope === "window")
    .map((metric): PageMetric => ({ ...metric, scope: "window", figure: (sums) => countFigure(metric, sums) })),
  ...windowMetrics.map((metric): PageMetric => ({
    ...metric,
    scope: "window",
    figure: (sums) => windowFigure(metric, sums),
  })),
  ...averagedMetrics.map((metric): PageMetric => ({
    ...metric.average,
    scope: "average",
    figure: (sums, average) => averageFigure(metric, average, sums),
  })),
  ...classMetrics.map((metric): PageMetric => ({
    ...metric,
    scope: "class",
    unseen: null,
    figure: (sums, index) => classFigure(metric, sums, index),
  })),
  ...counts
    .filter(({ scope }) => scope === "class")
    .map((metric): PageMetric => ({
      ...metric,
      scope: "class",
      unseen: 0,
      figure: (sums, index) => countFigure(metric, sums, index),
    })),
  { ...confusionMetric, scope: "cell" },
];
