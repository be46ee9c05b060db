import type { Objective } from "../../config/config.ts";
import { metricSeries } from "./metric-series.ts";

const endings = { min: "Low", max: "High", maxDrop: "Dropped", maxRise: "Rose" } as const;

/** The name of an objective's alert: the user's, or one like `ModelQualityRecallLow`. */
export function alertName(objective: Objective): string {
  return objective.name ?? `ModelQuality${metricSeries(objective).name}${endings[objective.bound.kind]}`;
}
