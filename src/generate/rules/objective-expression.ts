import type { Objective } from "../../config/config.ts";
import { fewestSamples } from "../../objectives/judge.ts";
import { normalQuantile } from "../../objectives/normal-quantile.ts";
import { thresholdOf, type FixedThreshold } from "../../objectives/threshold.ts";
import { and, arith, call, compare, num, type Matcher, type Vector } from "../promql/builder.ts";
import { relativeExpression } from "./comparison-expression.ts";
import { metricSeries } from "./metric-series.ts";
import { ignoringAverage, objectiveSeries, variance } from "./objective-series.ts";

/** Builds the expression that gives the metric where an objective is violated, beyond chance where that can be tested. */
export function objectiveExpression(objective: Objective, matchers: readonly Matcher[]): Vector {
  const threshold = thresholdOf(objective);
  return threshold.kind === "fixed"
    ? fixedExpression(objective, threshold, matchers)
    : relativeExpression(objective, threshold, matchers);
}

/**
 * The score test of a proportion, which is the same as to ask whether the one-sided Wilson bound of the ratio is still
 * beyond the target (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22,
 * 1927). The ratio stands first, so that `$value` is the ratio.
 */
function fixedExpression(objective: Objective, threshold: FixedThreshold, matchers: readonly Matcher[]): Vector {
  const series = objectiveSeries(objective, matchers);
  const { proportion } = metricSeries(objective);
  const counts = ignoringAverage(objective);
  const sampled = [compare(series.samples, ">=", num(fewestSamples(objective))), counts] as const;
  if (proportion === undefined || series.proportion === undefined) {
    return and(compare(series.ratio, threshold.side === "below" ? "<" : ">", num(threshold.value)), sampled);
  }
  const { successes, trials } = series.proportion;
  const target = num(proportion.target(threshold.value));
  const expected = arith(target, "*", trials);
  const excess = threshold.side === "below" ? arith(expected, "-", successes) : arith(successes, "-", expected);
  const z = num(normalQuantile(objective.confidence));
  const chance = arith(z, "*", call("sqrt", arith(trials, "*", variance(target))));
  return and(series.ratio, [compare(excess, ">", chance), counts], sampled);
}
