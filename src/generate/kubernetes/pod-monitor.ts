import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { Config } from "../../config/config.ts";
import { exporterName, objectLabels, places, podLabels } from "./places.ts";

/**
 * What has the operator's Prometheus scrape every pod of a namespace that has an exporter. Its name is the job, as the
 * alerts on the exporter expect it. Labels that collide are the exporter's to give up, as is the default.
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
      podMetricsEndpoints: [
        {
          port: places.portName,
          path: "/metrics",
          scheme: "http",
          interval: config.prometheus.scrapeInterval.word,
          honorLabels: false,
        },
      ],
    },
  };
}
