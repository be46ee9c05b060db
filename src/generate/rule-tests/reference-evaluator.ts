import type { Objective } from "../../config/config.ts";
import { thresholdOf } from "../rules/threshold.ts";
import { proportionOf, samplesOf, metricValue, type BinaryMatrix } from "./binary-matrix.ts";
import { fewestExpected } from "../rules/comparison-expression.ts";
import { metricSeries } from "../rules/metric-series.ts";
import { normalQuantile } from "../rules/normal-quantile.ts";

/**
 * Whether an objective is broken by these counts: the alert's expression over again, in plain numbers, for the rule
 * tests. `then` are the counts that it is compared with. "close" where rounding could tip it either way.
 */
export function broken(objective: Objective, now: BinaryMatrix, then?: BinaryMatrix): boolean | "close" {
  const { far, sure } = judge(objective, now, then);
  return sure && far;
}

/** How counts stand to an objective: whether the figure is too far from what is owed, and whether that is no chance. */
export function judge(
  objective: Objective,
  now: BinaryMatrix,
  then?: BinaryMatrix,
): { readonly far: boolean | "close"; readonly sure: boolean } {
  const bound = thresholdOf(objective);
  const enough = Math.max(1, objective.minSamples);
  const value = metricValue(objective, now);
  const reference = bound.kind === "fixed" ? bound.value : then && metricValue(objective, then);
  if (value === undefined || reference === undefined) return { far: false, sure: false };
  const sign = bound.side === "below" ? -1 : 1;
  const far = beyond(sign * (value - reference) - (bound.kind === "fixed" ? 0 : bound.by));
  const sampled = [now, ...(then === undefined ? [] : [then])].every((cells) => samplesOf(objective, cells) >= enough);
  const proportion = metricSeries(objective).proportion;
  if (!sampled || proportion === undefined) return { far, sure: sampled };
  if (then !== undefined) return { far, sure: toldApart(objective, sign, now, then) };
  const { x, n } = proportionOf(objective, now);
  const target = proportion.target(reference);
  const expected = target * n;
  const away = bound.side === "below" ? expected - x : x - expected;
  const sure = away > normalQuantile(objective.confidence) * Math.sqrt(n * (target * (1 - target)));
  // What is surely beyond the bound is beyond it, however close.
  return { far: sure, sure };
}

/** The pooled two-proportion test. */
function toldApart(objective: Objective, sign: number, now: BinaryMatrix, then: BinaryMatrix): boolean {
  const { x: a, n } = proportionOf(objective, now);
  const { x: b, n: m } = proportionOf(objective, then);
  const pooled = (a + b) / (n + m);
  const variance = pooled * (1 - pooled);
  const deviation = Math.sqrt(Math.max(0, variance) * (1 / n + 1 / m));
  return (
    sign * (a / n - b / m) > normalQuantile(objective.confidence) * deviation &&
    n * variance >= fewestExpected &&
    variance * m >= fewestExpected
  );
}

function beyond(difference: number): boolean | "close" {
  return Math.abs(difference) < 1e-9 ? "close" : difference > 0;
}
