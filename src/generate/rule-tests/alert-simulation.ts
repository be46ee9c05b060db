import type { Objective } from "../../config/config.ts";
import { thresholdOf } from "../rules/threshold.ts";
import { samplesOf, metricValue, type BinaryMatrix } from "./binary-matrix.ts";
import type { ObjectiveAlert } from "../rules/objective-alert.ts";
import { broken } from "./reference-evaluator.ts";

/** One version of a model through the ticks of a test. */
export interface Arm {
  /** Its version; undefined when tags have none. */
  readonly version: string | undefined;
  readonly cells: readonly BinaryMatrix[];
}

/** The series of one model in one window, as a rule test feeds them. */
export interface Timeline {
  /** Milliseconds from tick to tick. */
  readonly step: number;
  readonly window: string;
  /** The class that the cells look at, and the other one. */
  readonly classes: readonly [string, string];
  readonly arms: readonly Arm[];
}

/** An alert that fires at a tick. */
export interface Fired {
  readonly alert: ObjectiveAlert;
  readonly version: string | undefined;
  readonly value: number;
  readonly samples: number;
}

/** How many ticks a stretch of time takes. */
export function ticksOf(ms: number, step: number): number {
  return Math.ceil(ms / step);
}

/**
 * Which of the alerts fire at a tick. Every alert of a name is asked, not only the one that a test is about: promtool
 * wants all that fire under a name.
 */
export function firedAt(alerts: readonly ObjectiveAlert[], timeline: Timeline, tick: number): readonly Fired[] {
  return alerts
    .filter(({ objective }) => objective.window.label === timeline.window)
    .flatMap((alert) => timeline.arms.flatMap((arm) => follow(alert, timeline, arm, tick) ?? []));
}

/** Prometheus' way of an alert from tick to tick: pending for `for`, firing, and kept for `keep_firing_for`. */
function follow(alert: ObjectiveAlert, timeline: Timeline, arm: Arm, until: number): Fired | undefined {
  const { objective } = alert;
  let since: number | undefined;
  let lastTrue: number | undefined;
  for (let tick = 0; tick <= until; tick++) {
    const now = seenBy(objective, timeline, arm.cells[tick]);
    if (now !== undefined && broken(objective, now, other(objective, timeline, arm, tick)) === true) {
      since ??= tick;
      lastTrue = tick;
    } else if (since !== undefined) {
      const fired = lastTrue !== undefined && (lastTrue - since) * timeline.step >= objective.for.ms;
      const kept = (tick - (lastTrue ?? tick) - 1) * timeline.step < (alert.keepFiringFor?.ms ?? 0);
      if (!fired || !kept) [since, lastTrue] = [undefined, undefined];
    }
  }
  if (since === undefined || lastTrue === undefined) return undefined;
  if ((until - since) * timeline.step < objective.for.ms) return undefined;
  const cells = seenBy(objective, timeline, arm.cells[lastTrue]);
  const value = cells && metricValue(objective, cells);
  if (cells === undefined || value === undefined) return undefined;
  return { alert, version: arm.version, value, samples: samplesOf(objective, cells) };
}

/** The cells as an objective sees them: turned round when it is about the other class. */
function seenBy(objective: Objective, timeline: Timeline, cells: BinaryMatrix | undefined): BinaryMatrix | undefined {
  if (cells === undefined || objective.class === undefined || objective.class === timeline.classes[0]) return cells;
  if (objective.class !== timeline.classes[1]) return undefined;
  return { tp: cells.tn, fp: cells.fn, fn: cells.fp, tn: cells.tp };
}

/** What an objective compares an arm with at a tick. */
function other(objective: Objective, timeline: Timeline, arm: Arm, tick: number): BinaryMatrix | undefined {
  const bound = thresholdOf(objective);
  if (bound.kind === "fixed") return undefined;
  const { reference } = bound;
  if (reference.kind === "ago") {
    return seenBy(objective, timeline, arm.cells[tick - Math.round(reference.ago.ms / timeline.step)]);
  }
  if (arm.version === reference.version) return undefined;
  const against = timeline.arms.find(({ version }) => version === reference.version);
  return seenBy(objective, timeline, against?.cells[tick]);
}
