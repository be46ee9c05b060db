import type { Duration, Rule } from "../../config/config.ts";
import { escapeTemplate, annotationTemplate, type Annotation } from "./annotation.ts";
import { formatExpression } from "../promql/format.ts";
import type { Vector } from "../promql/builder.ts";

/** An alert, whatever it watches. */
export interface Alert {
  readonly name: string;
  readonly expr: Vector;
  readonly for: Duration;
  /** Undefined when it is not asked for, or when the Prometheus that is written for does not know it. */
  readonly keepFiringFor: Duration | undefined;
  /** Labels that the rule sets; the others come with the series. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the labels that the expression keeps, besides those that the rule sets. */
  readonly kept: readonly string[];
  readonly annotations: Readonly<Record<string, Annotation>>;
  /** The model whose absence it tells; undefined for every other alert. */
  readonly absentModel?: string;
}

/** The alert as a rule file has it. The values of labels are templates there, as those of annotations are. */
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
