import type { GrafanaTarget, Model, Objective } from "../../config/config.ts";
import type { Annotation, AnnotationPart } from "./annotation.ts";
import { linkAnnotations } from "./links.ts";
import { metricSeries, type MetricSeries } from "./metric-series.ts";
import { tagLevel } from "./recording-rules.ts";
import { thresholdOf, type Threshold } from "../../objectives/threshold.ts";

/** Decimals of the ratios in annotations. */
const decimals = 4;

/**
 * Builds the annotations of an objective's alert. The summary is the same for all alerts of a name, so that a group of
 * them has one title.
 */
export function objectiveAnnotations(
  tagLabels: readonly string[],
  grafana: GrafanaTarget,
  model: Model,
  objective: Objective,
): Readonly<Record<string, Annotation>> {
  const metric = metricSeries(objective);
  const threshold = thresholdOf(objective);
  const value: AnnotationPart = { kind: "value", decimals };
  const samples: AnnotationPart = {
    kind: "series",
    name: metric.samples,
    labels: [...tagLevel(tagLabels), ...(objective.class === undefined ? [] : ["class"])],
  };
  return {
    summary: [`The ${metric.words} of a model ${headline(objective)}.`],
    description: [
      `The ${metric.words} of`,
      ...(objective.class === undefined ? [] : [" class ", label("class"), " of"]),
      " model ",
      label("model"),
      ...tagLabels.filter((name) => name !== "model").map((name) => label(name, `, ${name} `)),
      ", over the window ",
      label("window"),
      " is ",
      value,
      `, ${target(threshold)}. `,
      evidence(objective, metric, threshold),
    ],
    metric: [metric.words],
    value: [value],
    target: [target(threshold)],
    samples: [samples],
    ...linkAnnotations(grafana, model, objective),
  };
}

function label(name: string, before = ""): AnnotationPart {
  return { kind: "label", label: name, before };
}

function headline({ bound }: Objective): string {
  switch (bound.kind) {
    case "min":
      return "is below its objective";
    case "max":
      return "is above its objective";
    case "maxDrop":
      return "has dropped";
    case "maxRise":
      return "has risen";
  }
}

/** Words the violated threshold as it follows a value: `below the minimum of 0.85`. */
function target(threshold: Threshold): string {
  if (threshold.kind === "fixed") {
    return `${threshold.side === "below" ? "below the minimum of" : "above the maximum of"} ${threshold.value}`;
  }
  const { reference } = threshold;
  const than =
    reference.kind === "version" ? `that of version ${reference.version}` : `what it was ${reference.ago.word} ago`;
  return `more than ${threshold.by} ${threshold.side} ${than}`;
}

function evidence(objective: Objective, metric: MetricSeries, threshold: Threshold): string {
  const least = `at least ${objective.minSamples} samples${threshold.kind === "relative" ? " on each side" : ""}`;
  return metric.proportion === undefined
    ? `No confidence can be computed for this figure: it is judged by its value alone, on ${least}.`
    : `It is judged on ${least} and with a confidence of ${objective.confidence}.`;
}
