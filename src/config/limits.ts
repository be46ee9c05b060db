import { duration } from "./duration.ts";
import { integer } from "./scalars.ts";
import { object } from "./strict-object.ts";

/** Schema of the maximum bytes of a line. */
export const lineBytes = integer(64, 256 * 1024 * 1024);

/** The keys of `limits`. */
const limitsShape = {
  maxTags: integer(1, 1_000_000)
    .default(1000)
    .describe(
      "Maximum number of tags; outcomes of further tags are dropped and counted, unless an undeclared one was idle for ten minutes.",
    ),
  maxTagsPerSource: integer(1, 1_000_000)
    .optional()
    .describe("Maximum number of tags that one source brings; by default that of `maxTags`."),
  maxClasses: integer(2, 10_000)
    .default(100)
    .describe(
      "Maximum number of classes of a tag; further classes become `__other__`, unless an undeclared one of them was idle for ten minutes.",
    ),
  maxFiles: integer(1, 100_000)
    .default(1000)
    .describe(
      "Maximum number of files of a source, links to them not counted; further ones, those written longest ago, are refused and counted.",
    ),
  maxSeries: integer(100, 100_000_000)
    .default(1_000_000)
    .describe(
      "Maximum number of series of models on `/metrics`; past it leave, in this order: cells of confusion matrices, ratios by class, averages, and counts by class of models without objectives.",
    ),
  maxLineBytes: lineBytes.default(1_048_576).describe("Maximum bytes of a line; longer ones are rejected."),
  maxValueBytes: integer(1, 65_536)
    .default(1024)
    .describe("Maximum bytes of a label value or class; lines with longer ones are rejected."),
  maxStateBytes: integer(1_048_576, 2 ** 40)
    .default(268_435_456)
    .describe(
      "Maximum bytes of the state; a commit that would pass it fails, as on a full disk. Its file may be twice as large.",
    ),
  futureTolerance: duration(0).prefault("1m").describe("Outcomes further in the future are counted as of now."),
  tagIdle: duration(1)
    .prefault("24h")
    .describe(
      "Idle time after which a tag is removed; at least the longest window, and an hour more than the longest `silentAfter`.",
    ),
  panes: integer(1, 3600).default(60).describe("Number of panes of each time window."),
};

/** Schema of `limits`. */
export const limits = object(limitsShape, { name: "LimitsInput" });
