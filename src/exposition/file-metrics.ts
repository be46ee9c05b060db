import { perFile } from "./file-series.ts";
import type { HealthMetric } from "./health.ts";

/** Metrics of the log files, by source and by file. */
export const fileMetrics = [
  {
    name: "files",
    type: "gauge",
    help: "Log files being followed.",
    labels: ["source"],
    values: (view) => view.sources.map(({ source, followed }) => ({ labels: { source }, value: followed })),
  },
  {
    name: "file_rotations_total",
    type: "counter",
    help: "Files renamed, replaced or deleted; each is read to its end.",
    labels: ["source"],
    values: (view) => view.sources.map(({ source, rotations }) => ({ labels: { source }, value: rotations })),
  },
  {
    name: "file_truncations_total",
    type: "counter",
    help: "Files truncated or overwritten in place.",
    labels: ["source"],
    values: (view) => view.sources.map(({ source, truncations }) => ({ labels: { source }, value: truncations })),
  },
  {
    name: "files_lost_total",
    type: "counter",
    help: "Files that disappeared with lines that were not read, or may have: compressed in a form that cannot be read, moved away, or deleted.",
    labels: ["source"],
    values: (view) => view.sources.map(({ source, lost }) => ({ labels: { source }, value: lost })),
  },
  {
    name: "file_errors_total",
    type: "counter",
    help: "Failed attempts to stat, open or read a file, by system error code, which are retried, and refused files (kind, limit, link, name, own, procfs).",
    labels: ["source", "code"],
    values: (view) =>
      view.sources.flatMap(({ source, readErrors }) =>
        [...readErrors].map(([code, value]) => ({ labels: { source, code }, value })),
      ),
  },
  {
    name: "source_lag_bytes",
    type: "gauge",
    help: 'Unread bytes of the file as of the last poll; compressed bytes for a compressed file. The first 100 files of a source have series of their own; `file="__other__"` is the largest lag of the others.',
    labels: ["source", "file"],
    values: (view) => perFile(view.files, ({ lagBytes }) => lagBytes),
  },
  {
    name: "source_lag_seconds",
    type: "gauge",
    help: "How long the file has had unread data, in seconds; 0 once it is read to its end. The longest of all other files.",
    labels: ["source", "file"],
    values: (view) => perFile(view.files, ({ lagSeconds }) => lagSeconds),
  },
  {
    name: "source_read_bytes_total",
    type: "counter",
    help: "Bytes read from the file; those of all other files together.",
    labels: ["source", "file"],
    values: (view) => perFile(view.files, ({ readBytes }) => readBytes),
  },
  {
    name: "source_last_read_timestamp_seconds",
    type: "gauge",
    help: "Unix time of the last read that returned data; absent before the first. The newest of all other files.",
    labels: ["source", "file"],
    values: (view) => perFile(view.files, ({ lastReadSeconds }) => (lastReadSeconds > 0 ? lastReadSeconds : undefined)),
  },
] as const satisfies readonly HealthMetric[];
