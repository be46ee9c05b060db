import type { Config } from "../config/config.ts";
import { gauges, namespaceLabel, recorded } from "./names.ts";
import { otherClass, wrongClass } from "../window/folded-classes.ts";
import {
  aggregateBy,
  aggregateWithout,
  allOf,
  arith,
  butNot,
  call,
  compare,
  either,
  num,
  selector,
  type Matcher,
  type Vector,
} from "./promql.ts";

/** A rule that stores what its expression gives under a new name. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: Vector;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The labels that rules keep beside the class: the namespace, the tag's, the window. Never a pod or an instance. */
export function tagLevel(config: Pick<Config, "tagLabels">): readonly string[] {
  return [namespaceLabel, ...config.tagLabels, "window"];
}

/**
 * The rules that add up the counts of all replicas of a tag and take the ratios of the sums. A ratio of 0/0 gives no
 * sample. Rules of one group run in order, so each may read those above it.
 *
 * Where a replica has folded classes past its limit, figures that need all classes apart have no sample, and neither have
 * those of a class that such a replica does not show by its name: some of its outcomes may be among the folded ones.
 */
export function recordingRules(config: Config, matchers: readonly Matcher[]): readonly RecordingRule[] {
  const tag = tagLevel(config);
  const over = config.prometheus.replicas === "mirrored" ? "max" : "sum";
  const cells = (gauge: string): Vector => aggregateBy(over, [...tag, "class"], selector(gauge, matchers));
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
  const one: readonly Matcher[] = [...matchers, ["class", "!~", `${otherClass}|${wrongClass}`]];
  const hits = selector(recorded.truePositive, one);
  const ofOne = (ratio: Vector): Vector => butNot(ratio, series(recorded.partial));
  const ofAll = (figure: Vector): Vector => butNot(figure, some(series(recorded.overflow)));

  return [
    { record: recorded.truePositive, expr: cells(gauges.truePositive) },
    { record: recorded.predicted, expr: cells(gauges.predicted) },
    { record: recorded.actual, expr: cells(gauges.actual) },
    { record: recorded.overflow, expr: aggregateBy(over, tag, selector(gauges.overflow, matchers)) },
    { record: recorded.partial, expr: partial(tag, matchers) },
    { record: recorded.samples, expr: samples(config, tag, matchers) },
    { record: recorded.correct, expr: correct(config, tag, matchers) },
    { record: recorded.involved, expr: arith(arith(s.predicted, "+", s.actual), "-", s.tp) },
    { record: recorded.negative, expr: arith(s.n, "-", s.actual, otherClasses) },
    { record: recorded.trueNegative, expr: arith(arith(s.negative, "-", s.predicted), "+", s.tp) },
    { record: recorded.accuracy, expr: arith(s.correct, "/", some(s.n)) },
    { record: recorded.precision, expr: ofOne(arith(hits, "/", some(s.predicted))) },
    { record: recorded.recall, expr: ofOne(arith(hits, "/", some(s.actual))) },
    {
      record: recorded.f1,
      expr: ofOne(arith(arith(num(2), "*", hits), "/", some(arith(s.predicted, "+", s.actual)))),
    },
    { record: recorded.specificity, expr: ofOne(arith(selector(recorded.trueNegative, one), "/", some(s.negative))) },
    // The recall of a class is there only where the class is actual: their mean is the balanced accuracy.
    { record: recorded.balancedAccuracy, expr: ofAll(aggregateBy("avg", tag, series(recorded.recall))) },
    {
      record: recorded.matthewsCorrelation,
      expr: ofAll(
        arith(
          beyondChance,
          "/",
          // The root of each factor: their product can pass 2^53.
          some(arith(call("sqrt", spread(s.predicted)), "*", call("sqrt", spread(s.actual)))),
        ),
      ),
    },
    { record: recorded.cohenKappa, expr: ofAll(arith(beyondChance, "/", some(arith(squared, "-", chance)))) },
    ...averages(tag, matchers, perTag, some, ofAll),
  ];
}

/**
 * Mirrored replicas skew by a scrape: the count is then built from the cells, so that no part exceeds the whole; but not
 * where classes are folded, since mirrors may fold different ones.
 */
function samples(config: Config, tag: readonly string[], matchers: readonly Matcher[]): Vector {
  const counted = selector(gauges.samples, matchers);
  if (config.prometheus.replicas === "sharded") return aggregateBy("sum", tag, counted);
  const fromCells = aggregateBy("sum", tag, selector(recorded.actual, matchers));
  return either(butNot(fromCells, overflowing(matchers)), aggregateBy("max", tag, counted));
}

function correct(config: Config, tag: readonly string[], matchers: readonly Matcher[]): Vector {
  const fromCells = aggregateBy("sum", tag, selector(recorded.truePositive, matchers));
  if (config.prometheus.replicas === "sharded") return fromCells;
  const perReplica = aggregateWithout("sum", ["class"], selector(gauges.truePositive, matchers));
  return either(butNot(fromCells, overflowing(matchers)), aggregateBy("max", tag, perReplica));
}

function overflowing(matchers: readonly Matcher[]): Vector {
  return compare(selector(recorded.overflow, matchers), ">", num(0));
}

/** The classes that are not shown by every replica that has folded some. */
function partial(tag: readonly string[], matchers: readonly Matcher[]): Vector {
  const ignoring = ["class"];
  const folding = compare(selector(gauges.overflow, matchers), ">", num(0));
  const shown = allOf(selector(gauges.actual, matchers), [folding, { ignoring }]);
  const shownByAll = compare(aggregateBy("count", [...tag, "class"], shown), "==", aggregateBy("count", tag, folding), {
    ignoring,
    group: "left",
  });
  return butNot(allOf(selector(recorded.actual, matchers), [overflowing(matchers), { ignoring }]), shownByAll);
}

/** An undefined figure of a class counts as 0; only classes that are actual or predicted count at all. */
function averages(
  tag: readonly string[],
  matchers: readonly Matcher[],
  perTag: (of: Vector) => Vector,
  some: (of: Vector) => Vector,
  ofAll: (figure: Vector) => Vector,
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
    { record, labels: { average: "macro" }, expr: ofAll(arith(perTag(series(of)), "/", classes)) },
    {
      record,
      labels: { average: "weighted" },
      expr: ofAll(arith(perTag(arith(series(of), "*", series(recorded.actual))), "/", some(series(recorded.samples)))),
    },
  ]);
}
