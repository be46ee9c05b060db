// Written by `npm run docs` from the schema: edits are lost.

export type * from "./extend-keys.ts";
export type * from "./influxdb-input.ts";
export type * from "./receiver-input.ts";
export type * from "./section-input.ts";
export type * from "./source-input.ts";

/** A metric of a whole model. */
export type WindowMetric = "accuracy" | "balancedAccuracy" | "matthewsCorrelation" | "cohenKappa";

/** A metric of one class. */
export type ClassMetric = "precision" | "recall" | "f1" | "specificity" | "jaccard";

/** A metric that is averaged over classes. */
export type AveragedMetric = "precision" | "recall" | "f1" | "jaccard";

/** How the metric of a class is averaged over classes. */
export type Average = "micro" | "macro" | "weighted";
