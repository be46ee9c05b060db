import type { Objective } from "../../config/config.ts";
import { fewestExpected } from "../rules/comparison-expression.ts";
import { metricSeries } from "../rules/metric-series.ts";
import { normalQuantile } from "../rules/normal-quantile.ts";
import { fewestSamples } from "../rules/objective-series.ts";
import { thresholdOf } from "../rules/threshold.ts";
import { metricValue, proportionCounts, samplesOf, type BinaryMatrix } from "./binary-matrix.ts";

/** Result of the evaluation of an objective. */
export interface Evaluation {
  /** True where the metric is beyond the threshold, "close" where rounding decides. */
  readonly beyond: boolean | "close";
  /** True where there are enough samples and, of a proportion, the difference is no chance. */
  readonly significant: boolean;
}

/**
 * Tells whether an objective is violated: the alert's expression once more, in plain numbers, for the rule tests.
 *
 * @param then the counts that a relative threshold is compared with
 */
export function isViolated(objective: Objective, now: BinaryMatrix, then?: BinaryMatrix): boolean | "close" {
  const { beyond, significant } = evaluate(objective, now, then);
  return significant && beyond;
}

/** Evaluates an objective on counts; `then` are those that a relative threshold is compared with. */
export function evaluate(objective: Objective, now: BinaryMatrix, then?: BinaryMatrix): Evaluation {
  const threshold = thresholdOf(objective);
  const fewest = fewestSamples(objective);
  const value = metricValue(objective, now);
  const reference = threshold.kind === "fixed" ? threshold.value : then && metricValue(objective, then);
  if (value === undefined || reference === undefined) return { beyond: false, significant: false };
  const sign = threshold.side === "below" ? -1 : 1;
  const beyond = isPositive(sign * (value - reference) - (threshold.kind === "fixed" ? 0 : threshold.by));
  const sampled = [now, ...(then === undefined ? [] : [then])].every((each) => samplesOf(objective, each) >= fewest);
  const proportion = metricSeries(objective).proportion;
  if (!sampled || proportion === undefined) return { beyond, significant: sampled };
  if (then !== undefined) return { beyond, significant: isDifferent(objective, sign, now, then) };
  const { x, n } = proportionCounts(objective, now);
  const target = proportion.target(reference);
  const expected = target * n;
  const excess = threshold.side === "below" ? expected - x : x - expected;
  const significant = excess > normalQuantile(objective.confidence) * Math.sqrt(n * (target * (1 - target)));
  // What is significantly beyond the threshold is beyond it, however close.
  return { beyond: significant, significant };
}

/** Pooled two-proportion test. */
function isDifferent(objective: Objective, sign: number, now: BinaryMatrix, then: BinaryMatrix): boolean {
  const { x: a, n } = proportionCounts(objective, now);
  const { x: b, n: m } = proportionCounts(objective, then);
  const pooled = (a + b) / (n + m);
  const variance = pooled * (1 - pooled);
  const deviation = Math.sqrt(Math.max(0, variance) * (1 / n + 1 / m));
  return (
    sign * (a / n - b / m) > normalQuantile(objective.confidence) * deviation &&
    n * variance >= fewestExpected &&
    variance * m >= fewestExpected
  );
}

function isPositive(difference: number): boolean | "close" {
  return Math.abs(difference) < 1e-9 ? "close" : difference > 0;
}
