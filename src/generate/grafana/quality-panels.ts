import type { Config } from "../../config/config.ts";
import { jobName, recorded } from "../promql/metric-names.ts";
import { aggregateBy, call, range, selector, type Matcher, type Vector } from "../promql/builder.ts";
import { objectiveLines, objectiveLook } from "./objective-lines.ts";
import { graph, instantQuery, rangeQuery, share, stat, type Query, type PanelBody } from "./panel.ts";
import { chosen, chosenModel, dashboardExpr, hasVersion, variable } from "./variables.ts";

/** The figures of the moment, in large. */
export function statPanels(config: Config): readonly PanelBody[] {
  const series = (name: string, ...more: readonly Matcher[]): Vector => selector(name, [...chosen(config), ...more]);
  const legend = tagLegend(config);
  const firing = aggregateBy(
    "count",
    [],
    selector("ALERTS", [["job", "=", jobName], ["alertstate", "=", "firing"], ...chosenModel]),
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
      [instantQuery("alerts", `${dashboardExpr(firing)} or vector(0)`, "", "time_series")],
      { unit: "short", decimals: 0 },
    ),
  ];
}

/** Precision, recall and F1 of each class over time, with what is owed. */
export function classPanels(config: Config): readonly PanelBody[] {
  const rows = [
    ["precision", "Precision", recorded.precision, "Of the outcomes predicted as a class, how many are of it."],
    ["recall", "Recall", recorded.recall, "Of the outcomes of a class, how many were predicted as it."],
    ["f1", "F1", recorded.f1, "The harmonic mean of precision and recall."],
  ] as const;
  return rows.map(([metric, title, name, description]) =>
    graph(
      { title, description: `${description} ${dashed}` },
      [
        rangeQuery(metric, selector(name, chosen(config)), `${tagLegend(config)} {{class}}`.trim()),
        ...objectiveLines(config, [metric], (objective) => objective.class !== undefined),
      ],
      share,
      [objectiveLook],
    ),
  );
}

/** The figures of the whole model over time, with what is owed. */
export function modelPanels(config: Config): readonly PanelBody[] {
  const legend = tagLegend(config);
  const series = (name: string, ...more: readonly Matcher[]): Vector => selector(name, [...chosen(config), ...more]);
  const average = (kind: "macro" | "weighted", name: string, figure: string): Query =>
    rangeQuery(
      `${kind}-${figure.toLowerCase()}`,
      series(name, ["average", "=", kind]),
      `${legend} ${kind} ${figure}`.trim(),
    );
  return [
    graph(
      { title: "Accuracy and correlation", description: `Figures of the whole model. ${dashed}` },
      [
        rangeQuery("accuracy", series(recorded.accuracy), `${legend} accuracy`.trim()),
        rangeQuery("balanced", series(recorded.balancedAccuracy), `${legend} balanced accuracy`.trim()),
        rangeQuery("matthews", series(recorded.matthewsCorrelation), `${legend} Matthews correlation`.trim()),
        rangeQuery("kappa", series(recorded.cohenKappa), `${legend} Cohen's kappa`.trim()),
        ...objectiveLines(config, ["accuracy", "balancedAccuracy", "matthewsCorrelation", "cohenKappa"]),
      ],
      { unit: "short", max: 1, decimals: 3 },
      [objectiveLook],
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
        ...objectiveLines(config, ["precision", "recall", "f1"], (objective) => objective.average !== undefined),
      ],
      share,
      [objectiveLook],
    ),
  ];
}

/** How much the figures stand on. */
export function samplePanels(config: Config): readonly PanelBody[] {
  const picked = hasVersion(config) ? [...chosenModel, ["version", "=~", variable("version")] as const] : chosenModel;
  return [
    graph(
      {
        title: "Outcomes in the window",
        description: "What every figure is counted over. Few outcomes make unsteady figures.",
      },
      [rangeQuery("samples", selector(recorded.samples, chosen(config)), tagLegend(config))],
      { unit: "short", min: 0 },
    ),
    graph(
      {
        title: "Outcomes by class",
        description: "How many outcomes of each actual class the window holds: what recall stands on.",
      },
      [rangeQuery("actual", selector(recorded.actual, chosen(config)), `${tagLegend(config)} {{class}}`.trim())],
      { unit: "short", min: 0 },
    ),
    graph(
      { title: "Outcomes per second", description: "How fast outcomes are counted, over all replicas." },
      [
        rangeQuery(
          "rate",
          aggregateBy(
            "sum",
            config.tagLabels,
            call("rate", range("model_quality_outcomes_total", picked, variable("__rate_interval"))),
          ),
          tagLegend(config),
        ),
      ],
      { unit: "cps", min: 0 },
    ),
  ];
}

const dashed = "Dashed lines are the bounds that the chosen model owes over the chosen window.";

/** What tells the series of a model apart: all labels of a tag but the model. */
export function tagLegend(config: Config): string {
  return config.tagLabels
    .filter((label) => label !== "model")
    .map((label) => `{{${label}}}`)
    .join(" ");
}
