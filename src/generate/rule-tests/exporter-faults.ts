import { countMetrics } from "../../quality/counts.ts";
import type { ExporterAlertName } from "../rules/exporter-expressions.ts";
import { exporterMetric, jobName, otherFiles } from "../promql/metric-names.ts";

/** Series of a test. */
export interface FaultSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Gives the value at a tick, one a minute; undefined where the series has no sample. */
  readonly at: (tick: number) => number | undefined;
}

/** Fault of an exporter, as its metrics show it. */
export interface Fault {
  readonly alert: ExporterAlertName;
  readonly what: string;
  /** Builds the series of a fault that lasts from a tick until before another. */
  readonly series: (from: number, until: number) => readonly FaultSeries[];
  /** Builds series that are as close to the fault as possible, and none. */
  readonly harmless: () => readonly FaultSeries[];
  /** Ticks from the start of the fault until the alert's expression holds. */
  readonly delay: number;
  /** Ticks from its end until the expression no longer holds; `delay` by default. */
  readonly after?: number;
  /** Value of the alert's expression during the fault. */
  readonly value: number;
  /** Labels of the alert besides the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Namespace of all test series. */
export const faultNamespace = "models";

const minute = 60;
/** Gives one value at every tick. */
export const always = (value: number) => (): number => value;
/** Gives a value during a fault, and another outside of it. */
export const during = (from: number, until: number, bad: number, good: number) => (tick: number) =>
  tick >= from && tick < until ? bad : good;
/** Counts up by `bad` a tick during the fault and by `good` outside of it. */
const growing = (from: number, until: number, bad: number, good: number) => (tick: number) => {
  const badTicks = Math.max(0, Math.min(tick, until) - from);
  return bad * badTicks + good * (tick - badTicks);
};
/** Gives the tick's time in Unix seconds, but the fault's start as long as it lasts. */
const standing = (from: number, until: number) => (tick: number) =>
  tick >= from && tick < until ? from * minute : tick * minute;

/** Builds a series of a replica. */
export function series(
  name: string,
  at: FaultSeries["at"],
  labels: Record<string, string> = {},
  replica = 0,
): FaultSeries {
  const own = { job: jobName, instance: `replica-${replica}:9877`, namespace: faultNamespace };
  return { name, labels: { ...own, ...labels }, at };
}

const up = (replica: number, at: FaultSeries["at"]): FaultSeries => series("up", at, {}, replica);
const lines = (errors: FaultSeries["at"], skipped: FaultSeries["at"]): readonly FaultSeries[] => [
  series(exporterMetric("lines_total"), growing(0, 0, 0, 100), { source: "predictions" }),
  series(exporterMetric("line_errors_total"), errors, { source: "predictions", reason: "malformed" }),
  series(exporterMetric("lines_skipped_total"), skipped, { source: "predictions", reason: "unlabelled" }),
];
const log = (
  lag: FaultSeries["at"],
  read: FaultSeries["at"] | undefined,
  file = "a",
  waits: FaultSeries["at"] = lag,
): readonly FaultSeries[] => {
  const labels = { file: file === otherFiles ? file : `/var/log/models/${file}.jsonl`, source: "predictions" };
  return [
    series(exporterMetric("source_lag_bytes"), lag, labels),
    series(exporterMetric("source_lag_seconds"), waits, labels),
    ...(read === undefined ? [] : [series(exporterMetric("source_last_read_timestamp_seconds"), read, labels)]),
  ];
};
const now: FaultSeries["at"] = (tick) => tick * minute;
const waitingSince =
  (from: number, until: number): FaultSeries["at"] =>
  (tick) =>
    tick >= from && tick < until ? (tick - from) * minute : 0;
const fileErrors = (at: FaultSeries["at"]): readonly FaultSeries[] => [
  series(exporterMetric("file_errors_total"), at, { source: "predictions", code: "EACCES" }),
];
const lost = (at: FaultSeries["at"]): readonly FaultSeries[] => [
  series(exporterMetric("files_lost_total"), at, { source: "predictions" }),
];
const misdated = (from: number, until: number): readonly FaultSeries[] => {
  const late = growing(from, until, 100, 0); // All during the fault; many more outcomes come after it.
  const outcomes = (tick: number): number => late(tick) + 1000 * Math.max(0, tick - until);
  return [
    series(exporterMetric("outcomes_total"), outcomes, { source: "predictions" }),
    ...misdatedCounts(late, always(0), always(0)),
  ];
};
const misdatedCounts = (
  late: FaultSeries["at"],
  future: FaultSeries["at"],
  backlog: FaultSeries["at"],
): readonly FaultSeries[] => [
  series(exporterMetric("events_late_total"), late, { source: "predictions", backlog: "false" }),
  series(exporterMetric("events_late_total"), backlog, { source: "predictions", backlog: "true" }),
  series(exporterMetric("events_future_total"), future, { source: "predictions", backlog: "false" }),
];
const state = (written: FaultSeries["at"], errors: FaultSeries["at"]): readonly FaultSeries[] => [
  series(exporterMetric("checkpoint_timestamp_seconds"), written),
  series(exporterMetric("checkpoint_errors_total"), errors),
];
const overflow = (samples: FaultSeries["at"]): readonly FaultSeries[] => [
  series(countMetrics.overflow.name, samples, { model: "price", window: "1h" }),
  series(countMetrics.overflow.name, samples, { model: "price", window: "1h" }, 1),
];
const seriesLeftOut = (cells: FaultSeries["at"]): readonly FaultSeries[] => [
  series(exporterMetric("series_left_out"), cells, { part: "cells" }),
  series(exporterMetric("series_left_out"), always(0), { part: "averages" }, 1),
];
const evicted = (at: FaultSeries["at"], reason: string): FaultSeries =>
  series(exporterMetric("pending_evicted_total"), at, { reason });
const rangeTicks = 16;

/** Faults that the tests go through, beside those of single sources: one or more for each alert on the exporter and its sources. */
export const faults: readonly Fault[] = [
  {
    alert: "ModelQualityExporterDown",
    what: "when no replica answers",
    series: (from, until) => [up(0, during(from, until, 0, 1)), up(1, during(from, until, 0, 1))],
    harmless: () => [up(0, always(0)), up(1, always(1))],
    delay: 0,
    value: 0,
  },
  {
    alert: "ModelQualityExporterReplicaDown",
    what: "when one of two replicas does not answer",
    series: (from, until) => [up(0, during(from, until, 0, 1)), up(1, always(1))],
    harmless: () => [up(0, always(1)), up(1, always(1))],
    delay: 0,
    value: 1,
  },
  {
    alert: "ModelQualityLogStalled",
    what: "when bytes of one file wait and nothing of it is read, though another file is read",
    series: (from, until) => [...log(during(from, until, 4096, 0), standing(from, until)), ...log(always(0), now, "b")],
    harmless: () => [...log(always(4096), now), ...log(always(4096), always(0), "half-a-line", always(0))],
    delay: 16,
    after: 0,
    value: 1,
    labels: { source: "predictions" },
  },
  {
    alert: "ModelQualityLogStalled",
    what: "when bytes wait in a file that was never read",
    series: (from, until) => log(during(from, until, 4096, 0), undefined),
    harmless: () => log(always(0), undefined),
    delay: 15,
    after: 0,
    value: 1,
    labels: { source: "predictions" },
  },
  {
    alert: "ModelQualityLogStalled",
    what: "when bytes wait in one of many files that share a series, though others of them are read",
    series: (from, until) => log(during(from, until, 4096, 0), now, otherFiles, waitingSince(from, until)),
    harmless: () => log(always(4096), now, otherFiles, always(600)),
    delay: 16,
    after: 0,
    value: 1,
    labels: { source: "predictions" },
  },
  {
    alert: "ModelQualityFileErrors",
    what: "when reading fails again and again",
    series: (from, until) => fileErrors(growing(from, until, 60, 0)),
    harmless: () => fileErrors(during(30, 99, 8, 7)),
    delay: 1,
    after: 5,
    value: 300,
    labels: { source: "predictions", code: "EACCES" },
  },
  {
    alert: "ModelQualityFilesLost",
    what: "when a file disappears",
    series: (from) => lost((tick) => (tick >= from ? 1 : 0)),
    harmless: () => lost(always(0)),
    delay: 0,
    after: 60,
    value: 1,
    labels: { source: "predictions" },
  },
  {
    alert: "ModelQualityLineErrors",
    what: "when a fifth of the lines is refused",
    series: (from, until) => lines(growing(from, until, 20, 0), always(0)),
    harmless: () => lines(growing(0, 0, 0, 4), always(0)),
    delay: rangeTicks,
    value: 0.2,
    labels: { source: "predictions" },
  },
  {
    alert: "ModelQualityLineErrors",
    what: "when all lines that have a label are refused",
    series: (from, until) => lines(growing(from, until, 4, 0), growing(0, 0, 0, 96)),
    harmless: () => lines(always(0), growing(0, 0, 0, 100)),
    delay: rangeTicks,
    value: 1,
    labels: { source: "predictions" },
  },
  {
    alert: "ModelQualityNothingCounted",
    what: "when lines come and all of them are skipped or rejected",
    series: (from, until) => lines(growing(from, until, 40, 0), growing(from, until, 60, 0)),
    harmless: () => lines(growing(0, 0, 0, 39), growing(0, 0, 0, 60)),
    delay: 30,
    after: 1,
    value: 3000,
    labels: { source: "predictions" },
  },
  {
    alert: "ModelQualityOutcomesMisdated",
    what: "when most outcomes are late",
    series: misdated,
    harmless: () => [
      series(exporterMetric("outcomes_total"), growing(0, 0, 0, 100), { source: "predictions" }),
      ...misdatedCounts(growing(0, 0, 0, 20), growing(0, 0, 0, 20), growing(0, 0, 0, 100)),
    ],
    delay: 1,
    after: 2,
    value: 1,
    labels: { source: "predictions" },
  },
  {
    alert: "ModelQualityTagsDropped",
    what: "when tags are dropped",
    series: (from, until) => [series(exporterMetric("tags_dropped_total"), growing(from, until, 2, 0))],
    harmless: () => [series(exporterMetric("tags_dropped_total"), always(7))],
    delay: rangeTicks,
    value: 30,
  },
  {
    alert: "ModelQualityClassesOverflow",
    what: "when a model has classes past the limit",
    series: (from, until) => overflow(during(from, until, 40, 0)),
    harmless: () => overflow(always(0)),
    delay: 0,
    value: 40,
    labels: { model: "price" },
  },
  {
    alert: "ModelQualitySeriesLeftOut",
    what: "when a page has no room for the cells of confusion matrices",
    series: (from, until) => seriesLeftOut(during(from, until, 9000, 0)),
    harmless: () => seriesLeftOut(always(0)),
    delay: 0,
    value: 9000,
  },
  {
    alert: "ModelQualityPendingEvicted",
    what: "when predictions are forgotten for want of room",
    series: (from, until) => [evicted(growing(from, until, 2, 0), "capacity")],
    harmless: () => [evicted(always(7), "capacity"), evicted(growing(0, 0, 0, 2), "expired")],
    delay: rangeTicks,
    value: 30,
  },
  {
    alert: "ModelQualityStateNotWritten",
    what: "when the state grows old",
    series: (from, until) => state(standing(from, until), always(0)),
    harmless: () => state((tick) => Math.max(0, tick - 5) * minute, always(3)),
    delay: 6,
    value: 1,
  },
  {
    alert: "ModelQualityStateNotWritten",
    what: "when writing fails",
    series: (from, until) => state((tick) => tick * minute, growing(from, until, 1, 0)),
    harmless: () => state((tick) => tick * minute, always(3)),
    delay: rangeTicks,
    value: 1,
  },
  {
    alert: "ModelQualityConfigReloadFailed",
    what: "when a reload was refused",
    series: (from, until) => [series(exporterMetric("config_last_reload_successful"), during(from, until, 0, 1))],
    harmless: () => [series(exporterMetric("config_last_reload_successful"), always(1))],
    delay: 0,
    value: 1,
  },
];
