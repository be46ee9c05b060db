import { countMetrics } from "../../quality/counts.ts";
import { metricOf } from "../../quality/metrics.ts";
import { exporterMetric } from "../promql/metric-names.ts";
import { metricSeries } from "../rules/metric-series.ts";
import type { ObjectiveAlert } from "../rules/objective-alert.ts";
import { thresholdOf } from "../../objectives/threshold.ts";
import { escapeMarkdown, type Runbook } from "./page.ts";

/** Writes the runbook of all alerts of one name. Throws for none. */
export function objectiveRunbook(alerts: readonly ObjectiveAlert[]): Runbook {
  const [first] = alerts;
  if (first === undefined) throw new Error("a page needs an alert");
  const certain = alerts.some(({ objective }) => metricSeries(objective).proportion !== undefined);
  const byValue = alerts.some(({ objective }) => metricSeries(objective).proportion === undefined);
  const compared = alerts.some(({ objective }) => thresholdOf(objective).kind === "relative");
  return {
    meaning: [
      metricOf(first.objective.metric).alert,
      "Objectives under this name:",
      alerts.map(listItem).join("\n"),
      ...(certain ? [certainty] : []),
      ...(byValue ? [noCertainty] : []),
      ...(compared ? [comparison] : []),
      ...(alerts.some(({ objective }) => objective.minLabelled !== undefined) ? [labelled] : []),
      resolving,
    ],
    steps: [
      "The confusion matrix of the model and window that the alert names, on the Grafana dashboard or in `/api/v1/models` of the exporter: which class is taken for which.",
      "What changed when the figure turned: a release of the model (is another `version` well?), of the model server, of whatever feeds it.",
      `Whether all replicas are alike: \`${countMetrics.samples.name}\` and the ratios by instance. One bad replica is a bad host or an old model file.`,
      `Whether the labels are right: late, missing or wrongly joined truth looks like a bad model. \`${exporterMetric("line_errors_total")}\` tells of lines that were refused.`,
      "If the model is at fault: roll back, or send its traffic to the version before.",
    ],
  };
}

function listItem({ model, objective }: ObjectiveAlert): string {
  const threshold = thresholdOf(objective);
  const whose =
    model.name === "*" ? "every model that the config does not name" : `model ${escapeMarkdown(model.name)}`;
  const of = objective.class === undefined ? "" : ` of class ${escapeMarkdown(objective.class)}`;
  const limit =
    threshold.kind === "fixed"
      ? `${threshold.side === "below" ? "at least" : "at most"} ${threshold.value}`
      : `at most ${threshold.by} ${threshold.side} ${
          threshold.reference.kind === "version"
            ? `that of version ${escapeMarkdown(threshold.reference.version)}`
            : `what it was ${threshold.reference.ago.word} ago`
        }`;
  const confidence =
    metricSeries(objective).proportion === undefined ? "" : `, with a confidence of ${objective.confidence}`;
  const owner = model.team === undefined ? "" : `, owned by ${escapeMarkdown(model.team)}`;
  const share =
    objective.minLabelled === undefined ? "" : `, where at least ${objective.minLabelled} of what is due is labelled`;
  return `- ${whose}${owner}: ${metricSeries(objective).words}${of} over ${objective.window.label} ${limit}, on ${objective.minSamples} samples or more${share}${confidence} (${escapeMarkdown(objective.severity)})`;
}

const certainty =
  "The alert fires only when the ratio of the summed counts is beyond the bound with the confidence that the objective asks for (score test), so a few unlucky outcomes do not fire it.";
const noCertainty =
  "Averages over classes, correlations and kappa have no closed-form test: such an objective is judged by its value alone, on the minimum of samples. Ask for enough of them.";
const comparison =
  "A comparison fires when the figure is further off than allowed and, for proportions, the pooled two-proportion test tells the two apart with the objective's confidence; both sides need the minimum of samples.";
const labelled =
  "While a smaller share of the due predictions is labelled than the objective asks for, it keeps quiet, and `ModelQualityLabelsMissing` fires instead.";
const resolving =
  "The alert resolves when the figure no longer breaks its bound, and also when its window holds too few samples: see how many there are before you take it for good news.";
