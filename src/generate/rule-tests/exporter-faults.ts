import { countMetrics } from "../../quality/counts.ts";
import type { ExporterAlertName } from "../rules/exporter-expressions.ts";
import { exporterMetric, jobName } from "../promql/metric-names.ts";

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
  /** Ticks from the start of the fault until the alert's expression holds, and from its end until it no longer does. */
  readonly delay: number;
  /** Value of the alert's expression during the fault. */
  readonly value: number;
  /** Labels of the alert besides the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Namespace of all test series. */
export const faultNamespace = "models";

const minute = 60;
const always = (value: number) => (): number => value;
const during = (from: number, until: number, bad: number, good: number) => (tick: number) =>
  tick >= from && tick < until ? bad : good;
/** Counts up by `bad` a tick during the fault and by `good` outside of it. */
const growing = (from: number, until: number, bad: number, good: number) => (tick: number) => {
  const badTicks = Math.max(0, Math.min(tick, until) - from);
  return bad * badTicks + good * (tick - badTicks);
};
/** Gives the tick's time in Unix seconds, but the fault's start as long as it lasts. */
const standing = (from: number, until: number) => (tick: number) =>
  tick >= from && tick < until ? from * minute : tick * minute;

function series(name: string, at: FaultSeries["at"], labels: Record<string, string> = {}, replica = 0): FaultSeries {
  const own = { job: jobName, instance: `replica-${replica}:9877`, namespace: faultNamespace };
  return { name, labels: { ...own, ...labels }, at };
}

const up = (replica: number, at: FaultSeries["at"]): FaultSeries => series("up", at, {}, replica);
const lines = (errors: FaultSeries["at"], skipped: FaultSeries["at"]): readonly FaultSeries[] => [
  series(exporterMetric("lines_total"), growing(0, 0, 0, 100), { source: "predictions" }),
  series(exporterMetric("line_errors_total"), errors, { source: "predictions", reason: "malformed" }),
  series(exporterMetric("lines_skipped_total"), skipped, { source: "predictions", reason: "unlabelled" }),
];
const log = (lag: FaultSeries["at"], read: FaultSeries["at"]): readonly FaultSeries[] => [
  series(exporterMetric("source_lag_bytes"), lag, { file: "/var/log/models/a.jsonl" }),
  series(exporterMetric("source_last_read_timestamp_seconds"), read, { file: "/var/log/models/a.jsonl" }),
];
const state = (written: FaultSeries["at"], errors: FaultSeries["at"]): readonly FaultSeries[] => [
  series(exporterMetric("checkpoint_timestamp_seconds"), written),
  series(exporterMetric("checkpoint_errors_total"), errors),
];
const overflow = (samples: FaultSeries["at"]): readonly FaultSeries[] => [
  series(countMetrics.overflow.name, samples, { model: "price", window: "1h" }),
  series(countMetrics.overflow.name, samples, { model: "price", window: "1h" }, 1),
];
const rangeTicks = 16;

/** Faults that the tests go through: one or more for each alert on the exporter itself. */
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
    what: "when bytes wait and nothing is read",
    series: (from, until) => log(during(from, until, 4096, 0), standing(from, until)),
    harmless: () => log(always(4096), (tick) => tick * minute),
    delay: 16,
    value: 1,
  },
  {
    alert: "ModelQualityLogStalled",
    what: "when the log has not grown for an hour",
    series: (from, until) => log(always(0), standing(from, until)),
    harmless: () => log(always(0), (tick) => Math.max(1, tick - 59) * minute),
    delay: 61,
    value: 1,
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
