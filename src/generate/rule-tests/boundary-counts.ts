import type { Objective } from "../../config/config.ts";
import { thresholdOf } from "../../objectives/threshold.ts";
import { matrixWithErrors, type BinaryMatrix } from "./binary-matrix.ts";
import { isViolated, judgeMatrix } from "./violation.ts";

/** Counts on both sides of the point at which an objective's alert fires, one outcome apart where rounding allows. */
export interface BoundaryCounts {
  /** Best counts that violate the objective. */
  readonly outside: BinaryMatrix;
  /** Worst counts that meet it. */
  readonly inside: BinaryMatrix;
  /** Counts that a relative threshold is compared with. */
  readonly reference: BinaryMatrix | undefined;
}

/** More outcomes than any window holds: an objective that these do not violate cannot be violated. */
const mostSamples = 2 ** 40;

/**
 * Searches for the counts at which an objective's alert begins to fire; undefined when it never fires. With
 * `significant`, on so many outcomes that a comparison depends on the difference allowed and not on chance.
 */
export function boundaryCounts(objective: Objective, significant: boolean): BoundaryCounts | undefined {
  for (let size = Math.max(100, objective.minSamples); size <= mostSamples; size *= 2) {
    const counts = boundaryAt(objective, size);
    if (counts === undefined) continue;
    const { inside, reference } = counts;
    if (!significant || reference === undefined || judgeMatrix(objective, inside, reference).isSignificant)
      return counts;
  }
  return undefined;
}

/** Builds the worst counts, on one sample less than the objective asks for; undefined when it asks for one. */
export function tooFewSamples(objective: Objective): BinaryMatrix | undefined {
  const few = objective.minSamples - 1;
  if (few < 1) return undefined;
  return matrixWithErrors(objective, few, thresholdOf(objective).side === "below" ? few : 0);
}

function boundaryAt(objective: Objective, size: number): BoundaryCounts | undefined {
  const { side } = thresholdOf(objective);
  const reference = referenceCounts(objective, size);
  // Step 0 is the best value for the objective, step `size` the worst.
  const at = (step: number): BinaryMatrix => matrixWithErrors(objective, size, side === "below" ? step : size - step);
  const violated = (step: number): boolean | "close" => isViolated(objective, at(step), reference);
  if (violated(size) !== true || violated(0) === true) return undefined;
  let [good, bad] = [0, size];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (violated(middle) === true) bad = middle;
    else good = middle;
  }
  while (good > 0 && violated(good) === "close") good -= 1;
  return { outside: at(bad), inside: at(good), reference };
}

/** Counts whose value can be missed by more than the threshold allows; undefined when the threshold is fixed. */
function referenceCounts(objective: Objective, size: number): BinaryMatrix | undefined {
  const threshold = thresholdOf(objective);
  if (threshold.kind === "fixed") return undefined;
  const errors = Math.round(size * Math.min(0.1, (1 - Math.min(threshold.by, 1)) / 2));
  return matrixWithErrors(objective, size, threshold.side === "below" ? errors : size - errors);
}
