/** Measurements of InfluxDB: with `_` and a field each is the name of a metric, but for verdicts, which are no metrics. */
export const measurements = {
  figures: "model_quality",
  objectives: "model_quality_objective",
  exporter: "model_quality_exporter",
} as const;
