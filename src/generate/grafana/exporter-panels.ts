import { exporterMetric, jobPattern } from "../promql/metric-names.ts";
import {
  aggregateBy,
  aggregateWithout,
  arith,
  call,
  range,
  selector,
  time,
  type Matcher,
  type Vector,
} from "../promql/builder.ts";
import { graph, rangeQuery, type PanelBody } from "./panel.ts";
import { variable } from "./variables.ts";

const job: readonly Matcher[] = [["job", "=~", jobPattern]];
const perSecond = (name: Parameters<typeof exporterMetric>[0]): Vector =>
  call("rate", range(exporterMetric(name), [], variable("__rate_interval")));

/** Builds the panels on the exporter itself. */
export function exporterPanels(): readonly PanelBody[] {
  return [
    graph(
      { title: "Exporters", description: "1 for each that Prometheus reaches, 0 for each that it does not." },
      [rangeQuery("up", selector("up", job), "{{instance}}")],
      { unit: "short", min: 0, max: 1, decimals: 0 },
    ),
    graph(
      {
        title: "Lines",
        description:
          "Lines read per second from each source, those of them without a label, and those that could not be counted, by reason.",
      },
      [
        rangeQuery("lines", aggregateBy("sum", ["source"], perSecond("lines_total")), "{{source}}"),
        rangeQuery(
          "skipped",
          aggregateBy("sum", ["source", "reason"], perSecond("lines_skipped_total")),
          "{{source}}: {{reason}}",
        ),
        rangeQuery(
          "errors",
          aggregateBy("sum", ["source", "reason"], perSecond("line_errors_total")),
          "{{source}}: {{reason}}",
        ),
      ],
      { unit: "cps", min: 0 },
    ),
    graph(
      {
        title: "Unread bytes",
        description: "What lies in the logs and is not read yet. It falls to 0 whenever the exporter has caught up.",
      },
      [
        rangeQuery(
          "lag",
          aggregateWithout("sum", ["file"], selector(exporterMetric("source_lag_bytes"))),
          "{{instance}}",
        ),
      ],
      { unit: "bytes", min: 0 },
    ),
    graph(
      {
        title: "Since the state was written",
        description:
          "A restart takes up where the state stands. It is written every second or so while anything changes.",
      },
      [rangeQuery("age", arith(time, "-", selector(exporterMetric("checkpoint_timestamp_seconds"))), "{{instance}}")],
      { unit: "s", min: 0 },
    ),
    graph(
      {
        title: "Tags",
        description:
          "Models, versions and whatever else names a series. Outcomes of tags past limits.maxTags are dropped.",
      },
      [
        rangeQuery("tags", selector(exporterMetric("tags")), "{{instance}} kept"),
        rangeQuery("dropped", perSecond("tags_dropped_total"), "{{instance}} outcomes dropped per second"),
      ],
      { unit: "short", min: 0 },
    ),
    graph(
      { title: "Memory", description: "Resident memory of each exporter." },
      [rangeQuery("memory", selector("process_resident_memory_bytes", job), "{{instance}}")],
      { unit: "bytes", min: 0 },
    ),
  ];
}
