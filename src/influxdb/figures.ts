import { fieldPrefix } from "../config/influxdb-faults.ts";
import { countMetrics } from "../quality/counts.ts";
import type { Figure } from "../quality/formula.ts";
import { pageMetrics, type PageMetric } from "../quality/page-metrics.ts";
import { countField, numberField } from "./line-protocol.ts";

/** Name of a metric's field: the metric's without the name of the measurement. */
export function fieldOf({ name }: { readonly name: string }): string {
  return name.slice(fieldPrefix.length);
}

const counts = new Set<string>(Object.values(countMetrics).map(({ name }) => name));

/** Writes a figure as the field of its metric. */
type WriteField = (value: number) => string;

function writerOf(metric: PageMetric): WriteField {
  const field = fieldOf(metric);
  return counts.has(metric.name) ? (value) => countField(field, value) : (value) => numberField(field, value);
}

type Of<Scope extends PageMetric["scope"]> = Extract<PageMetric, { readonly scope: Scope }>;

/** Metrics of a scope, each with what writes its field. */
function metricsOf<Scope extends PageMetric["scope"]>(scope: Scope): readonly (Of<Scope> & { write: WriteField })[] {
  return pageMetrics
    .filter((metric): metric is Of<Scope> & PageMetric => metric.scope === scope)
    .map((metric) => ({ ...metric, write: writerOf(metric) }));
}

const ofWindow = metricsOf("window");
const ofAverage = metricsOf("average");
const ofClass = metricsOf("class");

type Args<Scope extends "window" | "average" | "class"> = Parameters<Of<Scope>["figure"]>;

/** Writes the fields of a window. */
export function windowFields(...args: Args<"window">): string {
  return fields(ofWindow, (metric) => metric.figure(...args));
}

/** Writes the fields of an average over classes; empty where none is defined. */
export function averageFields(...args: Args<"average">): string {
  return fields(ofAverage, (metric) => metric.figure(...args));
}

/** Writes the fields of the class at an index. */
export function classFields(...args: Args<"class">): string {
  return fields(ofClass, (metric) => metric.figure(...args));
}

/** Fields of a class without outcomes in the window. */
export const unseenClass = fields(ofClass, ({ unseen }) => unseen);

function fields<Metric extends { readonly write: WriteField }>(
  metrics: readonly Metric[],
  figure: (metric: Metric) => Figure,
): string {
  let text = "";
  for (const metric of metrics) {
    const value = figure(metric);
    // What is not defined has no field.
    if (value !== null) text += `${text === "" ? "" : ","}${metric.write(value)}`;
  }
  return text;
}
