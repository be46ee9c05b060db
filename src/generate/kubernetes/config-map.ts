import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import { exporterName } from "./paths.ts";
import type { PodConfig } from "./pod-config.ts";

/** The ConfigMap that holds a config; in no namespace where none is given. */
export function configMap(pod: PodConfig, namespace?: string): IConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: exporterName,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { "app.kubernetes.io/name": exporterName },
    },
    data: { [pod.fileName]: pod.text },
  };
}
