import { exporterMetric } from "../promql/metric-names.ts";
import { always, during, series, type Fault, type FaultSeries } from "./exporter-faults.ts";

const minute = 60;

/** Builds the fault of a source whose silence, in seconds, is longer than normal; another of its files was silent before. */
export function silenceOf(source: string, silentAfter: number): Fault {
  const read = (file: string, at: FaultSeries["at"]): FaultSeries =>
    series(exporterMetric("source_last_read_timestamp_seconds"), at, { file, source });
  const aged = (tick: number): number => tick * minute - silentAfter;
  return {
    alert: "ModelQualityLogStalled",
    what: `when no file of ${source} gave anything for ${silentAfter} s`,
    series: (from, until) => [
      read("old", (tick) => Math.min(tick, 2) * minute - silentAfter),
      read("new", (tick) => (tick >= from && tick < until ? aged(from) : aged(tick))),
    ],
    harmless: () => [read("old", (tick) => Math.min(tick, 2) * minute - silentAfter), read("new", aged)],
    delay: 1,
    after: 0,
    value: silentAfter + minute,
    labels: { source },
  };
}

/** Makes the fault of a source without a file; one that may be silent for long is told of where it never had one. */
export function emptinessOf(source: string, mayBeSilentForLong: boolean): Fault {
  const files = (at: FaultSeries["at"], replica = 0): FaultSeries =>
    series(exporterMetric("files"), at, { source }, replica);
  const from = (start: number, at: FaultSeries["at"]): FaultSeries["at"] =>
    mayBeSilentForLong ? (tick) => (tick < start ? undefined : at(tick)) : at;
  return {
    alert: "ModelQualityNoFiles",
    what: `when no replica has a file of ${source}`,
    series: (start, until) => [files(from(start, during(start, until, 0, 3))), files(from(start, always(0)), 1)],
    harmless: () => [files(always(0)), files(always(1), 1)],
    delay: 0,
    value: 0,
    labels: { source },
  };
}
