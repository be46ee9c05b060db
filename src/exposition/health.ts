import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { FileStatus, SourceCounts } from "../source/source.ts";
import { beginFamily, formatValue, labelPair, type Format, type MetricType, type Page } from "./text-format.ts";

/** What the exporter knows of itself, asked for at each scrape. Counts are since the process started. */
export interface HealthView {
  readonly version: string;
  /** Lines read per source, blank ones left out. */
  readonly lines: Iterable<{
    readonly source: string;
    readonly read: number;
    readonly rejected: Readonly<Record<string, number>>;
    readonly skippedByReason: Readonly<Record<string, number>>;
  }>;
  readonly files: readonly FileStatus[];
  readonly sources: readonly SourceCounts[];
  readonly late: number;
  readonly future: number;
  readonly tags: number;
  readonly tagsDropped: number;
  /** Outcomes of undeclared classes, by model of the config. */
  readonly undeclared: Readonly<Record<string, { readonly outcomes: number }>>;
  readonly reload: { readonly successful: boolean; readonly successSeconds: number };
  readonly checkpoint: { readonly seconds: number; readonly errors: number };
}

/** The name prefix of all that the exporter says of itself. */
export const healthPrefix = "model_quality_exporter_";

interface HealthMetric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly labels: readonly string[];
  readonly values: (
    view: HealthView,
  ) => Iterable<{ readonly labels: Readonly<Record<string, string>>; readonly value: number }>;
}

const one = (
  value: number,
  labels: Readonly<Record<string, string>> = {},
): { labels: Readonly<Record<string, string>>; value: number }[] => [{ labels, value }];

/** A figure of each file; of a file of which it is not known there is none. */
const perFile = (
  { files }: HealthView,
  figure: (file: FileStatus) => number | undefined,
): { labels: Readonly<Record<string, string>>; value: number }[] =>
  files.flatMap((file) => {
    const value = figure(file);
    return value === undefined ? [] : one(value, { file: file.path });
  });

/** Every metric of the exporter's own, in the order of the page; the documentation and its test read this table. */
export const healthMetrics = [
  {
    name: "build_info",
    type: "gauge",
    help: "Always 1; the labels say which build this is.",
    labels: ["version", "node_version"],
    values: (view) => one(1, { version: view.version, node_version: process.version }),
  },
  {
    name: "config_last_reload_successful",
    type: "gauge",
    help: "Whether the last attempt to read the config succeeded (1) or failed and the old one stayed (0).",
    labels: [],
    values: (view) => one(view.reload.successful ? 1 : 0),
  },
  {
    name: "config_last_reload_success_timestamp_seconds",
    type: "gauge",
    help: "When the config that is in use was read (Unix seconds).",
    labels: [],
    values: (view) => one(view.reload.successSeconds),
  },
  {
    name: "lines_total",
    type: "counter",
    help: "Lines read, blank ones left out: those that were counted, those that were skipped and those with errors.",
    labels: ["source"],
    values: (view) => [...view.lines].map(({ source, read }) => ({ labels: { source }, value: read })),
  },
  {
    name: "line_errors_total",
    type: "counter",
    help: "Lines that could not be counted, by reason.",
    labels: ["source", "reason"],
    values: (view) =>
      [...view.lines].flatMap(({ source, rejected }) =>
        Object.entries(rejected).map(([reason, value]) => ({ labels: { source, reason }, value })),
      ),
  },
  {
    name: "lines_skipped_total",
    type: "counter",
    help: "Lines that are in order and give no outcome, by reason: unlabelled ones hold a prediction and no label.",
    labels: ["source", "reason"],
    values: (view) =>
      [...view.lines].flatMap(({ source, skippedByReason }) =>
        Object.entries(skippedByReason).map(([reason, value]) => ({ labels: { source, reason }, value })),
      ),
  },
  {
    name: "events_late_total",
    type: "counter",
    help: "Outcomes that were older than at least one time window and were left out there.",
    labels: [],
    values: (view) => one(view.late),
  },
  {
    name: "events_future_total",
    type: "counter",
    help: "Outcomes from further in the future than is tolerated, which were placed at now.",
    labels: [],
    values: (view) => one(view.future),
  },
  {
    name: "tags",
    type: "gauge",
    help: "Tags that are kept in memory.",
    labels: [],
    values: (view) => one(view.tags),
  },
  {
    name: "tags_dropped_total",
    type: "counter",
    help: "Outcomes that were not counted because their tag is past limits.maxTags.",
    labels: [],
    values: (view) => one(view.tagsDropped),
  },
  {
    name: "undeclared_class_outcomes_total",
    type: "counter",
    help: "Outcomes with an actual or predicted class that is not among the declared ones of the model; they are counted as the log has them.",
    labels: ["model"],
    values: (view) =>
      Object.entries(view.undeclared).map(([model, { outcomes }]) => ({ labels: { model }, value: outcomes })),
  },
  {
    name: "files",
    type: "gauge",
    help: "Log files that are followed.",
    labels: ["source"],
    values: (view) => view.sources.map(({ source, followed }) => ({ labels: { source }, value: followed })),
  },
  {
    name: "file_rotations_total",
    type: "counter",
    help: "Files that left their path: renamed, replaced or deleted; each is read to its end.",
    labels: ["source"],
    values: (view) => view.sources.map(({ source, rotations }) => ({ labels: { source }, value: rotations })),
  },
  {
    name: "file_truncations_total",
    type: "counter",
    help: "Files that were found shorter than what had been read of them, or written anew in place.",
    labels: ["source"],
    values: (view) => view.sources.map(({ source, truncations }) => ({ labels: { source }, value: truncations })),
  },
  {
    name: "file_errors_total",
    type: "counter",
    help: "Failed attempts to open, look at or read a file, by the system's error code; they are tried again.",
    labels: ["source", "code"],
    values: (view) =>
      view.sources.flatMap(({ source, readErrors }) =>
        [...readErrors].map(([code, value]) => ({ labels: { source, code }, value })),
      ),
  },
  {
    name: "source_lag_bytes",
    type: "gauge",
    help: "Bytes of the file that are not yet read, as of the last look; of a compressed file, compressed ones.",
    labels: ["file"],
    values: (view) => perFile(view, ({ lagBytes }) => lagBytes),
  },
  {
    name: "source_lag_seconds",
    type: "gauge",
    help: "For how long the file has had something that was not looked at; 0 when it was read to its end.",
    labels: ["file"],
    values: (view) => perFile(view, ({ lagSeconds }) => lagSeconds),
  },
  {
    name: "source_read_bytes_total",
    type: "counter",
    help: "Bytes of the file that were read.",
    labels: ["file"],
    values: (view) => perFile(view, ({ readBytes, lagBytes }) => (lagBytes === undefined ? undefined : readBytes)),
  },
  {
    name: "source_last_read_timestamp_seconds",
    type: "gauge",
    help: "When the file last gave something to read (Unix seconds); absent before that.",
    labels: ["file"],
    values: (view) => perFile(view, ({ lastReadSeconds }) => (lastReadSeconds > 0 ? lastReadSeconds : undefined)),
  },
  {
    name: "checkpoint_timestamp_seconds",
    type: "gauge",
    help: "When offsets and windows were last written down (Unix seconds); 0 when that never happened.",
    labels: [],
    values: (view) => one(view.checkpoint.seconds),
  },
  {
    name: "checkpoint_errors_total",
    type: "counter",
    help: "Attempts to write offsets and windows down that failed.",
    labels: [],
    values: (view) => one(view.checkpoint.errors),
  },
] as const satisfies readonly HealthMetric[];

/** Names of these metrics, without the prefix. */
export type HealthMetricName = (typeof healthMetrics)[number]["name"];

/** The exporter's own metrics, kept by prom-client together with its process metrics. */
export class Health {
  readonly #registry = new Registry();

  /** `view` is asked at each scrape, so nothing is counted twice over. */
  constructor(view: () => HealthView) {
    for (const { name, type, help, labels, values } of healthMetrics) {
      const options = { name: healthPrefix + name, help, labelNames: [...labels], registers: [this.#registry] };
      const fill = (add: (labels: Readonly<Record<string, string>>, value: number) => void): void => {
        for (const sample of values(view())) add(sample.labels, sample.value);
      };
      if (type === "gauge") {
        new Gauge({
          ...options,
          collect() {
            this.reset();
            fill((at, value) => {
              this.set(at, value);
            });
          },
        });
      } else {
        new Counter({
          ...options,
          collect() {
            this.reset();
            fill((at, value) => {
              this.inc(at, value);
            });
          },
        });
      }
    }
    collectDefaultMetrics({ register: this.#registry });
  }

  /**
   * Writes them in either format. prom-client keeps a registry's content type as state and renames counters for good
   * when it is switched, so the figures are taken from it and the text is ours.
   */
  async write(page: Page, format: Format): Promise<void> {
    for (const metric of await this.#registry.getMetricsAsJSON()) {
      const type = metricType(metric.type);
      // Some of prom-client's gauges are named as counters, which a strict reader refuses.
      if (type !== "counter" && metric.name.endsWith("_total")) continue;
      beginFamily(page, format, { name: metric.name, help: metric.help, type });
      for (const sample of metric.values) {
        const name = "metricName" in sample && typeof sample.metricName === "string" ? sample.metricName : metric.name;
        const labels = Object.entries(sample.labels).map(([label, value]) => labelPair(label, labelText(label, value)));
        page.text += `${name}${labels.length > 0 ? `{${labels.join(",")}}` : ""} ${formatValue(sample.value)}\n`;
      }
    }
  }
}

function metricType(type: unknown): MetricType {
  return type === "counter" || type === "histogram" || type === "summary" ? type : "gauge";
}

/** Whole bucket bounds and quantiles are written as floats (`1.0`): OpenMetrics wants it, the older format allows it. */
function labelText(label: string, value: unknown): string {
  const text = String(value);
  return (label === "le" || label === "quantile") && /^-?\d+$/u.test(text) ? `${text}.0` : text;
}
