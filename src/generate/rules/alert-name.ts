import { objectiveMetrics, type Objective } from "../../config/config.ts";

const endings = { min: "Low", max: "High", maxDrop: "Dropped", maxRise: "Rose" } as const;

/** Names the alert of an objective: as the user does, or like `ModelQualityRecallLow`. */
export function alertName({ name, metric, bound }: Pick<Objective, "name" | "metric" | "bound">): string {
  return name ?? derivedName(metric, endings[bound.kind]);
}

/** Names that are derived from a metric and a kind of bound. */
export const derivedNames: ReadonlySet<string> = new Set(
  objectiveMetrics.flatMap((metric) => Object.values(endings).map((ending) => derivedName(metric, ending))),
);

function derivedName(metric: Objective["metric"], ending: string): string {
  return `ModelQuality${metric.replace(/^./u, (letter) => letter.toUpperCase())}${ending}`;
}
