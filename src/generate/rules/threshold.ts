import type { Bound, ComparedTo, Objective } from "../../config/config.ts";

/** What an objective is held to: a fixed figure, or another series. */
export type Threshold =
  | { readonly kind: "fixed"; readonly side: Side; readonly value: number }
  | { readonly kind: "series"; readonly side: Side; readonly by: number; readonly reference: Reference };

/** On which side of the bound the objective is broken. */
export type Side = "below" | "above";

/** Another series: of another version of the model, or of the same some time ago. */
export type Reference = Exclude<ComparedTo, { readonly kind: "baseline" }>;

/** The bound of an objective. A fixed baseline is a fixed figure like any other: as much below it, or above it. */
export function thresholdOf({ bound }: Pick<Objective, "bound">): Threshold {
  const side = bound.kind === "min" || bound.kind === "maxDrop" ? "below" : "above";
  if (!("comparedTo" in bound)) return { kind: "fixed", side, value: bound.value };
  if (bound.comparedTo.kind === "baseline")
    return { kind: "fixed", side, value: fromBaseline(bound, bound.comparedTo.value) };
  return { kind: "series", side, by: bound.value, reference: bound.comparedTo };
}

/** Sheds the last bits of the sum: 0.9 - 0.02 is 0.88. */
function fromBaseline(bound: Bound, baseline: number): number {
  return Number((bound.kind === "maxDrop" ? baseline - bound.value : baseline + bound.value).toPrecision(12));
}
