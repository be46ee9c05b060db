import type { Objective } from "../config/config.ts";
import { metricOf, type Scale } from "../quality/metrics.ts";
import { compute, type Quality } from "../quality/quality.ts";
import { countsOf, proportionOf, trialsOf, valueOf } from "./measured.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { standardError } from "./standard-error.ts";
import { thresholdOf } from "./threshold.ts";
import { wilsonInterval } from "./wilson.ts";

/**
 * Least n * p * (1-p) on each side, p being the pooled probability: then both successes and failures are expected to be
 * that many at least, and the normal approximation holds.
 */
export const fewestExpected = 5;

/** Fewest samples that an objective is evaluated on: at least 1. */
export function fewestSamples({ minSamples }: Pick<Objective, "minSamples">): number {
  return Math.max(1, minSamples);
}

/** What is said of an objective, the worst first. */
export const verdicts = ["missed", "unsure", "no data", "quiet", "met"] as const;

/**
 * One of `verdicts`. The objective is `missed`; its figure is beyond the bound, but perhaps by chance (`unsure`); there is
 * nothing to judge, or to compare with (`no data`); there are fewer outcomes than `minSamples`, or a smaller share of what is
 * due is labelled than `minLabelled` (`quiet`); or it is `met`.
 * Its alert's expression holds where it is missed, and only there.
 */
export type Verdict = (typeof verdicts)[number];

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
  /**
   * The same distance in standard errors, of a comparison that from the reference; undefined where there are too few
   * samples and where no error is known.
   */
  readonly z: number | undefined;
  /** Undefined where there is no verdict on the value, for comparisons, and where no error is known. */
  readonly interval: Interval | undefined;
}

/** Confidence interval of a metric. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Two-sided confidence in (0, 1). */
  readonly confidence: number;
}

/**
 * Judges an objective on the outcomes of a window: its alert's expression once more, in plain numbers.
 *
 * @param then the outcomes that a relative threshold is compared with
 * @param labelled the labelled share of what is due; undefined where nothing is, which holds nothing back
 */
export function judge(objective: Objective, now: Quality, then?: Quality, labelled?: number): Judgement {
  const threshold = thresholdOf(objective);
  const samples = samplesOf(objective, now);
  const value = valueOf(objective, now);
  const reference = threshold.kind === "fixed" ? threshold.value : then && valueOf(objective, then);
  if (value === undefined || reference === undefined) return judgement("no data", value, samples, undefined, untested);
  const sign = threshold.side === "below" ? -1 : 1;
  const beyondBy = sign * (value - reference) - (threshold.kind === "fixed" ? 0 : threshold.by);
  const fewest = fewestSamples(objective);
  const isFew = samples < fewest || (then !== undefined && samplesOf(objective, then) < fewest);
  if (isFew || isHeldBack(objective, labelled)) {
    return judgement("quiet", value, samples, beyondBy, untested);
  }
  const tested =
    threshold.kind === "fixed"
      ? (testShare(objective, sign, reference, now) ?? estimateError(objective, beyondBy, value, now))
      : compareShares(objective, sign, now, then);
  const verdict = beyondBy > 0 ? (tested.isSignificant ? "missed" : "unsure") : "met";
  return judgement(verdict, value, samples, beyondBy, tested);
}

const untested: Tested = { isSignificant: false, z: undefined, interval: undefined };

/** Puts a judgement together field by field: of thousands, spreading objects is most of the cost. */
function judgement(
  verdict: Verdict,
  value: number | undefined,
  samples: number,
  beyondBy: number | undefined,
  { isSignificant, z, interval }: Tested,
): Judgement {
  return { verdict, value, samples, beyondBy, isSignificant, z, interval };
}

/** Tells whether too small a share of what is due is labelled for an objective to speak. */
function isHeldBack({ minLabelled }: Pick<Objective, "minLabelled">, labelled: number | undefined): boolean {
  return minLabelled !== undefined && labelled !== undefined && labelled < minLabelled;
}

type Tested = Pick<Judgement, "isSignificant" | "z" | "interval">;

/** Score test of a proportion against a fixed bound, with the interval that excludes the bound where the test does. */
function testShare(objective: Objective, sign: number, bound: number, quality: Quality): Tested | undefined {
  const share = shareOf(objective, quality);
  if (share === undefined) return undefined;
  const { x, n, scale } = share;
  const target = scale.target(bound);
  const excess = sign * (x - target * n);
  const deviation = Math.sqrt(n * (target * (1 - target)));
  const quantile = normalQuantile(objective.confidence);
  const [low, high] = wilsonInterval(x, n, quantile);
  return {
    isSignificant: excess > quantile * deviation,
    z: excess === 0 ? 0 : excess / deviation,
    interval: { low: scale.value(low), high: scale.value(high), confidence: twoSided(objective.confidence) },
  };
}

/** Two-sided confidence of an interval of which each end has this one. */
function twoSided(confidence: number): number {
  return Number((2 * confidence - 1).toPrecision(12));
}

/** A metric that is no proportion is judged by its value; its error is estimated for the reader. */
function estimateError(objective: Objective, beyondBy: number, value: number, quality: Quality): Tested {
  const error = standardError(objective, quality);
  if (error === undefined) return { isSignificant: true, z: undefined, interval: undefined };
  const reach = normalQuantile(0.975) * error;
  const [least, most] = metricOf(objective.metric).range;
  const interval = { low: Math.max(least, value - reach), high: Math.min(most, value + reach), confidence: 0.95 };
  return { isSignificant: true, z: beyondBy / error, interval };
}

/** Pooled two-proportion test. */
function compareShares(objective: Objective, sign: number, now: Quality, then: Quality | undefined): Tested {
  const [one, other] = [shareOf(objective, now), then && shareOf(objective, then)];
  if (one === undefined || other === undefined) return { isSignificant: true, z: undefined, interval: undefined };
  const { x: a, n } = one;
  const { x: b, n: m } = other;
  const pooled = (a + b) / (n + m);
  const variance = pooled * (1 - pooled);
  const deviation = Math.sqrt(Math.max(0, variance) * (1 / n + 1 / m));
  const difference = sign * (a / n - b / m);
  const isSignificant =
    difference > normalQuantile(objective.confidence) * deviation &&
    n * variance >= fewestExpected &&
    variance * m >= fewestExpected;
  return { isSignificant, z: difference === 0 ? 0 : difference / deviation, interval: undefined };
}

/** Counts the samples that `minSamples` applies to. */
function samplesOf(objective: Objective, quality: Quality): number {
  return compute(trialsOf(objective), countsOf(objective, quality)) ?? 0;
}

/** Counts the successes `x` and the trials `n` of a metric that is tested as a proportion. */
function shareOf(
  objective: Objective,
  quality: Quality,
): { readonly x: number; readonly n: number; readonly scale: Scale } | undefined {
  const proportion = proportionOf(objective);
  if (proportion === undefined) return undefined;
  const counts = countsOf(objective, quality);
  return {
    x: compute(proportion.successes, counts) ?? 0,
    n: compute(proportion.trials, counts) ?? 0,
    scale: proportion,
  };
}
