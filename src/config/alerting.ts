import { z } from "zod";
import { duration } from "./duration.ts";
import { text, version } from "./leaves.ts";
import { namedMap, object } from "./shape.ts";
import { expected } from "./wording.ts";

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

const receiverNames = z
  .array(text("the name of a receiver"), { error: expected("a list of receivers") })
  .min(1, { error: "expected at least one receiver" });

/** One of `teams`: severity to the names of receivers. */
export const team = namedMap(() => receiverNames, "an object of severities and their receivers");
