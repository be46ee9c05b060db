import type { Objective } from "../../config/config.ts";
import type { ObjectiveAlert } from "../rules/objective-alert.ts";
import { thresholdOf } from "../../objectives/threshold.ts";
import { swapClasses, type BinaryMatrix } from "./binary-matrix.ts";
import { isViolated, judgeMatrix } from "./violation.ts";

/** Series of one model in one window, as a rule test feeds them. */
export interface Scenario {
  /** Milliseconds from tick to tick. */
  readonly step: number;
  readonly window: string;
  /** Positive class of the matrices, and the other one. */
  readonly classes: readonly [positive: string, negative: string];
  readonly versions: readonly VersionCounts[];
}

/** Counts of one version of the model. */
export interface VersionCounts {
  /** Undefined when tags have no version. */
  readonly version: string | undefined;
  /** Counts by tick; a tick past the end has no series. */
  readonly matrices: readonly BinaryMatrix[];
}

/** Alert that fires at a tick. */
export interface FiringAlert {
  readonly alert: ObjectiveAlert;
  readonly version: string | undefined;
  readonly value: number;
  readonly samples: number;
  /** Counts that the value is of, with the class of the objective as the positive one. */
  readonly matrix: BinaryMatrix;
  /** Names of the positive class and of the other one in `matrix`. */
  readonly classes: Scenario["classes"];
  /** Value that it is compared with. */
  readonly reference: number | undefined;
}

/** Counts the ticks that a duration takes, rounded up. */
export function ticksOf(ms: number, step: number): number {
  return Math.ceil(ms / step);
}

/** Simulates which of the alerts fire at a tick. */
export function firingAt(alerts: readonly ObjectiveAlert[], scenario: Scenario, tick: number): readonly FiringAlert[] {
  return alerts
    .filter(({ objective }) => objective.window.label === scenario.window)
    .flatMap((alert) => scenario.versions.flatMap((counts) => simulate(alert, scenario, counts, tick) ?? []));
}

/** Follows an alert as Prometheus does: pending for `for`, firing, and kept firing for `keep_firing_for`. */
function simulate(
  alert: ObjectiveAlert,
  scenario: Scenario,
  counts: VersionCounts,
  until: number,
): FiringAlert | undefined {
  const { objective } = alert;
  let since: number | undefined;
  let lastTrue: number | undefined;
  for (let tick = 0; tick <= until; tick++) {
    const now = matrixFor(objective, scenario, counts.matrices[tick]);
    if (now !== undefined && isViolated(objective, now, referenceAt(objective, scenario, counts, tick)) === true) {
      since ??= tick;
      lastTrue = tick;
    } else if (since !== undefined) {
      const fired = lastTrue !== undefined && (lastTrue - since) * scenario.step >= objective.for.ms;
      const kept = (tick - (lastTrue ?? tick) - 1) * scenario.step < (alert.keepFiringFor?.ms ?? 0);
      if (!fired || !kept) [since, lastTrue] = [undefined, undefined];
    }
  }
  if (since === undefined || lastTrue === undefined) return undefined;
  if ((until - since) * scenario.step < objective.for.ms) return undefined;
  const matrix = matrixFor(objective, scenario, counts.matrices[lastTrue]);
  if (matrix === undefined) return undefined;
  const { value, samples } = judgeMatrix(objective, matrix);
  if (value === undefined) return undefined;
  const then = referenceAt(objective, scenario, counts, lastTrue);
  const reference = then && judgeMatrix(objective, then).value;
  const classes = classesFor(objective, scenario);
  return { alert, version: counts.version, value, samples, matrix, classes, reference };
}

/** Orients a matrix to the class of an objective; undefined where the scenario lacks the class. */
function matrixFor(
  objective: Objective,
  { classes: [positive, negative] }: Scenario,
  matrix: BinaryMatrix | undefined,
): BinaryMatrix | undefined {
  if (matrix === undefined || objective.class === undefined || objective.class === positive) return matrix;
  return objective.class === negative ? swapClasses(matrix) : undefined;
}

function classesFor(objective: Objective, { classes }: Scenario): Scenario["classes"] {
  const [positive, negative] = classes;
  return objective.class === negative ? [negative, positive] : classes;
}

/** Finds the counts that an objective compares a version with at a tick. */
function referenceAt(
  objective: Objective,
  scenario: Scenario,
  { version, matrices }: VersionCounts,
  tick: number,
): BinaryMatrix | undefined {
  const threshold = thresholdOf(objective);
  if (threshold.kind === "fixed") return undefined;
  const { reference } = threshold;
  if (reference.kind === "ago") {
    return matrixFor(objective, scenario, matrices[tick - Math.round(reference.ago.ms / scenario.step)]);
  }
  if (version === reference.version) return undefined;
  const against = scenario.versions.find((other) => other.version === reference.version);
  return matrixFor(objective, scenario, against?.matrices[tick]);
}
