import { duration } from "./duration.ts";
import { whole } from "./scalars.ts";
import { object } from "./strict-object.ts";

/** The keys of `limits`. */
export const limitsShape = {
  maxTags: whole(1, 1_000_000).default(1000),
  maxClasses: whole(2, 10_000).default(100),
  maxLineBytes: whole(64, 256 * 1024 * 1024).default(1_048_576),
  maxValueBytes: whole(1, 65_536).default(1024),
  futureTolerance: duration(0).prefault("1m"),
  tagIdle: duration(1).prefault("24h"),
  panes: whole(1, 3600).default(60),
};

/** What bounds memory and judges times. */
export const limits = object(limitsShape);
