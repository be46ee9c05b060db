import type { KubernetesTarget } from "../../config/config.ts";
import { packageVersion } from "../../version.ts";

/** Name of the exporter's container and of its objects. */
export const exporterName = "model-quality-exporter";

/** Labels of a pod whose exporter is to be scraped. */
export const podLabels: Readonly<Record<string, string>> = { "model-quality-exporter": "true" };

/** Names the namespace of the DaemonSet, which the Pod Security Standards must leave alone. */
export function nodeNamespace({ namespace }: KubernetesTarget): string {
  return `${namespace}-nodes`;
}

/** Names the exporter's image: the config's, or the one that the repository's compose file builds. */
export function image(kubernetes: KubernetesTarget): string {
  return kubernetes.image ?? `${exporterName}:${packageVersion()}`;
}

/** Labels of the objects that a cluster's Prometheus and Alertmanager select by theirs; the user's win. */
export function objectLabels({ labels }: Pick<KubernetesTarget, "labels">): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": exporterName, ...Object.fromEntries(labels) };
}
