import type { Config, PrometheusTarget } from "../../config/config.ts";
import { otherClass, wrongClass } from "../../window/folded-classes.ts";
import {
  aggregateBy,
  aggregateWithout,
  and,
  arith,
  call,
  compare,
  num,
  or,
  selector,
  unless,
  type Matcher,
  type Vector,
} from "../promql/builder.ts";
import { gauges, namespaceLabel, recorded } from "../promql/metric-names.ts";

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
  const over = replicas === "mirrored" ? "max" : "sum";
  const counts = (gauge: string): Vector => aggregateBy(over, [...tag, "class"], selector(gauge, matchers));
  const series = (name: string): Vector => selector(name, matchers);
  const perTag = (of: Vector): Vector => aggregateBy("sum", tag, of);
  const some = (of: Vector): Vector => compare(of, ">", num(0));

  const s = {
    n: series(recorded.samples),
    correct: series(recorded.correct),
    tp: series(recorded.truePositive),
    predicted: series(recorded.predicted),
    actual: series(recorded.actual),
    negative: series(recorded.negative),
  };
  const squared = arith(s.n, "*", s.n);
  const chance = perTag(arith(s.predicted, "*", s.actual));
  const spread = (of: Vector): Vector => arith(squared, "-", perTag(arith(of, "*", of)));
  const beyondChance = arith(arith(s.correct, "*", s.n), "-", chance);
  const otherClasses = { ignoring: ["class"], group: "right" } as const;
  const named: readonly Matcher[] = [...matchers, ["class", "!~", `${otherClass}|${wrongClass}`]];
  const hits = selector(recorded.truePositive, named);
  const ofClass = (ratio: Vector): Vector => unless(ratio, series(recorded.partial));
  const ofModel = (metric: Vector): Vector => unless(metric, some(series(recorded.overflow)));

  return [
    { record: recorded.truePositive, expr: counts(gauges.truePositive) },
    { record: recorded.predicted, expr: counts(gauges.predicted) },
    { record: recorded.actual, expr: counts(gauges.actual) },
    { record: recorded.overflow, expr: aggregateBy(over, tag, selector(gauges.overflow, matchers)) },
    { record: recorded.partial, expr: partial(tag, matchers) },
    { record: recorded.samples, expr: samples(replicas, tag, matchers) },
    { record: recorded.correct, expr: correct(replicas, tag, matchers) },
    { record: recorded.involved, expr: arith(arith(s.predicted, "+", s.actual), "-", s.tp) },
    { record: recorded.negative, expr: arith(s.n, "-", s.actual, otherClasses) },
    { record: recorded.trueNegative, expr: arith(arith(s.negative, "-", s.predicted), "+", s.tp) },
    { record: recorded.accuracy, expr: arith(s.correct, "/", some(s.n)) },
    { record: recorded.precision, expr: ofClass(arith(hits, "/", some(s.predicted))) },
    { record: recorded.recall, expr: ofClass(arith(hits, "/", some(s.actual))) },
    {
      record: recorded.f1,
      expr: ofClass(arith(arith(num(2), "*", hits), "/", some(arith(s.predicted, "+", s.actual)))),
    },
    {
      record: recorded.specificity,
      expr: ofClass(arith(selector(recorded.trueNegative, named), "/", some(s.negative))),
    },
    // A class without support has no recall: the mean of those that are there is the balanced accuracy.
    { record: recorded.balancedAccuracy, expr: ofModel(aggregateBy("avg", tag, series(recorded.recall))) },
    {
      record: recorded.matthewsCorrelation,
      expr: ofModel(
        arith(
          beyondChance,
          "/",
          // The root of each factor: their product can pass 2^53.
          some(arith(call("sqrt", spread(s.predicted)), "*", call("sqrt", spread(s.actual)))),
        ),
      ),
    },
    { record: recorded.cohenKappa, expr: ofModel(arith(beyondChance, "/", some(arith(squared, "-", chance)))) },
    ...averages(tag, matchers, perTag, some, ofModel),
  ];
}

/**
 * Mirrored replicas differ by a scrape: their samples are added up by class, so that no part exceeds the whole; but not
 * where classes are folded, since mirrors may fold different ones.
 */
function samples(replicas: PrometheusTarget["replicas"], tag: readonly string[], matchers: readonly Matcher[]): Vector {
  const counted = selector(gauges.samples, matchers);
  if (replicas === "sharded") return aggregateBy("sum", tag, counted);
  const byClass = aggregateBy("sum", tag, selector(recorded.actual, matchers));
  return or(unless(byClass, overflowing(matchers)), aggregateBy("max", tag, counted));
}

function correct(replicas: PrometheusTarget["replicas"], tag: readonly string[], matchers: readonly Matcher[]): Vector {
  const byClass = aggregateBy("sum", tag, selector(recorded.truePositive, matchers));
  if (replicas === "sharded") return byClass;
  const perReplica = aggregateWithout("sum", ["class"], selector(gauges.truePositive, matchers));
  return or(unless(byClass, overflowing(matchers)), aggregateBy("max", tag, perReplica));
}

function overflowing(matchers: readonly Matcher[]): Vector {
  return compare(selector(recorded.overflow, matchers), ">", num(0));
}

/** Selects the classes that some replica with folded classes does not show by name. */
function partial(tag: readonly string[], matchers: readonly Matcher[]): Vector {
  const ignoring = ["class"];
  const folding = compare(selector(gauges.overflow, matchers), ">", num(0));
  const shown = and(selector(gauges.actual, matchers), [folding, { ignoring }]);
  const shownByAll = compare(aggregateBy("count", [...tag, "class"], shown), "==", aggregateBy("count", tag, folding), {
    ignoring,
    group: "left",
  });
  return unless(and(selector(recorded.actual, matchers), [overflowing(matchers), { ignoring }]), shownByAll);
}

/** Averages over the classes that are actual or predicted; the undefined metric of a class counts as 0. */
function averages(
  tag: readonly string[],
  matchers: readonly Matcher[],
  perTag: (of: Vector) => Vector,
  some: (of: Vector) => Vector,
  ofModel: (metric: Vector) => Vector,
): readonly RecordingRule[] {
  const series = (name: string): Vector => selector(name, matchers);
  const classes = aggregateBy("count", tag, some(series(recorded.involved)));
  const rows = [
    [recorded.precisionAverage, recorded.precision],
    [recorded.recallAverage, recorded.recall],
    [recorded.f1Average, recorded.f1],
  ] as const;
  return rows.flatMap(([record, of]) => [
    { record, labels: { average: "micro" }, expr: series(recorded.accuracy) },
    { record, labels: { average: "macro" }, expr: ofModel(arith(perTag(series(of)), "/", classes)) },
    {
      record,
      labels: { average: "weighted" },
      expr: ofModel(
        arith(perTag(arith(series(of), "*", series(recorded.actual))), "/", some(series(recorded.samples))),
      ),
    },
  ]);
}
