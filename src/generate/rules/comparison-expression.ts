import type { Objective } from "../../config/config.ts";
import { fewestExpected, fewestSamples } from "../../objectives/judge.ts";
import { normalQuantile } from "../../objectives/normal-quantile.ts";
import type { RelativeThreshold, Side } from "../../objectives/threshold.ts";
import { and, arith, call, compare, num, type Matcher, type Matching, type Vector } from "../promql/builder.ts";
import { ignoringAverage, objectiveSeries, type ObjectiveSeries } from "./objective-series.ts";

/**
 * Builds the expression of a relative threshold: the ratio where it is further from the reference than allowed and, for
 * a proportion, where the pooled two-proportion test is significant. Both sides need the minimum of samples.
 */
export function relativeExpression(
  objective: Objective,
  { side, by, reference }: RelativeThreshold,
  matchers: readonly Matcher[],
): Vector {
  const [now, then, match]: readonly [ObjectiveSeries, ObjectiveSeries, Matching] =
    reference.kind === "ago"
      ? [
          objectiveSeries(objective, matchers),
          objectiveSeries(objective, matchers, { offset: reference.ago.word }),
          { ignoring: [] },
        ]
      : [
          objectiveSeries(objective, matchers, { version: ["version", "!=", reference.version] }),
          objectiveSeries(objective, matchers, { version: ["version", "=", reference.version] }),
          { ignoring: ["version"], group: "left" },
        ];
  const counts = ignoringAverage(objective);
  const both: Matching = { ignoring: [...counts.ignoring, ...match.ignoring] };
  const fewest = num(fewestSamples(objective));
  return and(
    now.ratio,
    [beyond(side, arith(now.ratio, "-", then.ratio, match), by)],
    ...significance(objective, side, now, then, match).map((condition) => [condition, counts] as const),
    [compare(now.samples, ">=", fewest), counts],
    [compare(then.samples, ">=", fewest), both],
  );
}

/**
 * Builds the pooled two-proportion test: (a/n - b/m) beyond z * sqrt(q * (1/n + 1/m)), with q = p(1-p) and
 * p = (a+b)/(n+m). Where all outcomes are right, or all wrong, both sides are 0 and nothing fires.
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
  // Replicas are scraped at different moments, which can put the pooled probability past 1.
  const deviation = call("sqrt", arith(call("clamp_min", variance, 0), "*", each));
  const difference = arith(arith(a, "/", n), "-", arith(b, "/", m), match);
  return [
    beyond(side, difference, normalQuantile(objective.confidence), deviation),
    compare(arith(n, "*", variance), ">=", num(fewestExpected)),
    compare(arith(variance, "*", m, match), ">=", num(fewestExpected)),
  ];
}

function beyond(side: Side, difference: Vector, by: number, unit?: Vector): Vector {
  const least = num(side === "below" ? -by : by);
  return compare(difference, side === "below" ? "<" : ">", unit === undefined ? least : arith(least, "*", unit));
}
