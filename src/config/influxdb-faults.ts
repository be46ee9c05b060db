import { pageMetrics } from "../quality/page-metrics.ts";
import { outcomesMetric, trafficMetrics, lastOutcomeMetric, lastPredictionMetric } from "../quality/counts.ts";
import type { Fault } from "./fault.ts";
import { quoted } from "./messages.ts";
import { at, keys, list } from "./unchecked.ts";

/** Start of the names of metrics, which are the names of InfluxDB's fields without it. */
export const fieldPrefix = "model_quality_";

/** Names of the fields beside the labels of a tag: a table of InfluxDB 3 has no tag of such a name. */
const fields = new Set(
  [...pageMetrics, ...Object.values(trafficMetrics), outcomesMetric, lastOutcomeMetric, lastPredictionMetric].map(
    ({ name }) => name.slice(fieldPrefix.length),
  ),
);
const ownFields = ["missed", "value", "bound", "lower", "upper", "tags", "tags_dropped_total"];
const isField = (name: string): boolean => fields.has(name) || ownFields.includes(name);
const ownTags = ["time", "objective"];

/** Finds labels of tags that InfluxDB could not keep apart from its own names, or from the further tags of all points. */
export function* influxFaults(raw: unknown): Generator<Fault> {
  const influxdb = at(raw, "influxdb");
  if (influxdb === undefined) return;
  const tags = keys(at(influxdb, "tags"));
  for (const tag of tags.filter(isField)) {
    yield { path: ["influxdb", "tags", tag], text: `${quoted(tag)} is the name of a field; choose another` };
  }
  for (const [index, source] of list(at(raw, "sources")).entries()) {
    for (const label of keys(at(source, "fields", "labels"))) {
      const path = ["sources", index, "fields", "labels", label];
      if (tags.includes(label)) {
        yield { path: ["influxdb", "tags", label], text: `is a label of sources[${index}] as well; choose another` };
      } else if (isField(label) || ownTags.includes(label) || label.startsWith("_")) {
        yield { path, text: `${quoted(label)} has a meaning of its own in InfluxDB; choose another label` };
      }
    }
  }
}
