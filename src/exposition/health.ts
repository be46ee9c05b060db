import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Misplaced } from "../decode/line-stats.ts";
import type { FileStatus, SourceCounts } from "../source/source.ts";
import { fileMetrics } from "./file-metrics.ts";
import { FileSeries, type FileSample } from "./file-series.ts";
import { influxMetrics, type InfluxView } from "./influx-metrics.ts";
import { ingestMetrics, type IngestView } from "./ingest-metrics.ts";
import { joinMetrics, type JoinView } from "./join-metrics.ts";
import { leavingParts, noSeries, type PageSeries } from "./series-limit.ts";
import { familyHead, sampleLine, type Format, type MetricType } from "./text-format.ts";

/** Health of the exporter at a scrape; counts are since the process started. */
export interface HealthView {
  readonly version: string;
  /** Line counts per source, without blank lines. */
  readonly lines: Iterable<{
    readonly source: string;
    readonly read: number;
    readonly rejectedByReason: Readonly<Record<string, number>>;
    readonly skippedByReason: Readonly<Record<string, number>>;
    readonly outcomes: number;
    readonly unlabelled: number;
    readonly misplaced: Readonly<Record<"backlog" | "live", Readonly<Misplaced>>>;
  }>;
  readonly files: readonly FileStatus[];
  readonly sources: readonly SourceCounts[];
  readonly tags: number;
  readonly tagsDropped: number;
  /** Outcomes with an undeclared class, by model of the config. */
  readonly undeclared: Readonly<Record<string, { readonly outcomes: number }>>;
  /** Undefined where the config has no join. */
  readonly join?: JoinView | undefined;
  /** Undefined where the config takes no events by HTTP. */
  readonly ingest?: IngestView | undefined;
  /** Undefined where the config has no InfluxDB. */
  readonly influxdb?: InfluxView | undefined;
  readonly reload: { readonly successful: boolean; readonly successSeconds: number };
  readonly checkpoint: { readonly seconds: number; readonly errors: number };
  readonly clockSteps: number;
}

/** Name prefix of the exporter's own metrics. */
export const healthPrefix = "model_quality_exporter_";

/** View of one scrape, whose files are folded into a bounded number of series. */
type Scrape = Omit<HealthView, "files"> & { readonly files: readonly FileSample[]; readonly series: PageSeries };

/** Value of a metric under its labels. */
export interface Sample {
  /** What follows the name, of a sample of a histogram. */
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Metric about the exporter. */
export interface HealthMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  readonly values: (view: Scrape) => Iterable<Sample>;
}

const one = (value: number, labels: Sample["labels"] = {}): Sample[] => [{ labels, value }];

/** Misplaced outcomes by source, those of the backlog apart. */
const misplaced = ({ lines }: Scrape, kind: keyof Misplaced): Sample[] =>
  [...lines].flatMap(({ source, misplaced: { backlog, live } }) => [
    { labels: { source, backlog: "true" }, value: backlog[kind] },
    { labels: { source, backlog: "false" }, value: live[kind] },
  ]);

/** All metrics about the exporter in the order of the page: the source for the page, its documentation and its test. */
export const healthMetrics = [
  {
    name: "build_info",
    type: "gauge",
    help: "Always 1; the labels identify the build.",
    labels: ["version", "node_version"],
    values: (view) => one(1, { version: view.version, node_version: process.version }),
  },
  {
    name: "config_last_reload_successful",
    type: "gauge",
    help: "1 if the last config reload succeeded, 0 if it failed and the previous config stays in use.",
    labels: [],
    values: (view) => one(view.reload.successful ? 1 : 0),
  },
  {
    name: "config_last_reload_success_timestamp_seconds",
    type: "gauge",
    help: "Unix time at which the current config was loaded.",
    labels: [],
    values: (view) => one(view.reload.successSeconds),
  },
  {
    name: "lines_total",
    type: "counter",
    help: "Lines read, without blank lines: counted, skipped and erroneous ones.",
    labels: ["source"],
    values: (view) => [...view.lines].map(({ source, read }) => ({ labels: { source }, value: read })),
  },
  {
    name: "line_errors_total",
    type: "counter",
    help: "Lines rejected because of an error, by reason.",
    labels: ["source", "reason"],
    values: (view) =>
      [...view.lines].flatMap(({ source, rejectedByReason }) =>
        Object.entries(rejectedByReason).map(([reason, value]) => ({ labels: { source, reason }, value })),
      ),
  },
  {
    name: "lines_skipped_total",
    type: "counter",
    help: "Lines without an outcome that are no errors, by reason: `unlabelled` lines hold a prediction but no label; those of `line` and `where` are left out by the keys `lines` and `where` of the source; those of `wrapper` hold no event in the carrier's field.",
    labels: ["source", "reason"],
    values: (view) =>
      [...view.lines].flatMap(({ source, skippedByReason }) =>
        Object.entries(skippedByReason).map(([reason, value]) => ({ labels: { source, reason }, value })),
      ),
  },
  {
    name: "outcomes_total",
    type: "counter",
    help: "Outcomes of the lines: of a batch each element's.",
    labels: ["source"],
    values: (view) => [...view.lines].map(({ source, outcomes }) => ({ labels: { source }, value: outcomes })),
  },
  {
    name: "events_unlabelled_total",
    type: "counter",
    help: "Predictions without a label, which give no outcome: of a batch each element's, though its line be counted.",
    labels: ["source"],
    values: (view) => [...view.lines].map(({ source, unlabelled }) => ({ labels: { source }, value: unlabelled })),
  },
  {
    name: "events_late_total",
    type: "counter",
    help: "Outcomes too old for at least one time window, which leaves them out; `backlog` is true for those that were read before the exporter had caught up after its start or a reload.",
    labels: ["source", "backlog"],
    values: (view) => misplaced(view, "late"),
  },
  {
    name: "events_future_total",
    type: "counter",
    help: "Outcomes dated further in the future than limits.futureTolerance, counted as of now; `backlog` as above.",
    labels: ["source", "backlog"],
    values: (view) => misplaced(view, "future"),
  },
  {
    name: "tags",
    type: "gauge",
    help: "Tags (label sets) in memory.",
    labels: [],
    values: (view) => one(view.tags),
  },
  {
    name: "tags_dropped_total",
    type: "counter",
    help: "Outcomes not counted because their tag is past limits.maxTags or limits.maxTagsPerSource.",
    labels: [],
    values: (view) => one(view.tagsDropped),
  },
  {
    name: "series",
    type: "gauge",
    help: "Series of models on this page, at most limits.maxSeries but for those that never leave; with room for figures that are not defined.",
    labels: [],
    values: ({ series }) => one(series.written),
  },
  {
    name: "series_left_out",
    type: "gauge",
    help: "Series that are not on this page because of limits.maxSeries, by part, in the order in which they leave: `cells` of confusion matrices, `class_ratios`, `averages`, `class_samples` (counts by class of models without objectives).",
    labels: ["part"],
    values: ({ series }) => leavingParts.map((part) => ({ labels: { part }, value: series.leftOut[part] })),
  },
  {
    name: "undeclared_class_outcomes_total",
    type: "counter",
    help: "Outcomes with an actual or predicted class that the model does not declare; they are counted as logged.",
    labels: ["model"],
    values: (view) =>
      Object.entries(view.undeclared).map(([model, { outcomes }]) => ({ labels: { model }, value: outcomes })),
  },
  ...fileMetrics,
  {
    name: "checkpoint_timestamp_seconds",
    type: "gauge",
    help: "Unix time of the last checkpoint of offsets and windows; 0 before the first.",
    labels: [],
    values: (view) => one(view.checkpoint.seconds),
  },
  {
    name: "checkpoint_errors_total",
    type: "counter",
    help: "Failed checkpoints of offsets and windows.",
    labels: [],
    values: (view) => one(view.checkpoint.errors),
  },
  {
    name: "clock_steps_total",
    type: "counter",
    help: "Steps of the wall clock of more than a minute against the monotonic one: it was set, or the machine was asleep.",
    labels: [],
    values: (view) => one(view.clockSteps),
  },
  ...joinMetrics,
  ...ingestMetrics,
  ...influxMetrics,
] as const satisfies readonly HealthMetric[];

/** Longest interval of a timer (ms). */
const never = 2 ** 31 - 1;

/** Names of these metrics, without the prefix. */
export type HealthMetricName = (typeof healthMetrics)[number]["name"];

/** Writer of the exporter's own metrics and prom-client's process metrics. */
export class Health {
  readonly #registry = new Registry();
  readonly #view: () => HealthView;
  readonly #files = new FileSeries();
  #scrape: Scrape | undefined;

  /** `view` is called at each scrape. */
  constructor(view: () => HealthView) {
    this.#view = view;
    const current = (): Scrape => (this.#scrape ??= this.#look(noSeries));
    for (const { name, type, help, labels, values } of healthMetrics) {
      if (type === "histogram") continue;
      const options = { name: healthPrefix + name, help, labelNames: [...labels], registers: [this.#registry] };
      const collect = (): void => {
        metric.reset();
        // What the config does not have is absent: a reset leaves a 0 where there are no labels.
        if (labels.length === 0) metric.remove();
        for (const sample of values(current())) metric.inc(sample.labels, sample.value);
      };
      const metric = type === "gauge" ? new Gauge({ ...options, collect }) : new Counter({ ...options, collect });
    }
    // The histogram of the event loop's delay would wake a resting process a hundred times a second.
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: never });
    for (const { name } of this.#registry.getMetricsAsArray())
      if (/^nodejs_eventloop_lag_.*_seconds$/u.test(name)) this.#registry.removeSingleMetric(name);
  }

  /**
   * Writes the metrics in either format. The text is made here, since prom-client stores a registry's content type and
   * renames counters permanently when it is switched.
   */
  async text(format: Format, series: PageSeries = noSeries): Promise<string> {
    // Appended to, which is cheaper than joining an array of lines.
    let text = "";
    const scrape = (this.#scrape = this.#look(series));
    for (const metric of await this.#registry.getMetricsAsJSON()) {
      const type = metricType(metric.type);
      // Some of prom-client's gauges have counter names, which strict parsers reject.
      if (type !== "counter" && metric.name.endsWith("_total")) continue;
      text += familyHead(format, { name: metric.name, help: metric.help, type });
      for (const sample of metric.values) {
        const name = "metricName" in sample && typeof sample.metricName === "string" ? sample.metricName : metric.name;
        text += sampleLine(name, sample.labels, sample.value);
      }
    }
    // Counted here, and not by prom-client.
    for (const { name, type, help, values } of healthMetrics) {
      if (type !== "histogram") continue;
      text += familyHead(format, { name: healthPrefix + name, help, type });
      for (const { suffix = "", labels, value } of values(scrape)) {
        text += sampleLine(healthPrefix + name + suffix, labels, value);
      }
    }
    return text;
  }

  #look(series: PageSeries): Scrape {
    const view = this.#view();
    return { ...view, series, files: this.#files.fold(view.files) };
  }
}

function metricType(type: unknown): MetricType {
  return type === "counter" || type === "histogram" || type === "summary" ? type : "gauge";
}
