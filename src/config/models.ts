import * as z from "zod";
import { averagedMetrics, averages, classMetrics } from "../quality/metrics.ts";
import { objectiveMetrics } from "./config.ts";
import { defaultSilentAfter, duration, silentAfter } from "./duration.ts";
import { classes } from "./classes.ts";
import { modelJoin } from "./join.ts";
import { readAs } from "./input-form.ts";
import { className, oneOf, text, webAddress, integer } from "./scalars.ts";
import { isRecord } from "../serializable.ts";
import { delegate, object, refuse } from "./strict-object.ts";
import { window } from "./windows.ts";
import { expected } from "./messages.ts";

const number = z.number({ error: expected("a number") });
const titles = (of: readonly { readonly title: string }[]): string =>
  of
    .map(({ title }) => title)
    .join(", ")
    .replace(/, (?=[^,]*$)/u, " and ");

const comparedToForms = {
  version: object({ version: text("a version").describe("Another version of the model.") }),
  ago: object({ ago: duration(1).describe("The same model this long ago.") }),
  value: object({ value: number.describe("A fixed value.") }),
};
const comparedToWhat = '{ version: "v1" }, { ago: "1d" } or { value: 0.9 }';

const comparedToForm = { name: "ComparedToInput", schema: () => z.union(Object.values(comparedToForms)) };

const comparedTo = readAs(comparedToForm, (value, ctx) => {
  if (!isRecord(value)) return refuse(ctx, expected(comparedToWhat)({ input: value }));
  if ("version" in value) return delegate(comparedToForms.version, value, ctx) ?? z.NEVER;
  if ("ago" in value) return delegate(comparedToForms.ago, value, ctx) ?? z.NEVER;
  if ("value" in value) return delegate(comparedToForms.value, value, ctx) ?? z.NEVER;
  return refuse(ctx, expected(comparedToWhat)({ input: value }));
});

/** Default of `minSamples`. */
export const defaultMinSamples = 100;

const shareRange = expected("a number above 0 and up to 1");
const confidenceRange = expected("a number above 0.5 and below 1");

/** The keys of an objective; the cross-check validates their combination. */
export const objectiveShape = {
  name: text().optional().describe("The name of the alert; by default derived from the metric."),
  metric: oneOf(objectiveMetrics).describe("The metric to bound."),
  class: className.optional().describe(`The class of the metric: for ${titles(classMetrics)}.`),
  average: oneOf(averages)
    .optional()
    .describe(`The average over classes: for ${titles(averagedMetrics)}.`),
  min: number.optional().describe("Minimum of the metric."),
  max: number.optional().describe("Maximum of the metric."),
  maxDrop: number.optional().describe("Maximum amount below the reference."),
  maxRise: number.optional().describe("Maximum amount above the reference."),
  comparedTo: comparedTo.optional().describe("The reference of `maxDrop` and `maxRise`."),
  window: window.describe("One of `windows`, in the same form."),
  severity: text("a severity of the model's team").describe("One of the severities of the model's team."),
  for: duration(0).prefault("10m").describe("How long the bound must be violated before the alert fires."),
  keepFiringFor: duration(0).prefault("0s").describe("How long the alert keeps firing after the bound is met again."),
  minSamples: integer(1, 1_000_000_000)
    .default(defaultMinSamples)
    .describe("Minimum number of outcomes for the alert to fire; at most N in a window of the last N."),
  confidence: z
    .number({ error: confidenceRange })
    .gt(0.5, { error: confidenceRange })
    .lt(1, { error: confidenceRange })
    .default(0.995)
    .meta({ exclusiveMinimum: 0.5, exclusiveMaximum: 1 })
    .describe("One-sided confidence required to conclude that a violation is not due to chance."),
  minLabelled: z
    .number({ error: shareRange })
    .gt(0, { error: shareRange })
    .lte(1, { error: shareRange })
    .optional()
    .meta({ exclusiveMinimum: 0, maximum: 1 })
    .describe(
      "Minimum share of the predictions in the window, of those as old as the `maturity`, that must be labelled for the alert to fire; by default none.",
    ),
  runbook: webAddress.optional().describe("URL of the runbook; by default the model's."),
};

const objective = object(objectiveShape, { name: "ObjectiveKeys" });
/** An objective with valid keys. */
export type CheckedObjective = z.output<typeof objective>;

/** The keys of a model. */
export const modelShape = {
  team: text("the name of a team").optional().describe("The responsible team."),
  classes: classes
    .optional()
    .describe("The classes, or an object of classes and their other spellings; by default learned from the log."),
  silentAfter: silentAfter
    .prefault(defaultSilentAfter)
    .describe('How long the model may be without an outcome before an alert fires; `"never"` for no such alert.'),
  join: modelJoin.optional().describe("What differs from the config's `join` for this model."),
  runbook: webAddress.optional().describe("URL of the runbook in alerts."),
  dashboard: webAddress.optional().describe("URL of the dashboard in alerts."),
  objectives: z
    .array(objective, { error: expected("a list of objectives") })
    .prefault([])
    .describe("The model's objectives, each of which becomes an alert."),
};

/** Schema of one of `models`. */
export const model = object(modelShape, { name: "ModelKeys" });
/** A model with valid keys. */
export type CheckedModel = z.output<typeof model>;
