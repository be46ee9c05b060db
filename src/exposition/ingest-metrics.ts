import { commitBounds, ingestResults, type IngestStats } from "../ingest/ingest-stats.ts";
import type { HealthMetric } from "./health.ts";
import { histogramSamples } from "./histogram.ts";

/** Events by HTTP at a scrape, and their counts since the process started. */
export interface IngestView {
  readonly stats: IngestStats;
  readonly queuedBytes: number;
}

/** Metrics of the events by HTTP; without samples where the config takes none. */
export const ingestMetrics = [
  {
    name: "ingest_requests_total",
    type: "counter",
    help: "Requests to `POST /api/v1/events` by the status of their answer.",
    labels: ["code"],
    values: ({ ingest }) =>
      [...(ingest?.stats.requests ?? [])].map(([code, value]) => ({ labels: { code: String(code) }, value })),
  },
  {
    name: "ingest_events_total",
    type: "counter",
    help: "Events by HTTP by result: `duplicate` CloudEvents came before; `skipped` ones give no outcome and are no errors; `rejected` ones cannot be read.",
    labels: ["result"],
    values: ({ ingest }) =>
      ingest === undefined
        ? []
        : ingestResults.map((result) => ({ labels: { result }, value: ingest.stats.events[result] })),
  },
  {
    name: "ingest_queued_bytes",
    type: "gauge",
    help: "Bytes of bodies that are read or wait to be durable.",
    labels: [],
    values: ({ ingest }) => (ingest === undefined ? [] : [{ labels: {}, value: ingest.queuedBytes }]),
  },
  {
    name: "ingest_commit_seconds",
    type: "histogram",
    help: "Time from counting the events of a request to their being durable.",
    labels: [],
    values: ({ ingest }) => (ingest === undefined ? [] : histogramSamples({}, commitBounds, ingest.stats.commits)),
  },
] as const satisfies readonly HealthMetric[];
