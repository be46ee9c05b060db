import type { Objective } from "../config/config.ts";
import { held } from "./bound.ts";
import { proportionOf, samplesOf, valueOf, type Cells } from "./cells.ts";
import { fewestExpected } from "./comparison.ts";
import { figureOf } from "./figures.ts";
import { normalQuantile } from "./normal-quantile.ts";

/**
 * Whether an objective is broken by these counts: the alert's expression over again, in plain numbers, for the rule
 * tests. `then` are the counts that it is compared with. "close" where rounding could tip it either way.
 */
export function broken(objective: Objective, now: Cells, then?: Cells): boolean | "close" {
  const bound = held(objective);
  const enough = Math.max(1, objective.minSamples);
  const value = valueOf(objective, now);
  if (value === undefined || samplesOf(objective, now) < enough) return false;
  const sign = bound.side === "below" ? -1 : 1;
  if (bound.kind === "fixed") {
    const proportion = figureOf(objective).proportion;
    if (proportion === undefined) return beyond(sign * (value - bound.value));
    const { x, n } = proportionOf(objective, now);
    const target = proportion.target(bound.value);
    const expected = target * n;
    const away = bound.side === "below" ? expected - x : x - expected;
    return away > normalQuantile(objective.confidence) * Math.sqrt(n * (target * (1 - target)));
  }
  const reference = then && valueOf(objective, then);
  if (then === undefined || reference === undefined || samplesOf(objective, then) < enough) return false;
  const practical = beyond(sign * (value - reference) - bound.by);
  if (practical === false || figureOf(objective).proportion === undefined) return practical;
  return toldApart(objective, sign, now, then) && practical;
}

/** The pooled two-proportion test. */
function toldApart(objective: Objective, sign: number, now: Cells, then: Cells): boolean {
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
