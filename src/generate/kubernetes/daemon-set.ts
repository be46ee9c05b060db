import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { INamespace } from "kubernetes-models/v1/Namespace";
import type { KubernetesTarget } from "../../config/config.ts";
import { configVolume, exporterContainer, exporterVolumes, restricted } from "./exporter-container.ts";
import { eventsVolumes } from "./events.ts";
import { exporterName, nodeNamespace, podLabels } from "./object-metadata.ts";
import { paths } from "./paths.ts";
import type { PodConfig } from "./pod-config.ts";
import { webVolumes } from "./web-security.ts";

/** Builds the DaemonSet's own namespace, where pods may mount folders of the node. */
export function nodeNamespaceObject(kubernetes: KubernetesTarget): INamespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: nodeNamespace(kubernetes),
      labels: { "pod-security.kubernetes.io/enforce": "privileged" },
      annotations: {
        "model-quality-exporter/why-privileged":
          "Pods here read /var/log/pods of the node, which is a hostPath volume; both the baseline and the restricted Pod Security Standard refuse those. The files belong to root, so that the exporter runs as root, without any capability. Nothing else should live here.",
      },
    },
  };
}

/** Builds the DaemonSet: the exporter on every node, reading the output of the models' containers. */
export function daemonSet(kubernetes: KubernetesTarget, pod: PodConfig): IDaemonSet {
  const selector = { "app.kubernetes.io/name": exporterName };
  const container = exporterContainer(kubernetes, {
    pod,
    logs: [{ name: "pod-logs", mountPath: paths.podLogs, readOnly: true }],
    security: {
      ...restricted,
      // Root owns the logs and the node's state folder, and needs no capability for what is its own.
      runAsNonRoot: false,
      runAsUser: 0,
      runAsGroup: 0,
    },
  });
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: exporterName, namespace: nodeNamespace(kubernetes), labels: selector },
    spec: {
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...selector, ...podLabels } },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 30,
          tolerations: [{ operator: "Exists" }],
          securityContext: { seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            { ...container, env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }] },
          ],
          volumes: [
            configVolume,
            // On the node, so that the next pod continues where this one ends.
            { name: exporterVolumes.state, hostPath: { path: paths.state, type: "DirectoryOrCreate" } },
            ...webVolumes(kubernetes),
            { name: "pod-logs", hostPath: { path: paths.podLogs, type: "Directory" } },
            ...eventsVolumes(kubernetes, pod),
          ],
        },
      },
    },
  };
}
