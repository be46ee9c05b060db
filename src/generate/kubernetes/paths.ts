import type { Config } from "../../config/config.ts";
import { packageVersion } from "../../version.ts";

/** Where the exporter's image has what, and how it is known in a cluster. The Dockerfile has the same. */
export const places = {
  configFolder: "/etc/model-quality-exporter",
  stateFolder: "/var/lib/model-quality-exporter",
  /** Where a pod's containers share their logs, and where relative patterns start. */
  logFolder: "/var/log/models",
  podLogFolder: "/var/log/pods",
  port: 9877,
  /** At most 15 characters, and unlike the ports that a model server may have. */
  portName: "model-quality",
  /** The user that the image runs as; a number, for a name cannot be proved not to be root. */
  user: 10001,
} as const;

/** The name of the container, and of what belongs to it. */
export const exporterName = "model-quality-exporter";

/** What a pod is labelled with when it has an exporter that is to be scraped. */
export const podLabels: Readonly<Record<string, string>> = { "model-quality-exporter": "true" };

/** The namespace of the DaemonSet, which the Pod Security Standards must leave alone. */
export function nodeNamespace(config: Config): string {
  return `${config.kubernetes.namespace}-nodes`;
}

/** The exporter's image: the config's, or the one that the repository's compose file builds. */
export function image(config: Config): string {
  return config.kubernetes.image ?? `${exporterName}:${packageVersion()}`;
}

/** The labels that a cluster's Prometheus and Alertmanager pick their objects by, with ours; ours come first. */
export function objectLabels(config: Config): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": exporterName, ...Object.fromEntries(config.kubernetes.labels) };
}
