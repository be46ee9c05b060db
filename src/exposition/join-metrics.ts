import { delayBounds, labelResults, type Delays, type JoinStats } from "../join/join-stats.ts";
import type { JoinSize } from "../join/pools.ts";
import type { HealthMetric, Sample } from "./health.ts";
import { histogramSamples } from "./histogram.ts";

/** State of the join at a scrape, and its counts since the process started. */
export interface JoinView {
  readonly size: JoinSize;
  readonly stats: JoinStats;
}

const byKey = (label: string, counts: Readonly<Record<string, number>> = {}): Sample[] =>
  Object.entries(counts).map(([key, value]) => ({ labels: { [label]: key }, value }));

const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);

/** What reports say of the join. */
export interface JoinReport {
  /** What still waits for its other half. */
  readonly pending: { readonly predictions: number; readonly labels: number };
  /** Labels by result, without zeros. */
  readonly labels: Readonly<Record<string, number>>;
  /** Repeated predictions. */
  readonly repeated: number;
  /** What was forgotten without its other half. */
  readonly forgotten: { readonly predictions: number; readonly labels: number };
}

/** Makes the report of the join. */
export function joinReport({ size, stats }: JoinView): JoinReport {
  return {
    pending: { predictions: size.predictions, labels: size.labels },
    labels: Object.fromEntries(Object.entries(stats.labels).filter(([, labels]) => labels > 0)),
    repeated: stats.repeated.true + stats.repeated.false,
    forgotten: {
      predictions: stats.evicted.expired + stats.evicted.capacity,
      labels: stats.unmatched.expired + stats.unmatched.capacity,
    },
  };
}

/** Metrics of the join; without samples where the config has none. */
export const joinMetrics = [
  {
    name: "pending_predictions",
    type: "gauge",
    help: "Predictions that wait for their label.",
    labels: [],
    values: ({ join }) => one(join?.size.predictions),
  },
  {
    name: "pending_labels",
    type: "gauge",
    help: "Labels that wait for their prediction.",
    labels: [],
    values: ({ join }) => one(join?.size.labels),
  },
  {
    name: "remembered_ids",
    type: "gauge",
    help: "Joined predictions whose ids are remembered, so that repeats do not count and corrections do.",
    labels: [],
    values: ({ join }) => one(join?.size.joined),
  },
  {
    name: "join_table_bytes",
    type: "gauge",
    help: "Memory of the table of ids, in bytes.",
    labels: [],
    values: ({ join }) => one(join?.size.bytes),
  },
  {
    name: "pending_evicted_total",
    type: "counter",
    help: "Predictions that were forgotten without a label: `expired` after `join.within` and `early`, `capacity` past `join.maxIds`.",
    labels: ["reason"],
    values: ({ join }) => byKey("reason", join?.stats.evicted),
  },
  {
    name: "predictions_absent_total",
    type: "counter",
    help: "Predictions that got no label in time and count as the class `join.absent`.",
    labels: [],
    values: ({ join }) => one(join?.stats.absent),
  },
  {
    name: "predictions_repeated_total",
    type: "counter",
    help: "Predictions of an id and tag that had one already, which stands; `conflict` is true for another class.",
    labels: ["conflict"],
    values: ({ join }) => byKey("conflict", join?.stats.repeated),
  },
  {
    name: "labels_total",
    type: "counter",
    help: "Labels by result: `parked` ones wait for their prediction and count again as `joined` or `too_late` when it comes; `duplicate` says the same again; `corrected` another class; `correction_late` another class of an outcome that has left all windows; `too_late` is outside of `join.within` and `early`.",
    labels: ["result"],
    values: ({ join }) =>
      join === undefined
        ? []
        : labelResults.map((result) => ({ labels: { result }, value: join.stats.labels[result] })),
  },
  {
    name: "labels_unmatched_total",
    type: "counter",
    help: "Labels that were forgotten without a prediction, by reason as above.",
    labels: ["reason"],
    values: ({ join }) => byKey("reason", join?.stats.unmatched),
  },
  {
    name: "label_last_timestamp_seconds",
    type: "gauge",
    help: "Unix time of the latest label of a prediction of the model by the time in its event, never later than now.",
    labels: ["model"],
    values: ({ join }) =>
      [...(join?.stats.lastLabels ?? [])].map(([model, time]) => ({ labels: { model }, value: time / 1000 })),
  },
  {
    name: "label_delay_seconds",
    type: "histogram",
    help: "Time from a prediction to its label, by their own times; 0 for a label before its prediction.",
    labels: ["model"],
    values: ({ join }) => delaySamples(join?.stats.delays ?? []),
  },
] as const satisfies readonly HealthMetric[];

function* delaySamples(delays: Iterable<readonly [string, Delays]>): Iterable<Sample> {
  for (const [model, counts] of delays) yield* histogramSamples({ model }, delayBounds, counts);
}
