import type { Objective } from "../../config/config.ts";
import type { Threshold, Side } from "./threshold.ts";
import type { Figure } from "./metric-series.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { enough, objectiveSeries, toCounts, type ObjectiveSeries } from "./objective-series.ts";
import { and, arith, call, compare, num, type Matcher, type Matching, type Vector } from "../promql/builder.ts";

/**
 * What n * p * (1-p) must be on each side, p being the pooled chance: then both successes and failures are expected to
 * be that many at least, and the normal approximation holds.
 */
export const fewestExpected = 5;

/**
 * The ratio, where it is further from the reference than the objective allows, and, of a proportion, where the pooled
 * two-proportion test tells the two apart with the objective's confidence. Both sides need the minimum of samples.
 */
export function comparison(
  objective: Objective,
  figure: Figure,
  bound: Extract<Threshold, { kind: "series" }>,
  matchers: readonly Matcher[],
): Vector {
  const { reference } = bound;
  const [now, then, match]: readonly [ObjectiveSeries, ObjectiveSeries, Matching] =
    reference.kind === "ago"
      ? [
          objectiveSeries(objective, figure, matchers),
          objectiveSeries(objective, figure, matchers, { offset: reference.ago.word }),
          { ignoring: [] },
        ]
      : [
          objectiveSeries(objective, figure, matchers, { version: ["version", "!=", reference.version] }),
          objectiveSeries(objective, figure, matchers, { version: ["version", "=", reference.version] }),
          { ignoring: ["version"], group: "left" },
        ];
  const counts = toCounts(objective);
  const both: Matching = { ignoring: [...counts.ignoring, ...match.ignoring] };
  return and(
    now.ratio,
    [further(bound.side, arith(now.ratio, "-", then.ratio, match), bound.by)],
    ...significance(objective, bound.side, now, then, match).map((condition) => [condition, counts] as const),
    [compare(now.samples, ">=", enough(objective)), counts],
    [compare(then.samples, ">=", enough(objective)), both],
  );
}

/**
 * (a/n - b/m) beyond z * sqrt(q * (1/n + 1/m)), with q = p(1-p) and p = (a+b)/(n+m). Where all is right or all is
 * wrong, both sides are 0 and nothing fires.
 */
function significance(
  objective: Objective,
  side: Side,
  now: ObjectiveSeries,
  then: ObjectiveSeries,
  match: Matching,
): readonly Vector[] {
  if (now.proportion === undefined || then.proportion === undefined) return [];
  const [a, n] = [now.proportion.successes, now.proportion.trials];
  const [b, m] = [then.proportion.successes, then.proportion.trials];
  const pooled = arith(arith(a, "+", b, match), "/", arith(n, "+", m, match));
  const variance = arith(pooled, "*", arith(num(1), "-", pooled));
  const each = arith(arith(num(1), "/", n), "+", arith(num(1), "/", m), match);
  // Scrapes that are a moment apart can put the pooled chance past 1.
  const deviation = call("sqrt", arith(call("clamp_min", variance, 0), "*", each));
  return [
    further(
      side,
      arith(arith(a, "/", n), "-", arith(b, "/", m), match),
      normalQuantile(objective.confidence),
      deviation,
    ),
    compare(arith(n, "*", variance), ">=", num(fewestExpected)),
    compare(arith(variance, "*", m, match), ">=", num(fewestExpected)),
  ];
}

function further(side: Side, difference: Vector, by: number, of?: Vector): Vector {
  const least = num(side === "below" ? -by : by);
  return compare(difference, side === "below" ? "<" : ">", of === undefined ? least : arith(least, "*", of));
}
