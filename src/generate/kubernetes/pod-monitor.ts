import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { Config } from "../../config/config.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import { exporterName, nodeNamespace, objectLabels, podLabels } from "./object-metadata.ts";
import { portName } from "./paths.ts";
import { scrapeSecurity } from "./web-security.ts";

type ScrapeSections = Pick<Config, "kubernetes" | "prometheus">;

/**
 * Builds the PodMonitor that has the operator's Prometheus scrape the pods of a namespace that have an exporter. The job,
 * which the alerts on the exporter select by, is set whatever kustomize makes of the monitor's name. Of colliding labels
 * the exporter's are renamed, as by default.
 */
export function podMonitor({ kubernetes, prometheus }: ScrapeSections, namespace?: string): IPodMonitor {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: {
      name: exporterName,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...objectLabels(kubernetes) },
    },
    spec: {
      selector: { matchLabels: { ...podLabels } },
      podMetricsEndpoints: [endpoint({ kubernetes, prometheus })],
    },
  };
}

/** Builds the PodMonitor of the DaemonSet, whose series get the namespace of the models, by which alerts are routed. */
export function nodePodMonitor(config: ScrapeSections): IPodMonitor {
  const monitor = podMonitor(config, nodeNamespace(config.kubernetes));
  const { relabelings = [], ...rest } = endpoint(config);
  const namespace = setLabel(namespaceLabel, config.kubernetes.namespace);
  return {
    ...monitor,
    spec: { ...monitor.spec, podMetricsEndpoints: [{ ...rest, relabelings: [...relabelings, namespace] }] },
  };
}

type Endpoint = NonNullable<IPodMonitor["spec"]["podMetricsEndpoints"]>[number];

function endpoint({ kubernetes, prometheus }: ScrapeSections): Endpoint {
  return {
    port: portName,
    path: "/metrics",
    ...scrapeSecurity(kubernetes),
    interval: prometheus.scrapeInterval.word,
    honorLabels: false,
    relabelings: [setLabel("job", jobName)],
  };
}

function setLabel(targetLabel: string, replacement: string): NonNullable<Endpoint["relabelings"]>[number] {
  return { action: "replace", targetLabel, replacement };
}
