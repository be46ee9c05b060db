import type { Objective } from "../../config/config.ts";
import { arith, num, selector, type Matcher, type Matching, type Scalar, type Vector } from "../promql/builder.ts";
import { metricSeries } from "./metric-series.ts";

/** Selectors of the recorded series that an objective reads. */
export interface ObjectiveSeries {
  readonly ratio: Vector;
  /** Count that `minSamples` applies to. */
  readonly samples: Vector;
  /** Undefined where the metric has no closed-form test. */
  readonly proportion: { readonly successes: Vector; readonly trials: Vector } | undefined;
}

/** Selects the series of an objective by `matchers`, now or `offset` ago, of the versions that `version` picks. */
export function objectiveSeries(
  objective: Objective,
  matchers: readonly Matcher[],
  { offset, version }: { readonly offset?: string; readonly version?: Matcher } = {},
): ObjectiveSeries {
  const { ratio, samples, proportion } = metricSeries(objective);
  const selected: readonly Matcher[] = [
    ...matchers,
    ...(version === undefined ? [] : [version]),
    ["window", "=", objective.window.label],
    ...(objective.class === undefined ? [] : [["class", "=", objective.class] as const]),
  ];
  const average: readonly Matcher[] =
    objective.average === undefined ? [] : [["average", "=", objective.average] as const];
  const count = (name: string): Vector => selector(name, selected, offset);
  return {
    ratio: selector(ratio, [...selected, ...average], offset),
    samples: count(samples),
    proportion: proportion && { successes: count(proportion.successes), trials: count(proportion.trials) },
  };
}

/** Matches an objective's ratio with its counts, which lack the label `average`. */
export function ignoringAverage(objective: Objective): Matching {
  return { ignoring: objective.average === undefined ? [] : ["average"] };
}

/** Builds the variance of one trial with this probability of success. */
export function variance(probability: Scalar): Scalar {
  return arith(probability, "*", arith(num(1), "-", probability));
}
