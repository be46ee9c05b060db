import * as z from "zod";
import type { SeverityRoute } from "./config.ts";
import { duration } from "./duration.ts";
import { readAs } from "./input-form.ts";
import { listOf, text, version, webAddress } from "./scalars.ts";
import { isRecord } from "../serializable.ts";
import { delegate, namedMap, object } from "./strict-object.ts";
import { timeIntervals } from "./time-intervals.ts";

/** The keys of `alerting`. */
export const alertingShape = {
  defaultReceiver: text("the name of a receiver")
    .optional()
    .describe("Receiver of alerts that no team routes; required when there are receivers."),
  groupWait: duration(0)
    .prefault("30s")
    .describe("How long a new group collects alerts before its first notification."),
  // Alertmanager rejects 0 for these two.
  groupInterval: duration(1).prefault("5m").describe("How long until a group notifies of added alerts."),
  repeatInterval: duration(1).prefault("4h").describe("How long until a notification is repeated."),
  runbookUrl: webAddress
    .transform((url) => url.replace(/\/+$/u, ""))
    .optional()
    .describe(
      "URL of the folder with the generated runbooks, for links in alerts; runbooks of a model or objective win.",
    ),
  version: version("0.25").prefault("0.25").describe("Version of Alertmanager to generate files for."),
  timeIntervals: timeIntervals
    .prefault({})
    .describe("Named time intervals, at which severities of a team can be muted or active."),
};

/** Schema of `alerting`. */
export const alerting = object(alertingShape, { name: "AlertingKeys" });

const receiverNames = listOf(text("the name of a receiver"), "a list of receivers", "receiver");
const intervalNames = listOf(text("the name of a time interval"), "a list of time intervals", "time interval");

/** The keys of a severity of a team in object form. */
export const severityShape = {
  receivers: receiverNames.describe("Names of the receivers to notify."),
  muteTimeIntervals: intervalNames
    .optional()
    .describe("Time intervals without notifications. Alerts still match this route and no later one."),
  activeTimeIntervals: intervalNames
    .optional()
    .describe("Time intervals outside of which there are no notifications. Needs Alertmanager 0.24."),
};

const timedSeverity = object(severityShape, { name: "SeverityKeys" });

const severityForm = { name: "SeverityInput", schema: () => z.union([receiverNames, timedSeverity]) };

const severity = readAs(severityForm, (value, ctx): SeverityRoute => {
  if (!isRecord(value)) {
    const receivers = delegate(receiverNames, value, ctx);
    return receivers === undefined ? z.NEVER : { receivers, muteTimeIntervals: [], activeTimeIntervals: [] };
  }
  const checked = delegate(timedSeverity, value, ctx);
  if (checked === undefined) return z.NEVER;
  const { receivers, muteTimeIntervals = [], activeTimeIntervals = [] } = checked;
  return { receivers, muteTimeIntervals, activeTimeIntervals };
});

/** Schema of a team: receivers by severity, with time intervals where needed. */
export const team = namedMap(() => severity, "an object of severities and their receivers");
