import type { Objective } from "../config/config.ts";
import { compute, type Quality } from "../quality/quality.ts";
import { countsOf, proportionOf, trialsOf, valueOf } from "./measured.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { thresholdOf, type Side } from "./threshold.ts";

/**
 * Least n * p * (1-p) on each side, p being the pooled probability: then both successes and failures are expected to be
 * that many at least, and the normal approximation holds.
 */
export const fewestExpected = 5;

/** Fewest samples that an objective is evaluated on: at least 1. */
export function fewestSamples({ minSamples }: Pick<Objective, "minSamples">): number {
  return Math.max(1, minSamples);
}

/**
 * What is said of an objective: it is `missed`; its figure is beyond the bound, but perhaps by chance (`unsure`); it is
 * `met`; there are fewer outcomes than `minSamples` (`quiet`); or there is nothing to judge, or to compare with
 * (`no data`). Its alert's expression holds where it is missed, and only there.
 */
export type Verdict = "missed" | "unsure" | "met" | "quiet" | "no data";

/** Result of the evaluation of an objective. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Value of the metric; undefined where it is 0/0. */
  readonly value: number | undefined;
  /** Count that `minSamples` applies to. */
  readonly samples: number;
  /** How far the value is beyond the bound, in units of the metric; negative on the good side. */
  readonly beyondBy: number | undefined;
  /** True where the samples suffice and chance is excluded, or is not tested. */
  readonly isSignificant: boolean;
}

/**
 * Judges an objective on the outcomes of a window: its alert's expression once more, in plain numbers.
 *
 * @param then the outcomes that a relative threshold is compared with
 */
export function judge(objective: Objective, now: Quality, then?: Quality): Judgement {
  const threshold = thresholdOf(objective);
  const samples = samplesOf(objective, now);
  const value = valueOf(objective, now);
  const reference = threshold.kind === "fixed" ? threshold.value : then && valueOf(objective, then);
  if (value === undefined || reference === undefined) {
    return { verdict: "no data", value, samples, beyondBy: undefined, isSignificant: false };
  }
  const sign = threshold.side === "below" ? -1 : 1;
  const beyondBy = sign * (value - reference) - (threshold.kind === "fixed" ? 0 : threshold.by);
  const judged = { value, samples, beyondBy };
  const fewest = fewestSamples(objective);
  if (samples < fewest || (then !== undefined && samplesOf(objective, then) < fewest)) {
    return { ...judged, verdict: "quiet", isSignificant: false };
  }
  const isSignificant =
    then === undefined ? isBeyond(objective, threshold.side, reference, now) : isDifferent(objective, sign, now, then);
  return { ...judged, verdict: beyondBy > 0 ? (isSignificant ? "missed" : "unsure") : "met", isSignificant };
}

/** Counts the samples that `minSamples` applies to. */
function samplesOf(objective: Objective, quality: Quality): number {
  return compute(trialsOf(objective), countsOf(objective, quality)) ?? 0;
}

/** Counts the successes `x` and the trials `n` of a metric that is a proportion. */
function proportionCounts(
  objective: Objective,
  quality: Quality,
): { readonly x: number; readonly n: number } | undefined {
  const proportion = proportionOf(objective);
  if (proportion === undefined) return undefined;
  const counts = countsOf(objective, quality);
  return { x: compute(proportion.successes, counts) ?? 0, n: compute(proportion.trials, counts) ?? 0 };
}

/** Score test of a proportion against a fixed bound. */
function isBeyond(objective: Objective, side: Side, bound: number, quality: Quality): boolean {
  const counts = proportionCounts(objective, quality);
  const target = proportionOf(objective)?.target(bound);
  if (counts === undefined || target === undefined) return true;
  const expected = target * counts.n;
  const excess = side === "below" ? expected - counts.x : counts.x - expected;
  return excess > normalQuantile(objective.confidence) * Math.sqrt(counts.n * (target * (1 - target)));
}

/** Pooled two-proportion test. */
function isDifferent(objective: Objective, sign: number, now: Quality, then: Quality): boolean {
  const [one, other] = [proportionCounts(objective, now), proportionCounts(objective, then)];
  if (one === undefined || other === undefined) return true;
  const { x: a, n } = one;
  const { x: b, n: m } = other;
  const pooled = (a + b) / (n + m);
  const variance = pooled * (1 - pooled);
  const deviation = Math.sqrt(Math.max(0, variance) * (1 / n + 1 / m));
  return (
    sign * (a / n - b / m) > normalQuantile(objective.confidence) * deviation &&
    n * variance >= fewestExpected &&
    variance * m >= fewestExpected
  );
}
