import { quoted } from "./messages.ts";

/** Names that Prometheus, Kubernetes or our own metrics use already: as tag labels they would be renamed or collide. */
const reservedLabels: readonly string[] = [
  "job",
  "instance",
  "le",
  "quantile",
  "window",
  "class",
  "average",
  "actual",
  "predicted",
  "namespace",
  "pod",
  "container",
  "node",
  "endpoint",
  "service",
  // Our alerts carry these two labels themselves.
  "severity",
  "team",
  "alertname",
];

/** Why a name cannot be a label of a tag; undefined when it can. */
export function tagLabelFault(name: string): string | undefined {
  if (name === "model" || name === "version") return `write it as fields.${name}, not under labels`;
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/u.test(name)) {
    return `${quoted(name)} is no Prometheus label name; use letters, digits and _, and no digit first`;
  }
  if (name.startsWith("__") || name.startsWith("exported_") || reservedLabels.includes(name)) {
    return `${quoted(name)} is a reserved label name; choose another`;
  }
  return undefined;
}
