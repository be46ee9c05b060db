import type { Objective } from "../../config/config.ts";
import { judge, type Judgement } from "../../objectives/judge.ts";
import { proportionOf } from "../../objectives/measured.ts";
import { thresholdOf } from "../../objectives/threshold.ts";
import { namedQuality, type BinaryMatrix } from "./binary-matrix.ts";

/** Judges an objective on counts; `then` are those that a relative threshold is compared with. */
export function judgeMatrix(objective: Objective, now: BinaryMatrix, then?: BinaryMatrix): Judgement {
  return judge(objective, namedQuality(objective, now), then && namedQuality(objective, then));
}

/** Tells whether an objective is violated; "close" where the rounding of a figure decides. */
export function isViolated(objective: Objective, now: BinaryMatrix, then?: BinaryMatrix): boolean | "close" {
  const { verdict, beyondBy = 0, isSignificant } = judgeMatrix(objective, now, then);
  // The score test counts outcomes: what is significantly beyond a fixed threshold is beyond it, however close.
  const isCounted = thresholdOf(objective).kind === "fixed" && proportionOf(objective) !== undefined;
  return isSignificant && !isCounted && Math.abs(beyondBy) < 1e-9 ? "close" : verdict === "missed";
}
