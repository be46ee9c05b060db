import type { Config } from "../../config/config.ts";
import { countMetrics, outcomesMetric } from "../../quality/counts.ts";
import {
  accuracy,
  averagedMetrics,
  classMetrics,
  f1,
  matthewsCorrelation,
  windowMetrics,
  type AveragedMetric,
} from "../../quality/metrics.ts";
import { aggregateBy, call, range, selector, type Matcher, type Vector } from "../promql/builder.ts";
import { jobName, recordedAverage, recordedName } from "../promql/metric-names.ts";
import { objectiveLines, objectiveStyle } from "./objective-lines.ts";
import { graph, instantQuery, rangeQuery, share, stat, type PanelBody, type Query } from "./panel.ts";
import { dashboardExpression, hasVersion, selected, selectedModel, variable } from "./variables.ts";

type QualitySections = Pick<Config, "tagLabels" | "models">;

/** Builds the panels of the present values. */
export function statPanels(tagLabels: readonly string[]): readonly PanelBody[] {
  const series = (name: string, ...more: readonly Matcher[]): Vector =>
    selector(name, [...selected(tagLabels), ...more]);
  const legend = tagLegend(tagLabels);
  const firing = aggregateBy(
    "count",
    [],
    selector("ALERTS", [["job", "=", jobName], ["alertstate", "=", "firing"], ...selectedModel]),
  );
  return [
    stat(
      { title: "Outcomes", description: "Predictions in the window whose label is known, over all replicas." },
      [rangeQuery("samples", series(recordedName(countMetrics.samples)), legend)],
      { unit: "short", decimals: 0 },
    ),
    stat(
      { title: "Accuracy", description: "Correct outcomes of all outcomes in the window." },
      [rangeQuery("accuracy", series(recordedName(accuracy)), legend)],
      share,
    ),
    stat(
      { title: "Macro F1", description: "The mean F1 of the classes in the window, each weighing the same." },
      [rangeQuery("f1", series(recordedAverage(f1), ["average", "=", "macro"]), legend)],
      share,
    ),
    stat(
      { title: "Matthews correlation", description: "1 is perfect, 0 no better than chance, below 0 worse." },
      [rangeQuery("matthews", series(recordedName(matthewsCorrelation)), legend)],
      { unit: "short", min: -1, max: 1, decimals: 3 },
    ),
    stat(
      { title: "Alerts firing", description: "Alerts on this model that fire now, for any version and window." },
      [instantQuery("alerts", `${dashboardExpression(firing)} or vector(0)`, "", "time_series")],
      { unit: "short", decimals: 0 },
    ),
  ];
}

/** Builds the panels of the metrics of each class over time, with the objectives. */
export function classPanels({ tagLabels, models }: QualitySections): readonly PanelBody[] {
  return classMetrics.flatMap((metric) =>
    metric.shown === undefined
      ? []
      : [
          graph(
            { title: capitalised(metric.title), description: `${metric.shown.description} ${dashed}` },
            [
              rangeQuery(
                metric.word,
                selector(recordedName(metric), selected(tagLabels)),
                `${tagLegend(tagLabels)} {{class}}`.trim(),
              ),
              ...objectiveLines(models, [metric.word], (objective) => objective.class !== undefined),
            ],
            share,
            [objectiveStyle],
          ),
        ],
  );
}

/** Builds the panels of the metrics of a whole model over time, with the objectives. */
export function modelPanels({ tagLabels, models }: QualitySections): readonly PanelBody[] {
  const legend = tagLegend(tagLabels);
  const shown = averagedMetrics.filter((metric: AveragedMetric) => metric.shown !== undefined);
  const average = (kind: "macro" | "weighted", metric: AveragedMetric): Query =>
    rangeQuery(
      `${kind}-${metric.word}`,
      selector(recordedAverage(metric), [...selected(tagLabels), ["average", "=", kind]]),
      `${legend} ${kind} ${metric.title}`.trim(),
    );
  return [
    graph(
      { title: "Accuracy and correlation", description: `Figures of the whole model. ${dashed}` },
      [
        ...windowMetrics.map((metric) =>
          rangeQuery(
            metric.word,
            selector(recordedName(metric), selected(tagLabels)),
            `${legend} ${metric.title}`.trim(),
          ),
        ),
        ...objectiveLines(
          models,
          windowMetrics.map(({ word }) => word),
        ),
      ],
      { unit: "short", max: 1, decimals: 3 },
      [objectiveStyle],
    ),
    graph(
      {
        title: "Averages over classes",
        description: `Each class weighing the same (macro), or as often as it is (weighted). ${dashed}`,
      },
      [
        ...shown.map((metric) => average("macro", metric)),
        average("weighted", f1),
        ...objectiveLines(
          models,
          shown.map(({ word }) => word),
          (objective) => objective.average !== undefined,
        ),
      ],
      share,
      [objectiveStyle],
    ),
  ];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Builds the panels of the numbers of outcomes. */
export function samplePanels(tagLabels: readonly string[]): readonly PanelBody[] {
  const anyWindow = hasVersion(tagLabels)
    ? [...selectedModel, ["version", "=~", variable("version")] as const]
    : selectedModel;
  return [
    graph(
      {
        title: "Outcomes in the window",
        description: "What every figure is counted over. Few outcomes make unsteady figures.",
      },
      [rangeQuery("samples", selector(recordedName(countMetrics.samples), selected(tagLabels)), tagLegend(tagLabels))],
      { unit: "short", min: 0 },
    ),
    graph(
      {
        title: "Outcomes by class",
        description: "How many outcomes of each actual class the window holds: what recall stands on.",
      },
      [
        rangeQuery(
          "actual",
          selector(recordedName(countMetrics.actual), selected(tagLabels)),
          `${tagLegend(tagLabels)} {{class}}`.trim(),
        ),
      ],
      { unit: "short", min: 0 },
    ),
    graph(
      { title: "Outcomes per second", description: "How fast outcomes are counted, over all replicas." },
      [
        rangeQuery(
          "rate",
          aggregateBy(
            "sum",
            tagLabels,
            call("rate", range(outcomesMetric.name, anyWindow, variable("__rate_interval"))),
          ),
          tagLegend(tagLabels),
        ),
      ],
      { unit: "cps", min: 0 },
    ),
  ];
}

const dashed = "Dashed lines are the bounds that the chosen model owes over the chosen window.";

/** Writes the legend of a model's series: all labels of a tag but the model. */
export function tagLegend(tagLabels: readonly string[]): string {
  return tagLabels
    .filter((label) => label !== "model")
    .map((label) => `{{${label}}}`)
    .join(" ");
}
