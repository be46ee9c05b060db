import type { Config, Model, Objective } from "../../config/config.ts";
import { quote } from "../promql/builder.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { figureLabels } from "./alert.ts";
import type { Annotation, AnnotationPart, QueryPart, ResultPart } from "./annotation.ts";
import { alertName, derivedNames } from "./alert-name.ts";
import { largestConfusion } from "./largest-confusion.ts";
import { linkAnnotations } from "./links.ts";
import { metricSeries } from "./metric-series.ts";
import { tagLevel } from "./recording-rules.ts";
import { windowWords } from "./window-words.ts";
import { thresholdOf, type Threshold } from "../../objectives/threshold.ts";

/** Decimals of the ratios in annotations. */
const decimals = 4;

/** Sections of the config that the texts of an objective's alert depend on. */
export type ObjectiveTextSections = Pick<
  Config,
  "tagLabels" | "prometheus" | "grafana" | "statusPage" | "alerting" | "exposition"
>;

/**
 * Builds the annotations of an objective's alert. They name the figure and its bound and do not say that one breaks the
 * other: Alertmanager sends the same texts when the alert has resolved.
 */
export function objectiveAnnotations(
  config: ObjectiveTextSections,
  model: Model,
  objective: Objective,
): Readonly<Record<string, Annotation>> {
  const { tagLabels } = config;
  const metric = metricSeries(objective);
  const threshold = thresholdOf(objective);
  const value: AnnotationPart = { kind: "value", decimals };
  const scope = objective.class === undefined ? [] : ["class"];
  const samples = (...text: readonly ResultPart[]): AnnotationPart =>
    lookUp("samples", metric.samples, [...tagLevel(tagLabels), ...scope], text);
  const number: ResultPart = { kind: "result", decimals: 0 };
  const subject = subjectOf(tagLabels, objective);
  const bound = [`, ${target(threshold)}`, ...reference(tagLabels, objective, threshold)];
  const name = alertName(objective);
  return {
    subject,
    summary: [...subject, " at ", value, ...bound],
    description: [
      ...[...subject, " at ", value, samples(" on ", number, " samples"), ...bound, "."],
      ...(config.exposition.confusion === "none" || threshold.side === "above"
        ? []
        : [largestConfusion(config, objective)]),
    ],
    metric: [metric.words],
    value: [value],
    target: [target(threshold)],
    samples: [samples(number)],
    ...linkAnnotations(config, { name, isOurName: derivedNames.has(name) }, model, objective),
  };
}

/** Names the figure: `fraud v3, region eu, in namespace prod: recall of class fraud over 1h`. */
function subjectOf(tagLabels: readonly string[], objective: Objective): Annotation {
  const { class: of, window } = objective;
  const others = tagLabels.filter((name) => name !== "model" && name !== "version");
  return [
    label("model"),
    ...(tagLabels.includes("version") ? [label("version", " ")] : []),
    ...others.map((name) => label(name, `, ${name} `)),
    label(namespaceLabel, ", namespace "),
    `: ${metricSeries(objective).words}`,
    ...(of === undefined ? [] : [" of class ", label("class")]),
    ` over ${windowWords(window)}`,
  ];
}

function label(name: string, before = ""): AnnotationPart {
  return { kind: "label", label: name, before };
}

/** Words the bound as it follows a value, the same whether it is met or not. */
function target(threshold: Threshold): string {
  if (threshold.kind === "fixed") {
    return `${threshold.side === "below" ? "minimum" : "maximum"} ${threshold.value}`;
  }
  const { reference: of } = threshold;
  const than = of.kind === "version" ? `version ${of.version}` : `${of.ago.word} ago`;
  return `allowed ${threshold.by} ${threshold.side} ${than}`;
}

/** Looks up the figure that a value is compared with. */
function reference(tagLabels: readonly string[], objective: Objective, threshold: Threshold): readonly QueryPart[] {
  if (threshold.kind === "fixed") return [];
  const { reference: of } = threshold;
  const labels = [
    ...tagLevel(tagLabels).filter((name) => of.kind === "ago" || name !== "version"),
    ...figureLabels(objective),
  ];
  const version = of.kind === "version" ? [`version=${quote(of.version).replaceAll("%", "%%")}`] : [];
  const text: readonly ResultPart[] = [" (at ", { kind: "result", decimals }, ")"];
  const part = lookUp("reference", metricSeries(objective).ratio, labels, text, version);
  return [of.kind === "ago" ? { ...part, expr: `${part.expr} offset ${of.ago.word}` } : part];
}

function lookUp(
  key: QueryPart["key"],
  series: string,
  labels: readonly string[],
  text: readonly ResultPart[],
  more: readonly string[] = [],
): QueryPart {
  const matchers = [...labels.map((name) => `${name}=%q`), ...more];
  return { kind: "query", key, expr: `${series}{${matchers.join(",")}}`, labels, text };
}
