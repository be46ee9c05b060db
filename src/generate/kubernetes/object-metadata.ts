import type { KubernetesTarget } from "../../config/config.ts";
import { packageVersion } from "../../version.ts";

/** Name of the exporter's container and of its objects. */
export const exporterName = "model-quality-exporter";

/**
 * Labels of a pod whose exporter is to be scraped. The value is the name of the PodMonitor that scrapes it: kustomize
 * prefixes both alike, so that of two installations in a namespace each scrapes its own pods.
 */
export const podLabels: Readonly<Record<string, string>> = { [exporterName]: exporterName };

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
