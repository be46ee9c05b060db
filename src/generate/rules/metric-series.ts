import { averagedMetric, proportionOf, trialsOf, type Measured } from "../../objectives/measured.ts";
import { metricOf, type Average } from "../../quality/metrics.ts";
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
}

interface ProportionSeries {
  readonly successes: string;
  readonly trials: string;
  /** Converts a threshold on the metric into one on the proportion; increasing. */
  readonly target: (threshold: number) => number;
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
  };
}

const averageWords: Readonly<Record<Average, string>> = {
  micro: "micro-averaged",
  macro: "macro-averaged",
  weighted: "weighted",
};
