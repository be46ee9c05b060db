/** Job that scrapes the exporter; every alert carries it, so that an exporter that is down can mute its other alerts. */
export const jobName = "model-quality-exporter";

/** Regular expression for the job: the Prometheus operator puts the namespace before the monitor's name. */
export const jobPattern = `(.+/)?${jobName}`;

/** Label of the Kubernetes namespace: kept by every rule, absent outside of Kubernetes. */
export const namespaceLabel = "namespace";

/** Gauges of the exporter that rules add up over replicas. */
export const gauges = {
  samples: "model_quality_samples",
  overflow: "model_quality_overflow_samples",
  truePositive: "model_quality_true_positive_samples",
  predicted: "model_quality_predicted_samples",
  actual: "model_quality_actual_samples",
} as const;

/**
 * Recorded series, named `level:metric:operations`. The level `tag` keeps the namespace, the tag's labels and the
 * window; `tag_class` keeps the class too. Averages have the label `average` besides.
 */
export const recorded = {
  samples: "tag:model_quality_samples:sum",
  /** Outcomes of classes past the limit of a replica. */
  overflow: "tag:model_quality_overflow_samples:sum",
  /** Outcomes of the classes of which a replica may have folded some. */
  partial: "tag_class:model_quality_partial_samples:sum",
  /** Outcomes whose predicted class is the actual class. */
  correct: "tag:model_quality_correct_samples:sum",
  truePositive: "tag_class:model_quality_true_positive_samples:sum",
  predicted: "tag_class:model_quality_predicted_samples:sum",
  actual: "tag_class:model_quality_actual_samples:sum",
  /** TP + FP + FN: outcomes in which the class is actual or predicted. */
  involved: "tag_class:model_quality_involved_samples:sum",
  /** TN + FP: outcomes whose actual class is another one. */
  negative: "tag_class:model_quality_negative_samples:sum",
  trueNegative: "tag_class:model_quality_true_negative_samples:sum",
  accuracy: "tag:model_quality_accuracy:ratio",
  balancedAccuracy: "tag:model_quality_balanced_accuracy:ratio",
  matthewsCorrelation: "tag:model_quality_matthews_correlation:ratio",
  cohenKappa: "tag:model_quality_cohen_kappa:ratio",
  precision: "tag_class:model_quality_precision:ratio",
  recall: "tag_class:model_quality_recall:ratio",
  f1: "tag_class:model_quality_f1:ratio",
  specificity: "tag_class:model_quality_specificity:ratio",
  precisionAverage: "tag:model_quality_precision_average:ratio",
  recallAverage: "tag:model_quality_recall_average:ratio",
  f1Average: "tag:model_quality_f1_average:ratio",
} as const;

/** Names a metric of the exporter's own health. */
export function exporterMetric(name: ExporterMetric): string {
  return `model_quality_exporter_${name}`;
}

type ExporterMetric =
  | "config_last_reload_successful"
  | "lines_total"
  | "line_errors_total"
  | "lines_skipped_total"
  | "tags"
  | "tags_dropped_total"
  | "source_lag_bytes"
  | "source_last_read_timestamp_seconds"
  | "checkpoint_timestamp_seconds"
  | "checkpoint_errors_total";
