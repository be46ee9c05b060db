import type { Config } from "../../config/config.ts";
import { lastOutcomeMetric, lastPredictionMetric } from "../../quality/counts.ts";

/**
 * Metric of the latest news of a tag: outcomes, or predictions where labels come later, since their absence says nothing of
 * the traffic.
 */
export function newsMetric({ join }: Pick<Config, "join">): { readonly name: string } {
  return join === undefined ? lastOutcomeMetric : lastPredictionMetric;
}
