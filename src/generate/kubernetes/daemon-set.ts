import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { INamespace } from "kubernetes-models/v1/Namespace";
import type { Config } from "../../config/config.ts";
import { configVolume, exporterContainer, exporterVolumes, restricted } from "./exporter-container.ts";
import { exporterName, nodeNamespace, places, podLabels } from "./paths.ts";
import { nodeConfig } from "./pod-config.ts";

/** The DaemonSet's own namespace, where pods may mount folders of the node. */
export function nodeNamespaceObject(config: Config): INamespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: nodeNamespace(config),
      labels: { "pod-security.kubernetes.io/enforce": "privileged" },
      annotations: {
        "model-quality-exporter/why-privileged":
          "Pods here read /var/log/pods of the node, which is a hostPath volume; both the baseline and the restricted Pod Security Standard refuse those. The files belong to root, so that the exporter runs as root with no capability but to read. Nothing else should live here.",
      },
    },
  };
}

/** The exporter on every node, reading what the models' containers print. */
export function daemonSet(config: Config): IDaemonSet {
  const selector = { "app.kubernetes.io/name": exporterName };
  const container = exporterContainer(config, {
    pod: nodeConfig(config),
    logs: [{ name: "pod-logs", mountPath: places.podLogFolder, readOnly: true }],
    security: {
      ...restricted,
      // Root, for the logs and the node's state folder are root's; of its powers only that of reading is left.
      runAsNonRoot: false,
      runAsUser: 0,
      runAsGroup: 0,
      capabilities: { drop: ["ALL"], add: ["DAC_READ_SEARCH"] },
    },
  });
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: exporterName, namespace: nodeNamespace(config), labels: selector },
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
            // On the node, so that the next pod goes on where this one ends.
            { name: exporterVolumes.state, hostPath: { path: places.stateFolder, type: "DirectoryOrCreate" } },
            { name: "pod-logs", hostPath: { path: places.podLogFolder, type: "Directory" } },
          ],
        },
      },
    },
  };
}
