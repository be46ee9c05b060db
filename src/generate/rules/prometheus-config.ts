import type { Config } from "../../config/config.ts";
import { jobName } from "../promql/metric-names.ts";

/** `prometheus.yml`: scrapes the exporter, loads the rules that stand beside it, and tells Alertmanager. */
export function prometheusConfig({ prometheus }: Config): Record<string, unknown> {
  return {
    global: {
      scrape_interval: prometheus.scrapeInterval.word,
      evaluation_interval: prometheus.evaluationInterval.word,
    },
    rule_files: ["rules/*.yml"],
    ...(prometheus.alertmanagers.length === 0
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: prometheus.alertmanagers }] }] } }),
    scrape_configs: [{ job_name: jobName, static_configs: [{ targets: prometheus.targets }] }],
  };
}
