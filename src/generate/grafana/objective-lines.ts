import type { Objective, ObjectiveMetric } from "../../config/config.ts";
import { aggregateBy, arith, num, or, type Matcher, type Vector } from "../promql/builder.ts";
import { modelMatchers, type Models } from "../rules/models.ts";
import { objectiveSeries } from "../rules/objective-series.ts";
import { thresholdOf } from "../../objectives/threshold.ts";
import { rangeQuery, type Query } from "./panel.ts";
import { selectedModel, selectedWindow } from "./variables.ts";

/** Style of the lines of objectives, which are found by the start of their names. */
export const objectiveStyle = {
  matcher: { id: "byRegexp", options: "/^objective/" },
  properties: [
    { id: "color", value: { mode: "fixed", fixedColor: "red" } },
    { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
    { id: "custom.lineWidth", value: 1 },
  ],
} as const;

/**
 * Builds a query for each fixed threshold on some metrics: it gives a line while a model and a window with such an
 * objective are selected. Thresholds of Grafana's own cannot depend on the selection.
 */
export function objectiveLines(
  models: Models,
  metrics: readonly ObjectiveMetric[],
  filter: (objective: Objective) => boolean = () => true,
): readonly Query[] {
  const lines = new Map<string, { readonly value: number; series: Vector }>();
  for (const model of models.values()) {
    for (const objective of model.objectives) {
      const threshold = thresholdOf(objective);
      if (!metrics.includes(objective.metric) || !filter(objective) || threshold.kind !== "fixed") continue;
      const legend = `objective: ${threshold.side === "below" ? "at least" : "at most"} ${threshold.value}`;
      const matchers: readonly Matcher[] = [...modelMatchers(models, model.name), ...selectedModel, selectedWindow];
      const series = objectiveSeries(objective, matchers).ratio;
      const known = lines.get(legend);
      if (known === undefined) lines.set(legend, { value: threshold.value, series });
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
