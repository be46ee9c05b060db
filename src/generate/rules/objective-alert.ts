import type { Config, Model, Objective } from "../../config/config.ts";
import { alertName } from "./alert-name.ts";
import type { Alert } from "./alert.ts";
import { thresholdOf, type Threshold } from "./threshold.ts";
import { comparison } from "./comparison-expression.ts";
import { metricSeries, type Figure } from "./metric-series.ts";
import { jobName } from "../promql/metric-names.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { enough, objectiveSeries, toCounts, variance } from "./objective-series.ts";
import { objectiveAnnotations } from "./objective-annotations.ts";
import { and, arith, call, compare, num, type Matcher, type Vector } from "../promql/builder.ts";
import { tagLevel } from "./recording-rules.ts";
import { atLeast } from "../tool-versions.ts";

/** The alert of an objective, with what it was made from. */
export interface ObjectiveAlert extends Alert {
  readonly model: Model;
  readonly objective: Objective;
}

/** The alert that fires when the objective is broken, and beyond chance where that can be told. */
export function objectiveAlert(
  config: Config,
  model: Model,
  objective: Objective,
  matchers: readonly Matcher[],
): ObjectiveAlert {
  const figure = metricSeries(objective);
  const bound = thresholdOf(objective);
  const keeps = objective.keepFiringFor.ms > 0 && atLeast(config.prometheus.version, [2, 42]);
  return {
    model,
    objective,
    name: alertName(objective),
    expr:
      bound.kind === "fixed"
        ? fixedBound(objective, figure, bound, matchers)
        : comparison(objective, figure, bound, matchers),
    for: objective.for,
    keepFiringFor: keeps ? objective.keepFiringFor : undefined,
    labels: {
      severity: objective.severity,
      ...(model.team === undefined ? {} : { team: model.team }),
      job: jobName,
    },
    kept: [
      ...tagLevel(config),
      ...(objective.class === undefined ? [] : ["class"]),
      ...(objective.average === undefined ? [] : ["average"]),
    ],
    annotations: objectiveAnnotations(config, model, objective, figure),
  };
}

/**
 * The ratio, where it is beyond the bound. Of a proportion this is the score test: the same as asking whether the
 * one-sided Wilson bound of the ratio is still beyond the target (E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", JASA 22, 1927), without the bound. The ratio stands first, so that `$value`
 * is the ratio.
 */
function fixedBound(
  objective: Objective,
  figure: Figure,
  bound: Extract<Threshold, { kind: "fixed" }>,
  matchers: readonly Matcher[],
): Vector {
  const series = objectiveSeries(objective, figure, matchers);
  const sampled = [compare(series.samples, ">=", enough(objective)), toCounts(objective)] as const;
  if (figure.proportion === undefined || series.proportion === undefined) {
    return and(compare(series.ratio, bound.side === "below" ? "<" : ">", num(bound.value)), sampled);
  }
  const { successes, trials } = series.proportion;
  const target = num(figure.proportion.target(bound.value));
  const expected = arith(target, "*", trials);
  const away = bound.side === "below" ? arith(expected, "-", successes) : arith(successes, "-", expected);
  const z = num(normalQuantile(objective.confidence));
  const chance = arith(z, "*", call("sqrt", arith(trials, "*", variance(target))));
  return and(series.ratio, [compare(away, ">", chance), toCounts(objective)], sampled);
}
