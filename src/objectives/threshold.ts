import type { Bound, ComparedTo, Objective } from "../config/config.ts";

/** Threshold of an objective: a fixed value, or a distance from a reference series. */
export type Threshold = FixedThreshold | RelativeThreshold;

/** Threshold that is a number. */
export interface FixedThreshold {
  readonly kind: "fixed";
  readonly side: Side;
  readonly value: number;
}

/** Threshold that is `by` below or above the value of a reference series. */
export interface RelativeThreshold {
  readonly kind: "relative";
  readonly side: Side;
  readonly by: number;
  readonly reference: Reference;
}

/** Side of the threshold on which the objective is violated. */
export type Side = "below" | "above";

/** Series that a value is compared with: another version of the model, or the same version some time ago. */
export type Reference = Exclude<ComparedTo, { readonly kind: "baseline" }>;

/** Resolves the bound of an objective; a comparison with a fixed baseline becomes a fixed threshold. */
export function thresholdOf({ bound }: Pick<Objective, "bound">): Threshold {
  const side = bound.kind === "min" || bound.kind === "maxDrop" ? "below" : "above";
  if (!("comparedTo" in bound)) return { kind: "fixed", side, value: bound.value };
  if (bound.comparedTo.kind === "baseline")
    return { kind: "fixed", side, value: fromBaseline(bound, bound.comparedTo.value) };
  return { kind: "relative", side, by: bound.value, reference: bound.comparedTo };
}

/** Rounds away the last bits of the sum: 0.9 - 0.02 is 0.88. */
function fromBaseline(bound: Bound, baseline: number): number {
  return Number((bound.kind === "maxDrop" ? baseline - bound.value : baseline + bound.value).toPrecision(12));
}
