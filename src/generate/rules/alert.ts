import type { Duration, Objective, Rule } from "../../config/config.ts";
import { escapeTemplate, annotationTemplate, type Annotation } from "./annotation.ts";
import { formatExpression } from "../promql/format.ts";
import type { Vector } from "../promql/builder.ts";

/** Alerting rule that is generated. */
export interface Alert {
  readonly name: string;
  readonly expr: Vector;
  readonly for: Duration;
  /** Undefined where it is not configured, or not known to the configured version of Prometheus. */
  readonly keepFiringFor: Duration | undefined;
  /** Labels that the rule sets; all others come from the series. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the labels that the expression keeps. */
  readonly kept: readonly string[];
  readonly annotations: Readonly<Record<string, Annotation>>;
  /** Figure that the alert judges; undefined for an alert that judges none. */
  readonly figure?: Figure;
}

/** Figure of a model: a metric of the window, of a class, or averaged over the classes. */
export type Figure = Pick<Objective, "metric" | "class" | "average">;

/** Lists the labels that a figure's ratio has besides those of its tag and window. */
export function figureLabels(figure: Figure): readonly ("class" | "average")[] {
  return (["class", "average"] as const).filter((label) => figure[label] !== undefined);
}

/** Writes an alert as a rule file has it; values of labels and annotations are templates there. */
export function alertRule(alert: Alert): Rule {
  return {
    alert: alert.name,
    expr: formatExpression(alert.expr),
    for: alert.for.word,
    ...(alert.keepFiringFor === undefined ? {} : { keep_firing_for: alert.keepFiringFor.word }),
    labels: mapValues(alert.labels, escapeTemplate),
    annotations: mapValues(alert.annotations, annotationTemplate),
  };
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
