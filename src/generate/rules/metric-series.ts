import type { Objective } from "../../config/config.ts";
import { actual, correct, samples } from "../../quality/counts.ts";
import type { Formula } from "../../quality/formula.ts";
import { metricOf, type Average, type AveragedMetric, type Proportion } from "../../quality/metrics.ts";
import { recordedAverage, recordedName } from "../promql/metric-names.ts";
import { recordedFormula } from "./fleet-formula.ts";

/** Recorded series that an objective on a metric reads, and the metric's words. */
export interface MetricSeries {
  /** Recorded series of the metric itself. */
  readonly ratio: string;
  /** Recorded count that `minSamples` applies to. */
  readonly samples: string;
  /** Recorded counts for the score test; undefined where there is none: then `minSamples` is the only guard. */
  readonly proportion: ProportionSeries | undefined;
  /** Metric as people call it: `recall`. */
  readonly words: string;
  /** Metric as a part of an alert's name: `Recall`. */
  readonly name: string;
}

interface ProportionSeries {
  readonly successes: string;
  readonly trials: string;
  /** Converts a threshold on the metric into one on the proportion; increasing. */
  readonly target: (threshold: number) => number;
}

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

/** Finds the series of an objective's metric. Throws for an average of a metric that has none. */
export function metricSeries(measured: Measured): MetricSeries {
  const { metric, average } = measured;
  const row = metricOf(metric);
  const proportion = proportionOf(measured);
  return {
    ratio: average === undefined ? recordedName(row) : recordedAverage(averagedMetric(metric)),
    samples: recordedFormula(trialsOf(measured)),
    proportion: proportion && {
      successes: recordedFormula(proportion.successes),
      trials: recordedFormula(proportion.trials),
      target: proportion.target,
    },
    words: average === undefined ? row.title : `${averageWords[average]} ${row.title}`,
    name: metric.replace(/^./u, (letter) => letter.toUpperCase()),
  };
}

/** Finds a metric that is averaged over classes. Throws for one that is not. */
export function averagedMetric(metric: Measured["metric"]): AveragedMetric {
  const row = metricOf(metric);
  if (row.scope === "window" || row.average === undefined) throw new Error(`${metric} has no average`);
  return { ...row, average: row.average };
}

/** The micro average increases with the accuracy; the weighted mean of successes by trials of each class is it. */
function averageProportion({ proportion, average: { target } }: AveragedMetric, kind: Average): Proportion | undefined {
  if (kind === "micro") return { successes: correct, trials: samples, target };
  return kind === "weighted" && proportion?.trials === actual
    ? { successes: correct, trials: samples, target: proportion.target }
    : undefined;
}

const averageWords: Readonly<Record<Average, string>> = {
  micro: "micro-averaged",
  macro: "macro-averaged",
  weighted: "weighted",
};
