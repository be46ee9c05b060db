import type { Objective } from "../../config/config.ts";
import { thresholdOf } from "../rules/threshold.ts";
import { matrixWithErrors, type BinaryMatrix } from "./binary-matrix.ts";
import { broken, judge } from "./reference-evaluator.ts";

/** Counts on both sides of the point at which an objective's alert fires, one outcome apart where rounding allows. */
export interface Edge {
  /** The least that breaks the objective. */
  readonly broken: BinaryMatrix;
  /** The most that does not. */
  readonly kept: BinaryMatrix;
  /** What a comparison is made with. */
  readonly reference: BinaryMatrix | undefined;
}

/** More outcomes than anyone's window holds: an objective that these do not break cannot be broken. */
const most = 2 ** 40;

/**
 * Where the alert of an objective begins to fire; undefined when no counts at all make it fire. With `certain`, on so
 * many outcomes that a comparison turns on the difference that is allowed, and not on what may be chance.
 */
export function boundaryCounts(objective: Objective, certain: boolean): Edge | undefined {
  for (let size = fewestOf(objective); size <= most; size *= 2) {
    const edge = edgeAt(objective, size);
    if (edge === undefined) continue;
    if (!certain || edge.reference === undefined || judge(objective, edge.kept, edge.reference).sure) return edge;
  }
  return undefined;
}

/** As bad as can be, on one sample less than the objective asks for; undefined when it asks for one. */
export function tooFewSamples(objective: Objective): BinaryMatrix | undefined {
  const few = objective.minSamples - 1;
  if (few < 1) return undefined;
  return matrixWithErrors(objective, few, thresholdOf(objective).side === "below" ? few : 0);
}

function fewestOf(objective: Objective): number {
  return Math.max(100, objective.minSamples);
}

function edgeAt(objective: Objective, size: number): Edge | undefined {
  const { side } = thresholdOf(objective);
  const reference = referenceCells(objective, size);
  // Step 0 is as good as the objective wants it, step `size` as bad as can be.
  const at = (step: number): BinaryMatrix => matrixWithErrors(objective, size, side === "below" ? step : size - step);
  const verdict = (step: number): boolean | "close" => broken(objective, at(step), reference);
  if (verdict(size) !== true || verdict(0) === true) return undefined;
  let [good, bad] = [0, size];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (verdict(middle) === true) bad = middle;
    else good = middle;
  }
  while (good > 0 && verdict(good) === "close") good -= 1;
  return { broken: at(bad), kept: at(good), reference };
}

/** A figure that leaves room to be missed by more than the objective allows; undefined when the bound is fixed. */
function referenceCells(objective: Objective, size: number): BinaryMatrix | undefined {
  const bound = thresholdOf(objective);
  if (bound.kind === "fixed") return undefined;
  const errors = Math.round(size * Math.min(0.1, (1 - Math.min(bound.by, 1)) / 2));
  return matrixWithErrors(objective, size, bound.side === "below" ? errors : size - errors);
}
