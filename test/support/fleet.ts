import { expect } from "@jest/globals";
import { expectFigures } from "./golden.ts";
import type { Prometheus } from "./prometheus.ts";

/** Figures of all replicas together: single ones by metric, those of classes and of averages by metric and name. */
export interface FleetFigures {
  readonly single: Readonly<Record<string, unknown>>;
  readonly classes: Readonly<Record<string, object>>;
  readonly averages: Readonly<Record<string, object>>;
}

/** The present values of an expression by the value of a label. */
export async function valuesBy(
  prometheus: Prometheus,
  label: string,
  expression: string,
): Promise<Record<string, number>> {
  const samples = await prometheus.query(expression);
  return Object.fromEntries(samples.map(({ labels, value }) => [labels[label] ?? "", value]));
}

/** Expects that the recorded series of the only tag have the figures. */
export async function expectFleetFigures(
  prometheus: Prometheus,
  { single, classes, averages }: FleetFigures,
): Promise<void> {
  for (const [metric, figure] of Object.entries(single)) {
    const samples = await prometheus.query(`tag:model_quality_${metric}:ratio`);
    expect([metric, samples.length]).toEqual([metric, 1]);
    expectFigures(samples[0]?.value, figure, metric);
  }
  for (const [metric, figures] of Object.entries(classes)) {
    const values = await valuesBy(prometheus, "class", `tag_class:model_quality_${metric}:ratio`);
    expectFigures(values, figures, metric);
  }
  for (const [metric, figures] of Object.entries(averages)) {
    const values = await valuesBy(prometheus, "average", `tag:model_quality_${metric}_average:ratio`);
    expectFigures(values, figures, `${metric} average`);
  }
}
