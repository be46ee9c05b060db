import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { Config } from "../../config/config.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { exporterName, nodeNamespace, objectLabels, places, podLabels } from "./paths.ts";

/**
 * What has the operator's Prometheus scrape every pod of a namespace that has an exporter. Its name is the job, as the
 * alerts on the exporter expect it. Where labels collide the exporter's are the ones to be renamed, as is the default.
 */
export function podMonitor(config: Config, namespace?: string): IPodMonitor {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: {
      name: exporterName,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...objectLabels(config) },
    },
    spec: {
      selector: { matchLabels: { ...podLabels } },
      podMetricsEndpoints: [endpoint(config)],
    },
  };
}

/**
 * The same for the DaemonSet. Its figures are those of models in another namespace, and their alerts are routed by that
 * one: the series get it in place of the DaemonSet's.
 */
export function nodePodMonitor(config: Config): IPodMonitor {
  const monitor = podMonitor(config, nodeNamespace(config));
  const relabeling = {
    action: "replace",
    targetLabel: namespaceLabel,
    replacement: config.kubernetes.namespace,
  } as const;
  return {
    ...monitor,
    spec: { ...monitor.spec, podMetricsEndpoints: [{ ...endpoint(config), relabelings: [relabeling] }] },
  };
}

type Endpoint = NonNullable<IPodMonitor["spec"]["podMetricsEndpoints"]>[number];

function endpoint(config: Config): Endpoint {
  return {
    port: places.portName,
    path: "/metrics",
    scheme: "http",
    interval: config.prometheus.scrapeInterval.word,
    honorLabels: false,
  };
}
