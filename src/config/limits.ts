import { duration } from "./duration.ts";
import { whole } from "./scalars.ts";
import { object } from "./strict-object.ts";

/** The keys of `limits`. */
const limitsShape = {
  maxTags: whole(1, 1_000_000).default(1000).describe("Tags past this many are dropped and counted."),
  maxClasses: whole(2, 10_000).default(100).describe("Classes of a tag past this many become `__other__`."),
  maxLineBytes: whole(64, 256 * 1024 * 1024)
    .default(1_048_576)
    .describe("Longer lines are rejected, in bytes."),
  maxValueBytes: whole(1, 65_536)
    .default(1024)
    .describe("A line with a longer label value or class is rejected, in bytes."),
  futureTolerance: duration(0)
    .prefault("1m")
    .describe("Outcomes later than now by more than this are counted and placed at now."),
  tagIdle: duration(1)
    .prefault("24h")
    .describe("A tag without an outcome for this long is forgotten; at least the longest window."),
  panes: whole(1, 3600).default(60).describe("Slices of each time window."),
};

/** What bounds memory and judges times. */
export const limits = object(limitsShape, { name: "LimitsInput" });
