import type { Bound, Objective } from "../../../src/config/config.ts";
import { averagedMetrics, averages, classMetrics, windowMetrics } from "../../../src/quality/metrics.ts";
import { duration } from "./config.ts";

type Measured = Pick<Objective, "metric"> & Partial<Pick<Objective, "class" | "average">>;

/** Every metric that an objective can bound. */
export const everyMetric: readonly Measured[] = [
  ...windowMetrics.map(({ word }) => ({ metric: word })),
  ...classMetrics.map(({ word }) => ({ metric: word, class: "fraud" })),
  ...averagedMetrics.flatMap(({ word }) => averages.map((average) => ({ metric: word, average }))),
];

/** Every kind of bound. */
export const everyBound: readonly Bound[] = [
  { kind: "min", value: 0.8 },
  { kind: "max", value: 0.3 },
  ...(["maxDrop", "maxRise"] as const).flatMap((kind): Bound[] => [
    { kind, value: 0.03, comparedTo: { kind: "version", version: "v1" } },
    { kind, value: 0.03, comparedTo: { kind: "ago", ago: duration("1d") } },
    { kind, value: 0.03, comparedTo: { kind: "baseline", value: 0.5 } },
  ]),
];
