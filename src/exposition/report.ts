import type { LineTotals } from "../decode/line-stats.ts";
import type { Figure } from "../quality/formula.ts";
import {
  averagedMetrics,
  averages,
  classMetrics,
  windowMetrics,
  type Average,
  type AveragedWord,
  type ClassWord,
  type WindowWord,
} from "../quality/metrics.ts";
import {
  averageFigure,
  byMetric,
  byWord,
  classFigure,
  qualityOf,
  windowFigure,
  type Quality,
} from "../quality/quality.ts";
import type { Undeclared } from "../window/class-monitor.ts";
import { labelledShare, type ClassTraffic, type Traffic, type WindowTraffic } from "../window/coverage.ts";
import { recordOf } from "../window/forgotten-tags.ts";
import type { TagSnapshot } from "../window/tags.ts";
import { joinReport, type JoinReport, type JoinView } from "./join-metrics.ts";
import {
  judgeObjectives,
  objectiveReport,
  tagFinder,
  type FindTag,
  type JudgedTag,
  type Models,
  type ObjectiveReport,
} from "./objective-report.ts";
import { isAsked, selectWindows, type TagQuery } from "./tag-query.ts";

/** Output of `replay --json` and `/api/v1/models`; undefined ratios are null. */
export interface Report {
  readonly tags: readonly TagReport[];
  readonly lines: LineTotals;
  /** Outcomes with an undeclared class, by model. */
  readonly undeclared: Readonly<Record<string, Undeclared>>;
  /** Absent where the config has no join. */
  readonly join?: JoinReport;
  /** How much of the traffic of each tag is labelled; absent where the config has no join. */
  readonly coverage?: readonly CoverageReport[];
  /** Events whose order is not that of their times; only in a replay of several files, or with `--lateness`. */
  readonly order?: OrderReport;
}

/** Events of a replay whose order is not that of their times. */
export interface OrderReport {
  /** Files without times: they count after all others, in the given order. */
  readonly asNamed: readonly string[];
  /** Events that count where they stand: too late by the lateness, or past what a file may hold back. */
  readonly displaced: { readonly late: number; readonly crowded: number };
}

/** Predictions of a window, or of a class in it. */
interface TrafficCounts {
  readonly predictions: number;
  /** Those as old as the maturity; null where nothing in the window can be. */
  readonly due: number | null;
  /** Those of the due that have a label. */
  readonly labelled: number | null;
}

/** How much of the traffic of a time window is labelled. */
export interface TrafficReport extends TrafficCounts {
  readonly window: string;
  /** Labelled share of the due; null where nothing is due. */
  readonly share: number | null;
  readonly perClass: Readonly<Record<string, TrafficCounts>>;
}

/** How much of the traffic of a tag is labelled. */
export interface CoverageReport {
  readonly labels: Readonly<Record<string, string>>;
  readonly windows: readonly TrafficReport[];
  /** Predictions by age, those of each more than the age before. */
  readonly ages: Traffic["ages"];
}

/** One tag with its windows. */
export interface TagReport {
  readonly labels: Readonly<Record<string, string>>;
  readonly windows: readonly WindowReport[];
  /** Verdicts on the objectives of its model, in the order of the config. */
  readonly objectives: readonly ObjectiveReport[];
}

/** Metrics of one tag in one window; those of the whole window are under their spelling in the config. */
export interface WindowReport extends Readonly<Record<WindowWord, Figure>> {
  readonly window: string;
  readonly samples: number;
  /** Outcomes of classes past the limit; while there are any, metrics over all classes are null. */
  readonly overflow: number;
  readonly classes: readonly string[];
  /** Rows are actual, columns predicted, both in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[];
  readonly averages: Readonly<Record<Average, Readonly<Record<AveragedWord, Figure>>>>;
  readonly perClass: Readonly<Record<string, ClassReport>>;
}

/** Metrics of one class. */
export interface ClassReport extends Readonly<Record<ClassWord, Figure>> {
  readonly support: number;
}

/** Makes the report of the snapshots, with verdicts on the objectives of the models. */
export function report(
  models: Models,
  snapshots: readonly TagSnapshot[],
  lines: LineTotals,
  undeclared: Report["undeclared"],
  join?: JoinView,
): Report {
  const tags = snapshots.map(figuresOf);
  const find = tagFinder(() => tags);
  return {
    tags: tags.map((tag) => tagReport(models, tag, find)),
    lines,
    undeclared,
    ...(join && { join: joinReport(join), coverage: tags.flatMap(coverageReport) }),
  };
}

/** Writes the report in pieces, with those of the tags that are asked for: the others are looked at for comparisons alone. */
export function* reportText(
  models: Models,
  snapshots: readonly TagSnapshot[],
  query: TagQuery,
  { lines, undeclared, join }: Pick<Report, "lines" | "undeclared"> & { readonly join: JoinView | undefined },
): Iterable<string> {
  // Of the same moment as the tags.
  const rest = `,"lines":${JSON.stringify(lines)},"undeclared":${JSON.stringify(undeclared)}`;
  const joined = join && `,"join":${JSON.stringify(joinReport(join))}`;
  const find = tagFinder(() => snapshots.map(judgedLater));
  const asked = snapshots.filter(({ labels }) => isAsked(query, labels));
  yield '{"tags":';
  yield* listText(asked, (tag) => [selectWindows(tagReport(models, figuresOf(tag), find), query)]);
  yield rest;
  if (joined !== undefined) {
    yield `${joined},"coverage":`;
    yield* listText(snapshots, ({ labels, traffic }) => coverageReport({ labels: recordOf(labels), traffic }));
  }
  yield "}";
}

/** Writes a list of reports in JSON; those of an item are made when their piece is asked for. */
function* listText<T>(items: readonly T[], reports: (item: T) => readonly unknown[]): Iterable<string> {
  let before = "[";
  for (const item of items) {
    for (const one of reports(item)) {
      yield before + JSON.stringify(one);
      before = ",";
    }
  }
  yield before === "[" ? "[]" : "]";
}

/** Figures of a tag, read at once. */
function figuresOf(tag: TagSnapshot) {
  return {
    labels: recordOf(tag.labels),
    windows: new Map(tag.windows.map(({ window, confusion }) => [window.label, qualityOf(confusion)])),
    traffic: tag.traffic,
    labelled: sharesOf(tag.traffic),
  };
}

/** A tag that others may be compared with, read when one is. */
function judgedLater(tag: TagSnapshot): JudgedTag {
  const quality = (label: string): Quality | undefined => {
    const found = tag.windows.find(({ window }) => window.label === label);
    return found && qualityOf(found.confusion);
  };
  return {
    labels: recordOf(tag.labels),
    windows: { get: quality },
    labelled: { get: (label) => sharesOf(tag.traffic).get(label) },
  };
}

function tagReport(models: Models, tag: ReturnType<typeof figuresOf>, find: FindTag): TagReport {
  return {
    labels: tag.labels,
    windows: [...tag.windows].map(([label, quality]) => windowReport(label, quality)),
    objectives: judgeObjectives(models, tag, find).map(objectiveReport),
  };
}

/** Labelled share of what is due by window; without those of which nothing is. */
export function sharesOf(traffic: Traffic | undefined): Map<string, number> {
  return new Map(
    [...(traffic?.windows ?? [])].flatMap(([label, window]) => {
      const share = labelledShare(window);
      return share === undefined ? [] : [[label, share] as const];
    }),
  );
}

function coverageReport(tag: {
  readonly labels: CoverageReport["labels"];
  readonly traffic: Traffic | undefined;
}): CoverageReport[] {
  const { labels, traffic } = tag;
  if (traffic === undefined) return [];
  return [{ labels, windows: [...traffic.windows].map(trafficReport), ages: traffic.ages }];
}

function trafficReport([label, window]: readonly [string, WindowTraffic]): TrafficReport {
  const { hasDue, classes } = window;
  const counts = (some: readonly ClassTraffic[]): TrafficCounts => {
    const sum = (of: "predictions" | "due" | "labelled"): number => some.reduce((all, one) => all + one[of], 0);
    return {
      predictions: sum("predictions"),
      due: hasDue ? sum("due") : null,
      labelled: hasDue ? sum("labelled") : null,
    };
  };
  return {
    window: label,
    ...counts(classes),
    share: labelledShare(window) ?? null,
    perClass: Object.fromEntries(classes.map((one) => [one.class, counts([one])])),
  };
}

function windowReport(window: string, quality: Quality): WindowReport {
  const { classes, counts } = quality.confusion;
  return {
    window,
    samples: quality.counts.samples,
    overflow: quality.counts.overflow,
    classes,
    confusion: classes.map((_name, row) => [...counts.subarray(row * classes.length, (row + 1) * classes.length)]),
    ...byMetric(windowMetrics, (metric) => windowFigure(metric, quality)),
    averages: byWord(averages, (average) =>
      byMetric(averagedMetrics, (metric) => averageFigure(metric, average, quality)),
    ),
    // Object.fromEntries handles a class named __proto__ like any other.
    perClass: Object.fromEntries(
      classes.map((name, index) => [
        name,
        {
          ...byMetric(classMetrics, (metric) => classFigure(metric, quality, index)),
          support: quality.counts.classes[index]?.actual ?? 0,
        },
      ]),
    ),
  };
}
