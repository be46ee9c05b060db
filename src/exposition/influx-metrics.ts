import type { HealthMetric, Sample } from "./health.ts";

/** What was sent to InfluxDB, by now; counts are since the process started. */
export interface InfluxView {
  /** Lines by what became of them. */
  readonly lines: Readonly<Record<"written" | "rejected" | "dropped", number>>;
  /** Requests by the status of their answer; `timeout` and `error` for those without one. */
  readonly requests: ReadonlyMap<string, number>;
  readonly bufferedBytes: number;
  readonly bufferedLines: number;
  /** Unix seconds of the last answer that took lines; 0 before the first. */
  readonly lastSuccessSeconds: number;
  /** Why the server takes nothing at present; undefined while it does. */
  readonly failure: string | undefined;
  /** Why lines were rejected last; undefined where none were. */
  readonly rejection: string | undefined;
}

/** What reports say of InfluxDB. */
export interface InfluxReport extends Pick<InfluxView, "lines" | "bufferedLines" | "bufferedBytes"> {
  /** RFC 3339; null before the first answer that took lines. */
  readonly lastSuccess: string | null;
  readonly failure?: string;
  readonly rejection?: string;
}

/** Makes the report of what was sent to InfluxDB. */
export function influxReport(view: InfluxView): InfluxReport {
  const { lines, bufferedLines, bufferedBytes, lastSuccessSeconds, failure, rejection } = view;
  return {
    lines: { ...lines },
    bufferedLines,
    bufferedBytes,
    lastSuccess: lastSuccessSeconds > 0 ? new Date(lastSuccessSeconds * 1000).toISOString() : null,
    ...(failure !== undefined && { failure }),
    ...(rejection !== undefined && { rejection }),
  };
}

const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);

/** Metrics of what is written to InfluxDB; without samples where the config has none. */
export const influxMetrics = [
  {
    name: "influxdb_lines_total",
    type: "counter",
    help: "Lines for InfluxDB by result: `rejected` ones the server does not take, `dropped` ones had no room while it took none, or were given up at a stop.",
    labels: ["result"],
    values: ({ influxdb }) =>
      Object.entries(influxdb?.lines ?? {}).map(([result, value]) => ({ labels: { result }, value })),
  },
  {
    name: "influxdb_requests_total",
    type: "counter",
    help: "Requests to InfluxDB by the status of their answer; `timeout` and `error` for those without one.",
    labels: ["code"],
    values: ({ influxdb }) => [...(influxdb?.requests ?? [])].map(([code, value]) => ({ labels: { code }, value })),
  },
  {
    name: "influxdb_buffered_bytes",
    type: "gauge",
    help: "Compressed bytes that wait for InfluxDB, at most influxdb.maxBufferedBytes.",
    labels: [],
    values: ({ influxdb }) => one(influxdb?.bufferedBytes),
  },
  {
    name: "influxdb_last_success_timestamp_seconds",
    type: "gauge",
    help: "Unix time of the last answer of InfluxDB that took lines; 0 before the first.",
    labels: [],
    values: ({ influxdb }) => one(influxdb?.lastSuccessSeconds),
  },
] as const satisfies readonly HealthMetric[];
