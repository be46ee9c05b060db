import type { Config, Objective, ObjectiveMetric } from "../../config/config.ts";
import { thresholdOf } from "../rules/threshold.ts";
import { metricSeries } from "../rules/metric-series.ts";
import { modelMatchers } from "../rules/models.ts";
import { objectiveSeries } from "../rules/objective-series.ts";
import { aggregateBy, arith, or, num, type Matcher, type Vector } from "../promql/builder.ts";
import { chosenModel, inWindow } from "./variables.ts";
import { rangeQuery, type Query } from "./panel.ts";

/** How a panel shows the lines of objectives, whose names all begin alike. */
export const objectiveLook = {
  matcher: { id: "byRegexp", options: "/^objective/" },
  properties: [
    { id: "color", value: { mode: "fixed", fixedColor: "red" } },
    { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
    { id: "custom.lineWidth", value: 1 },
  ],
} as const;

/**
 * The bounds on some figures as lines: one query for each bound, which gives a line while a model and a window are
 * chosen that owe it. A threshold of Grafana's own could not follow the choice.
 */
export function objectiveLines(
  config: Config,
  metrics: readonly ObjectiveMetric[],
  of: (objective: Objective) => boolean = () => true,
): readonly Query[] {
  const lines = new Map<string, { readonly value: number; series: Vector }>();
  for (const model of config.models.values()) {
    for (const objective of model.objectives) {
      const bound = thresholdOf(objective);
      if (!metrics.includes(objective.metric) || !of(objective) || bound.kind !== "fixed") continue;
      const legend = `objective: ${bound.side === "below" ? "at least" : "at most"} ${bound.value}`;
      const matchers: readonly Matcher[] = [...modelMatchers(config, model.name), ...chosenModel, inWindow];
      const series = objectiveSeries(objective, metricSeries(objective), matchers).ratio;
      const known = lines.get(legend);
      if (known === undefined) lines.set(legend, { value: bound.value, series });
      else known.series = or(known.series, series);
    }
  }
  return [...lines].map(([legend, { value, series }], index) =>
    rangeQuery(
      `objective${index + 1}`,
      arith(num(value), "+", arith(num(0), "*", aggregateBy("count", [], series))),
      legend,
    ),
  );
}
