import { z } from "zod";
import type { SeverityRoute } from "./config.ts";
import { duration } from "./duration.ts";
import { readAs } from "./input-form.ts";
import { listOf, text, version } from "./scalars.ts";
import { delegate, isObject, namedMap, object } from "./strict-object.ts";
import { timeIntervals } from "./time-intervals.ts";

/** The keys of `alerting`. */
export const alertingShape = {
  defaultReceiver: text("the name of a receiver")
    .optional()
    .describe("Takes what no team takes; must be given when there are receivers."),
  groupWait: duration(0).prefault("30s").describe("How long a new group of alerts waits for more of its kind."),
  // Alertmanager refuses 0 for these two.
  groupInterval: duration(1).prefault("5m").describe("How long until a group tells of what was added to it."),
  repeatInterval: duration(1).prefault("4h").describe("How long until a notification is sent again."),
  version: version("0.25").prefault("0.25").describe("The version of Alertmanager that the files are written for."),
  timeIntervals: timeIntervals
    .prefault({})
    .describe("Names for stretches of time, at which the severities of a team may be muted or active."),
};

/** How Alertmanager groups and repeats. */
export const alerting = object(alertingShape, { name: "AlertingKeys" });

const receiverNames = listOf(text("the name of a receiver"), "a list of receivers", "receiver");
const intervalNames = listOf(text("the name of a time interval"), "a list of time intervals", "time interval");

/** The keys of a severity of a team, where it says more than its receivers. */
export const severityShape = {
  receivers: receiverNames.describe("The names of the receivers that are told."),
  muteTimeIntervals: intervalNames
    .optional()
    .describe("Nobody is told while one of these is on. The route still ends the search for others."),
  activeTimeIntervals: intervalNames
    .optional()
    .describe("Nobody is told but while one of these is on. Needs Alertmanager 0.24."),
};

const timedSeverity = object(severityShape, { name: "SeverityKeys" });

const severityForm = { name: "SeverityInput", schema: () => z.union([receiverNames, timedSeverity]) };

const severity = readAs(severityForm, (value, ctx): SeverityRoute => {
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
