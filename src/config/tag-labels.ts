import { figureLabels } from "../quality/page-metrics.ts";
import { quoted } from "./messages.ts";

/** Label names used by Prometheus, Kubernetes or our own metrics, which would be renamed or collide. */
const reservedLabels: readonly string[] = [
  "job",
  "instance",
  "le",
  "quantile",
  ...figureLabels,
  "namespace",
  "pod",
  "container",
  "node",
  "endpoint",
  "service",
  // Labels of our alerts.
  "severity",
  "team",
  "alertname",
];

/** Fault of a name as a tag label; undefined for a valid name. */
export function tagLabelFault(name: string): string | undefined {
  if (name === "model" || name === "version") return `use fields.${name} instead of a label`;
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/u.test(name)) {
    return `${quoted(name)} is not a valid Prometheus label name; use letters, digits and _, without a leading digit`;
  }
  if (name.startsWith("__") || name.startsWith("exported_") || reservedLabels.includes(name)) {
    return `${quoted(name)} is a reserved label name; choose another`;
  }
  return undefined;
}
