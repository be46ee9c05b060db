import type { Objective } from "../config/config.ts";
import { actual, correct, samples, type Counts } from "../quality/counts.ts";
import type { Formula } from "../quality/formula.ts";
import { metricOf, type Average, type AveragedMetric, type Proportion } from "../quality/metrics.ts";
import { averageFigure, figure, windowFigure, type Quality } from "../quality/quality.ts";

/** What of an objective says which figure it bounds. */
export type Measured = Pick<Objective, "metric" | "average">;

/** Finds the proportion that an objective's metric is tested by; undefined where there is none. */
export function proportionOf({ metric, average }: Measured): Proportion | undefined {
  const row = metricOf(metric);
  return average === undefined ? row.proportion : averageProportion(averagedMetric(metric), average);
}

/** Formula of the count that `minSamples` applies to. */
export function trialsOf(measured: Measured): Formula {
  return proportionOf(measured)?.trials ?? samples;
}

/** Counts of the class where an objective is about one, else those of the window. */
export function countsOf({ class: className }: Pick<Objective, "class">, { confusion, counts }: Quality): Counts {
  if (className === undefined) return counts;
  const { samples: all, overflow } = counts;
  const none = { samples: all, overflow, truePositive: 0, predicted: 0, actual: 0, classes: [] };
  return counts.classes[confusion.classes.indexOf(className)] ?? none;
}

/** Computes the metric that an objective bounds, as the page does; undefined where the page has none. */
export function valueOf(objective: Measured & Pick<Objective, "class">, quality: Quality): number | undefined {
  const { metric, average } = objective;
  const row = metricOf(metric);
  if (row.scope === "window") return windowFigure(row, quality) ?? undefined;
  if (average !== undefined) return averageFigure(averagedMetric(metric), average, quality) ?? undefined;
  return figure(row, countsOf(objective, quality)) ?? undefined;
}

/** Finds a metric that is averaged over classes. Throws for one that is not. */
export function averagedMetric(metric: Measured["metric"]): AveragedMetric {
  const row = metricOf(metric);
  if (row.scope === "window" || row.average === undefined) throw new Error(`${metric} has no average`);
  return { ...row, average: row.average };
}

/** The micro average increases with the accuracy; the weighted mean of successes by trials of each class is it. */
function averageProportion({ proportion, average: { scale } }: AveragedMetric, kind: Average): Proportion | undefined {
  if (kind === "micro") return { successes: correct, trials: samples, ...scale };
  return kind === "weighted" && proportion?.trials === actual
    ? { ...proportion, successes: correct, trials: samples }
    : undefined;
}
