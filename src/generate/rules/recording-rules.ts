import type { Config, PrometheusTarget } from "../../config/config.ts";
import { countMetrics, derivedCounts, partialMetric, type CountMetric } from "../../quality/counts.ts";
import { averagedMetrics, classMetrics, windowMetrics, type AveragedMetric } from "../../quality/metrics.ts";
import {
  aggregateBy,
  aggregateWithout,
  and,
  arith,
  compare,
  or,
  selector,
  unless,
  type Matcher,
  type Vector,
} from "../promql/builder.ts";
import { namespaceLabel, recordedAverage, recordedName } from "../promql/metric-names.ts";
import { fleetFormula, pooledFormula, some, type FleetScope } from "./fleet-formula.ts";

/** Recording rule: stores the result of its expression under a new name. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: Vector;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Sections of the config that say how series are aggregated: the labels of a tag, and how replicas add up. */
export type Aggregation = Pick<Config, "tagLabels" | "prometheus">;

/** Lists the labels that rules keep besides the class: namespace, tag and window, never a pod or an instance. */
export function tagLevel(tagLabels: readonly string[]): readonly string[] {
  return [namespaceLabel, ...tagLabels, "window"];
}

/**
 * Builds the rules that add up the counts of a tag over its replicas and divide the sums. A ratio of 0/0 gives no
 * sample. Rules of one group run in order, so each may read those above it.
 *
 * Where a replica has folded classes past its limit, metrics that need every class have no sample, and neither have those
 * of a class that such a replica does not show by name: some of its outcomes may be among the folded ones.
 */
export function recordingRules(
  { tagLabels, prometheus: { replicas } }: Aggregation,
  matchers: readonly Matcher[],
): readonly RecordingRule[] {
  const tag = tagLevel(tagLabels);
  const scope: FleetScope = { tag, matchers };
  const over = replicas === "mirrored" ? "max" : "sum";
  const added = (metric: CountMetric, labels: readonly string[]): RecordingRule => ({
    record: recordedName(metric),
    expr: aggregateBy(over, labels, selector(metric.name, matchers)),
  });
  const derived = ({ formula, ...metric }: CountMetric): RecordingRule => ({
    record: recordedName(metric),
    expr: fleetFormula(formula, scope),
  });
  const ofClass = (ratio: Vector): Vector => unless(ratio, selector(recordedName(partialMetric), matchers));
  const ofModel = (metric: Vector): Vector => unless(metric, overflowing(matchers));
  const { truePositive, predicted, actual, overflow } = countMetrics;

  return [
    ...[truePositive, predicted, actual].map((metric) => added(metric, [...tag, "class"])),
    added(overflow, tag),
    { record: recordedName(partialMetric), expr: partial(tag, matchers) },
    { record: recordedName(countMetrics.samples), expr: samples(replicas, tag, matchers) },
    { record: recordedName(derivedCounts.correct), expr: correct(replicas, scope) },
    derived(derivedCounts.involved),
    derived(derivedCounts.negative),
    derived(derivedCounts.trueNegative),
    // Metrics of the window are made of those of its classes.
    ...classMetrics.map((metric) => ({
      record: recordedName(metric),
      expr: ofClass(fleetFormula(metric.formula, scope)),
    })),
    ...windowMetrics.map((metric) => ({
      record: recordedName(metric),
      expr: (metric.needsEveryClass ? ofModel : (of: Vector) => of)(fleetFormula(metric.formula, scope)),
    })),
    ...averagedMetrics.flatMap((metric) => averages(metric, scope, ofModel)),
  ];
}

/**
 * Mirrored replicas differ by a scrape: their samples are added up by class, so that no part exceeds the whole; but not
 * where classes are folded, since mirrors may fold different ones.
 */
function samples(replicas: PrometheusTarget["replicas"], tag: readonly string[], matchers: readonly Matcher[]): Vector {
  const counted = selector(countMetrics.samples.name, matchers);
  if (replicas === "sharded") return aggregateBy("sum", tag, counted);
  const byClass = aggregateBy("sum", tag, selector(recordedName(countMetrics.actual), matchers));
  return or(unless(byClass, overflowing(matchers)), aggregateBy("max", tag, counted));
}

function correct(replicas: PrometheusTarget["replicas"], scope: FleetScope): Vector {
  const byClass = fleetFormula(derivedCounts.correct.formula, scope);
  if (replicas === "sharded") return byClass;
  const perReplica = aggregateWithout("sum", ["class"], selector(countMetrics.truePositive.name, scope.matchers));
  return or(unless(byClass, overflowing(scope.matchers)), aggregateBy("max", scope.tag, perReplica));
}

function overflowing(matchers: readonly Matcher[]): Vector {
  return some(selector(recordedName(countMetrics.overflow), matchers));
}

/** Selects the classes that some replica with folded classes does not show by name. */
function partial(tag: readonly string[], matchers: readonly Matcher[]): Vector {
  const ignoring = ["class"];
  const folding = some(selector(countMetrics.overflow.name, matchers));
  const shown = and(selector(countMetrics.actual.name, matchers), [folding, { ignoring }]);
  const shownByAll = compare(aggregateBy("count", [...tag, "class"], shown), "==", aggregateBy("count", tag, folding), {
    ignoring,
    group: "left",
  });
  return unless(
    and(selector(recordedName(countMetrics.actual), matchers), [overflowing(matchers), { ignoring }]),
    shownByAll,
  );
}

/** Averages over the classes that are actual or predicted; the undefined metric of a class counts as 0. */
function averages(
  metric: AveragedMetric,
  scope: FleetScope,
  ofModel: (metric: Vector) => Vector,
): readonly RecordingRule[] {
  const { tag, matchers } = scope;
  const record = recordedAverage(metric);
  const series = (of: Parameters<typeof recordedName>[0]): Vector => selector(recordedName(of), matchers);
  const perTag = (of: Vector): Vector => aggregateBy("sum", tag, of);
  const classes = aggregateBy("count", tag, some(series(derivedCounts.involved)));
  const supported = perTag(arith(series(metric), "*", series(countMetrics.actual)));
  return [
    { record, labels: { average: "micro" }, expr: pooledFormula(metric.formula, scope) },
    { record, labels: { average: "macro" }, expr: ofModel(arith(perTag(series(metric)), "/", classes)) },
    {
      record,
      labels: { average: "weighted" },
      expr: ofModel(arith(supported, "/", some(series(countMetrics.samples)))),
    },
  ];
}
