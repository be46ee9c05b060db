import { z } from "zod";
import type { SeverityRoute } from "./config.ts";
import { duration } from "./duration.ts";
import { listOf, text, version } from "./scalars.ts";
import { delegate, isObject, namedMap, object } from "./strict-object.ts";
import { timeIntervals } from "./time-intervals.ts";

/** The keys of `alerting`. */
export const alertingShape = {
  defaultReceiver: text("the name of a receiver").optional(),
  groupWait: duration(0).prefault("30s"),
  // Alertmanager refuses 0 for these two.
  groupInterval: duration(1).prefault("5m"),
  repeatInterval: duration(1).prefault("4h"),
  version: version("0.25").prefault("0.25"),
  timeIntervals: timeIntervals.prefault({}),
};

/** How Alertmanager groups and repeats. */
export const alerting = object(alertingShape);

const receiverNames = listOf(text("the name of a receiver"), "a list of receivers", "receiver");
const intervalNames = listOf(text("the name of a time interval"), "a list of time intervals", "time interval");

/** The keys of a severity of a team, where it says more than its receivers. */
export const severityShape = {
  receivers: receiverNames,
  muteTimeIntervals: intervalNames.optional(),
  activeTimeIntervals: intervalNames.optional(),
};

const timedSeverity = object(severityShape);

const severity = z.unknown().transform((value, ctx): SeverityRoute => {
  if (!isObject(value)) {
    const receivers = delegate(receiverNames, value, ctx);
    return receivers === undefined ? z.NEVER : { receivers, muteTimeIntervals: [], activeTimeIntervals: [] };
  }
  const checked = delegate(timedSeverity, value, ctx);
  if (checked === undefined) return z.NEVER;
  const { receivers, muteTimeIntervals = [], activeTimeIntervals = [] } = checked;
  return { receivers, muteTimeIntervals, activeTimeIntervals };
});

/** One of `teams`: severity to the names of receivers, and to when they are told. */
export const team = namedMap(() => severity, "an object of severities and their receivers");
