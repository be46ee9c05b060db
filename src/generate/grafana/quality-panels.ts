import type { Config } from "../../config/config.ts";
import { aggregateBy, call, range, selector, type Matcher, type Vector } from "../promql/builder.ts";
import { jobName, recorded } from "../promql/metric-names.ts";
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
      [rangeQuery("samples", series(recorded.samples), legend)],
      { unit: "short", decimals: 0 },
    ),
    stat(
      { title: "Accuracy", description: "Correct outcomes of all outcomes in the window." },
      [rangeQuery("accuracy", series(recorded.accuracy), legend)],
      share,
    ),
    stat(
      { title: "Macro F1", description: "The mean F1 of the classes in the window, each weighing the same." },
      [rangeQuery("f1", series(recorded.f1Average, ["average", "=", "macro"]), legend)],
      share,
    ),
    stat(
      { title: "Matthews correlation", description: "1 is perfect, 0 no better than chance, below 0 worse." },
      [rangeQuery("matthews", series(recorded.matthewsCorrelation), legend)],
      { unit: "short", min: -1, max: 1, decimals: 3 },
    ),
    stat(
      { title: "Alerts firing", description: "Alerts on this model that fire now, for any version and window." },
      [instantQuery("alerts", `${dashboardExpression(firing)} or vector(0)`, "", "time_series")],
      { unit: "short", decimals: 0 },
    ),
  ];
}

/** Builds the panels of precision, recall and F1 of each class over time, with the objectives. */
export function classPanels({ tagLabels, models }: QualitySections): readonly PanelBody[] {
  const rows = [
    ["precision", "Precision", recorded.precision, "Of the outcomes predicted as a class, how many are of it."],
    ["recall", "Recall", recorded.recall, "Of the outcomes of a class, how many were predicted as it."],
    ["f1", "F1", recorded.f1, "The harmonic mean of precision and recall."],
  ] as const;
  return rows.map(([metric, title, name, description]) =>
    graph(
      { title, description: `${description} ${dashed}` },
      [
        rangeQuery(metric, selector(name, selected(tagLabels)), `${tagLegend(tagLabels)} {{class}}`.trim()),
        ...objectiveLines(models, [metric], (objective) => objective.class !== undefined),
      ],
      share,
      [objectiveStyle],
    ),
  );
}

/** Builds the panels of the metrics of a whole model over time, with the objectives. */
export function modelPanels({ tagLabels, models }: QualitySections): readonly PanelBody[] {
  const legend = tagLegend(tagLabels);
  const series = (name: string, ...more: readonly Matcher[]): Vector =>
    selector(name, [...selected(tagLabels), ...more]);
  const average = (kind: "macro" | "weighted", name: string, metric: string): Query =>
    rangeQuery(
      `${kind}-${metric.toLowerCase()}`,
      series(name, ["average", "=", kind]),
      `${legend} ${kind} ${metric}`.trim(),
    );
  return [
    graph(
      { title: "Accuracy and correlation", description: `Figures of the whole model. ${dashed}` },
      [
        rangeQuery("accuracy", series(recorded.accuracy), `${legend} accuracy`.trim()),
        rangeQuery("balanced", series(recorded.balancedAccuracy), `${legend} balanced accuracy`.trim()),
        rangeQuery("matthews", series(recorded.matthewsCorrelation), `${legend} Matthews correlation`.trim()),
        rangeQuery("kappa", series(recorded.cohenKappa), `${legend} Cohen's kappa`.trim()),
        ...objectiveLines(models, ["accuracy", "balancedAccuracy", "matthewsCorrelation", "cohenKappa"]),
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
        average("macro", recorded.precisionAverage, "precision"),
        average("macro", recorded.recallAverage, "recall"),
        average("macro", recorded.f1Average, "F1"),
        average("weighted", recorded.f1Average, "F1"),
        ...objectiveLines(models, ["precision", "recall", "f1"], (objective) => objective.average !== undefined),
      ],
      share,
      [objectiveStyle],
    ),
  ];
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
      [rangeQuery("samples", selector(recorded.samples, selected(tagLabels)), tagLegend(tagLabels))],
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
          selector(recorded.actual, selected(tagLabels)),
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
            call("rate", range("model_quality_outcomes_total", anyWindow, variable("__rate_interval"))),
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
