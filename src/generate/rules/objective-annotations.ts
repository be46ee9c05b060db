import type { Config, Model, Objective } from "../../config/config.ts";
import { thresholdOf, type Threshold } from "./threshold.ts";
import type { Figure } from "./metric-series.ts";
import { dashboardUrl } from "./links.ts";
import type { Annotation, AnnotationPart } from "./annotation.ts";
import { tagLevel } from "./recording-rules.ts";

/** Decimals of the ratios in an alert's text. */
const decimals = 4;

/**
 * What an objective's alert says. The summary is the same for all alerts of a name, so that grouped ones read as one;
 * the links are left out where none is known.
 */
export function objectiveAnnotations(
  config: Config,
  model: Model,
  objective: Objective,
  figure: Figure,
): Readonly<Record<string, Annotation>> {
  const bound = thresholdOf(objective);
  const value: AnnotationPart = { kind: "value", decimals };
  const samples = samplesPiece(config, objective, figure);
  const runbook = objective.runbook ?? model.runbook;
  const dashboard = model.dashboard ?? dashboardUrl(config, model.name);
  return {
    summary: [`The ${figure.words} of a model ${shortly(objective)}.`],
    description: [
      `The ${figure.words} of`,
      ...(objective.class === undefined ? [] : [" class ", label("class"), " of"]),
      " model ",
      label("model"),
      ...config.tagLabels.filter((name) => name !== "model").map((name) => label(name, `, ${name} `)),
      ", over the window ",
      label("window"),
      " is ",
      value,
      `, ${target(bound)}. `,
      judged(objective, figure, bound),
    ],
    metric: [figure.words],
    value: [value],
    target: [target(bound)],
    samples: [samples],
    ...(runbook === undefined ? {} : { runbook_url: [runbook] }),
    ...(dashboard === undefined ? {} : { dashboard_url: [dashboard] }),
  };
}

function label(name: string, before = ""): AnnotationPart {
  return { kind: "label", label: name, before };
}

function samplesPiece(config: Config, objective: Objective, figure: Figure): AnnotationPart {
  const labels = [...tagLevel(config), ...(objective.class === undefined ? [] : ["class"])];
  return { kind: "series", name: figure.samples, labels };
}

function shortly({ bound }: Objective): string {
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

/** `at least 0.85`, as it stands after "is 0.8, objective:" and in messages. */
function target(bound: Threshold): string {
  if (bound.kind === "fixed") {
    return `${bound.side === "below" ? "below the minimum of" : "above the maximum of"} ${bound.value}`;
  }
  const than =
    bound.reference.kind === "version"
      ? `that of version ${bound.reference.version}`
      : `what it was ${bound.reference.ago.word} ago`;
  return `more than ${bound.by} ${bound.side} ${than}`;
}

function judged(objective: Objective, figure: Figure, bound: Threshold): string {
  const least = `at least ${objective.minSamples} samples${bound.kind === "series" ? " on each side" : ""}`;
  return figure.proportion === undefined
    ? `No confidence can be computed for this figure: it is judged by its value alone, on ${least}.`
    : `It is judged on ${least} and with a confidence of ${objective.confidence}.`;
}
