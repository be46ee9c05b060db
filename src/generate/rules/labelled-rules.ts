import type { Config, Model, Objective } from "../../config/config.ts";
import { fewestSamples } from "../../objectives/judge.ts";
import { normalQuantile } from "../../objectives/normal-quantile.ts";
import { trafficMetrics } from "../../quality/counts.ts";
import { reachOf, type WindowSpec } from "../../window/options.ts";
import {
  aggregateBy,
  and,
  arith,
  call,
  compare,
  num,
  selector,
  unless,
  type Matcher,
  type Vector,
} from "../promql/builder.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { figureLabels, type Alert } from "./alert.ts";
import type { Annotation } from "./annotation.ts";
import { some } from "./fleet-formula.ts";
import { healthAlert, inNamespace, minutes, modelLabel, type HealthAlertSections } from "./health-alert.ts";
import { tagLevel, type Aggregation, type RecordingRule } from "./recording-rules.ts";
import { windowWords } from "./window-words.ts";

/** Sections of the config that the rules on labelled shares depend on. */
export type LabelledSections = Aggregation & HealthAlertSections & Pick<Config, "join" | "windows">;

const labelledShare = trafficMetrics.share.name.replace(/_ratio$/u, "");

/** Recorded sums over replicas, and the shares of them. */
const recorded = {
  traffic: `tag_class:${trafficMetrics.traffic.name}:sum`,
  due: `tag_class:${trafficMetrics.due.name}:sum`,
  labelled: `tag_class:${trafficMetrics.labelled.name}:sum`,
  classShare: `tag_class:${labelledShare}:ratio`,
  tagDue: `tag:${trafficMetrics.due.name}:sum`,
  share: `tag:${labelledShare}:ratio`,
  largest: `tag:${labelledShare}:max`,
  ageShare: `tag_age:${labelledShare}:ratio`,
} as const;

/** Names of the recorded series on labelled shares. */
export const labelledSeries: Readonly<Record<keyof typeof recorded, string>> = recorded;

/** Least due predictions of a class for its share to be compared. */
export const leastDue = 100;

/** Confidence that a share is less than half of another. */
const confidence = 0.995;

/** Gives the age at which predictions of a model are due (ms); undefined where nobody says so. */
function maturityOf({ join }: Pick<Config, "join">, { name }: Pick<Model, "name">): number | undefined {
  return (join?.models.get(name) ?? join?.models.get("*"))?.maturityMs;
}

/** Builds the rules that add up what is due over replicas, and divide the sums. */
export function labelledRecordings(
  config: LabelledSections,
  model: Model,
  matchers: readonly Matcher[],
): readonly RecordingRule[] {
  if (config.join === undefined) return [];
  const { tagLabels, prometheus } = config;
  const tag = tagLevel(tagLabels);
  const over = prometheus.replicas === "mirrored" ? "max" : "sum";
  const added = (metric: { readonly name: string }, ...labels: readonly string[]): Vector =>
    aggregateBy(over, labels, selector(metric.name, matchers));
  const series = (name: string): Vector => selector(name, matchers);
  const ofAges = [namespaceLabel, ...tagLabels, "age"];
  const { traffic, due, labelled, age, ageLabelled } = trafficMetrics;
  const rules = [
    { record: recorded.traffic, expr: added(traffic, ...tag, "class") },
    { record: recorded.ageShare, expr: arith(added(ageLabelled, ...ofAges), "/", some(added(age, ...ofAges))) },
  ];
  if (maturityOf(config, model) === undefined) return rules;
  return [
    ...rules,
    { record: recorded.due, expr: added(due, ...tag, "class") },
    { record: recorded.labelled, expr: added(labelled, ...tag, "class") },
    { record: recorded.classShare, expr: arith(series(recorded.labelled), "/", some(series(recorded.due))) },
    {
      record: recorded.largest,
      expr: aggregateBy(
        "max",
        tag,
        and(series(recorded.classShare), [compare(series(recorded.due), ">=", num(leastDue))]),
      ),
    },
    { record: recorded.tagDue, expr: aggregateBy("sum", tag, series(recorded.due)) },
    {
      record: recorded.share,
      expr: arith(aggregateBy("sum", tag, series(recorded.labelled)), "/", some(series(recorded.tagDue))),
    },
  ];
}

/** Holds an objective back where too small a share of what is due is labelled; nothing where nothing is due. */
export function whereLabelled(violated: Vector, objective: Objective, matchers: readonly Matcher[]): Vector {
  const { minLabelled, window } = objective;
  if (minLabelled === undefined) return violated;
  const share = selector(recorded.share, [...matchers, ["window", "=", window.label]]);
  return unless(violated, compare(share, "<", num(minLabelled)), { ignoring: figureLabels(objective) });
}

/** Alert on labelled shares in one window. */
export interface LabelledAlert extends Alert {
  readonly window: WindowSpec;
  /** Share below which it fires, on so many predictions; undefined for one that compares classes. */
  readonly least: { readonly share: number; readonly due: number } | undefined;
}

/** Builds the alerts on labels that are missing, where objectives ask for them, and on classes that are labelled unevenly. */
export function labelledAlerts(
  config: LabelledSections,
  model: Model,
  matchers: readonly Matcher[],
): readonly LabelledAlert[] {
  const maturity = maturityOf(config, model);
  if (maturity === undefined) return [];
  const asked = model.objectives.filter((objective) => objective.minLabelled !== undefined);
  const own = model.objectives.map(({ window }) => window).filter((window) => reachOf(window) > maturity);
  const [longest] = config.windows
    .filter((window) => reachOf(window) > maturity)
    .sort((a, b) => reachOf(b) - reachOf(a));
  return [
    ...unique(asked.map(({ window }) => window)).map((window) =>
      missingAlert(
        config,
        model,
        matchers,
        window,
        asked.filter((objective) => objective.window.label === window.label),
      ),
    ),
    ...unique(own.length > 0 ? own : longest === undefined ? [] : [longest]).map((window) =>
      unevenAlert(config, model, matchers, window),
    ),
  ];
}

function missingAlert(
  config: LabelledSections,
  model: Model,
  matchers: readonly Matcher[],
  window: WindowSpec,
  asked: readonly Objective[],
): LabelledAlert {
  const share = Math.max(...asked.map(({ minLabelled = 0 }) => minLabelled));
  // On fewer, the objectives are quiet anyway.
  const due = Math.min(...asked.map(fewestSamples));
  const selected: readonly Matcher[] = [...matchers, ["window", "=", window.label]];
  const alert = healthAlert(config, {
    name: "ModelQualityLabelsMissing",
    expr: and(compare(selector(recorded.share, selected), "<", num(share)), [
      compare(selector(recorded.tagDue, selected), ">=", num(due)),
    ]),
    for: minutes(10),
    owner: model.name,
    kept: tagLevel(config.tagLabels),
    subject: [...tagWords(config.tagLabels), `: labelled share of due predictions over ${windowWords(window)}`],
    extent: [" at ", { kind: "percentage" }, `, minimum ${percent(share)}`],
    consequence:
      "Objectives that ask for such a share are held back: what is labelled may be no sample of the traffic.",
  });
  return { ...alert, labels: { ...alert.labels, window: window.label }, window, least: { share, due } };
}

/** The share of a class that is, beyond chance, less than half of the largest one. */
function unevenAlert(
  config: LabelledSections,
  model: Model,
  matchers: readonly Matcher[],
  window: WindowSpec,
): LabelledAlert {
  const selected: readonly Matcher[] = [...matchers, ["window", "=", window.label]];
  const share = selector(recorded.classShare, selected);
  const due = selector(recorded.due, selected);
  const isEnough = compare(due, ">=", num(leastDue));
  const half = arith(num(0.5), "*", selector(recorded.largest, selected));
  const ofTag = { ignoring: ["class"], group: "left" } as const;
  const expected = arith(due, "*", half, ofTag);
  const variance = arith(expected, "*", arith(num(1), "-", half), ofTag);
  const lacking = arith(expected, "-", selector(recorded.labelled, selected));
  const chance = arith(num(normalQuantile(confidence)), "*", call("sqrt", variance));
  const alert = healthAlert(config, {
    name: "ModelQualityLabelsUneven",
    expr: and(share, [compare(lacking, ">", chance)], [isEnough]),
    for: minutes(10),
    owner: model.name,
    kept: [...tagLevel(config.tagLabels), "class"],
    subject: [
      ...tagWords(config.tagLabels),
      ": labelled share of due predictions of class ",
      { kind: "label", label: "class", before: "" },
      ` over ${windowWords(window)}`,
    ],
    extent: [" at ", { kind: "percentage" }, ", less than half of that of another class"],
    consequence: "What is labelled is no sample of the traffic, and figures of it, recall above all, may be far off.",
  });
  return { ...alert, labels: { ...alert.labels, window: window.label }, window, least: undefined };
}

/** Words of a tag: `fraud v3, region eu, in namespace prod`. */
function tagWords(tagLabels: readonly string[]): Annotation {
  const others = tagLabels.filter((name) => name !== "model" && name !== "version");
  return [
    modelLabel,
    ...(tagLabels.includes("version") ? [{ kind: "label", label: "version", before: " " } as const] : []),
    ...others.map((name) => ({ kind: "label", label: name, before: `, ${name} ` }) as const),
    inNamespace,
  ];
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))}%`;
}

function unique(windows: readonly WindowSpec[]): WindowSpec[] {
  return windows.filter((window, index) => windows.findIndex(({ label }) => label === window.label) === index);
}
