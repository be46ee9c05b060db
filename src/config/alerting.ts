import { duration } from "./duration.ts";
import { listOf, text, version } from "./leaves.ts";
import { namedMap, object } from "./shape.ts";

/** The keys of `alerting`. */
export const alertingShape = {
  defaultReceiver: text("the name of a receiver").optional(),
  groupWait: duration(0).prefault("30s"),
  // Alertmanager refuses 0 for these two.
  groupInterval: duration(1).prefault("5m"),
  repeatInterval: duration(1).prefault("4h"),
  version: version("0.25").prefault("0.25"),
};

/** How Alertmanager groups and repeats. */
export const alerting = object(alertingShape);

const receiverNames = listOf(text("the name of a receiver"), "a list of receivers", "receiver");

/** One of `teams`: severity to the names of receivers. */
export const team = namedMap(() => receiverNames, "an object of severities and their receivers");
