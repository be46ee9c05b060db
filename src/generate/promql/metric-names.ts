import type { otherFiles as otherFilesLabel } from "../../exposition/file-series.ts";
import type { HealthMetricName, healthPrefix } from "../../exposition/health.ts";
import type { CountMetric } from "../../quality/counts.ts";
import type { AveragedMetric, ClassMetric, WindowMetric } from "../../quality/metrics.ts";

/** Job that scrapes the exporter; every alert carries it, so that an exporter that is down can mute its other alerts. */
export const jobName = "model-quality-exporter";

/** Regular expression for the job: the Prometheus operator puts the namespace before the monitor's name. */
export const jobPattern = `(.+/)?${jobName}`;

/** Label of the Kubernetes namespace: kept by every rule, absent outside of Kubernetes. */
export const namespaceLabel = "namespace";

/**
 * Names a recorded series, `level:metric:operations`. The level `tag` keeps the namespace, the tag's labels and the
 * window; `tag_class` keeps the class too.
 */
export function recordedName({
  name,
  scope,
}: Pick<CountMetric | WindowMetric | ClassMetric, "name" | "scope">): string {
  const level = scope === "class" ? "tag_class" : "tag";
  return `${level}:${name.replace(/_ratio$/u, "")}:${name.endsWith("_samples") ? "sum" : "ratio"}`;
}

/** Names the recorded series of the averages of a metric, which have the label `average` besides. */
export function recordedAverage({ average: { name } }: AveragedMetric): string {
  return recordedName({ name, scope: "window" });
}

const exporterPrefix: typeof healthPrefix = "model_quality_exporter_";

/** Value of the label `file` of the files that share a series. */
export const otherFiles: typeof otherFilesLabel = "__other__";

/** Names a metric of the exporter's own health. */
export function exporterMetric(name: HealthMetricName): string {
  return exporterPrefix + name;
}
