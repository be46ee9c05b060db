import { z } from "zod";
import { averagedMetrics, averages, classMetrics } from "../quality/metrics.ts";
import { objectiveMetrics } from "./config.ts";
import { duration } from "./duration.ts";
import { classes } from "./classes.ts";
import { readAs } from "./input-form.ts";
import { className, oneOf, text, webAddress, whole } from "./scalars.ts";
import { delegate, isObject, object, refuse } from "./strict-object.ts";
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
  ago: object({ ago: duration(1).describe("The same model so long ago.") }),
  value: object({ value: number.describe("A fixed figure.") }),
};
const comparedToWhat = '{ version: "v1" }, { ago: "1d" } or { value: 0.9 }';

const comparedToForm = { name: "ComparedToInput", schema: () => z.union(Object.values(comparedToForms)) };

const comparedTo = readAs(comparedToForm, (value, ctx) => {
  if (!isObject(value)) return refuse(ctx, expected(comparedToWhat)({ input: value }));
  if ("version" in value) return delegate(comparedToForms.version, value, ctx) ?? z.NEVER;
  if ("ago" in value) return delegate(comparedToForms.ago, value, ctx) ?? z.NEVER;
  if ("value" in value) return delegate(comparedToForms.value, value, ctx) ?? z.NEVER;
  return refuse(ctx, expected(comparedToWhat)({ input: value }));
});

const confidenceRange = expected("a number above 0.5 and below 1");

/** The keys of an objective. How they go together is the cross-check's to say. */
export const objectiveShape = {
  name: text().optional().describe("The name of the alert; without it, made from the metric."),
  metric: oneOf(objectiveMetrics).describe("The figure that is bounded."),
  class: className.optional().describe(`The class that the figure is of: ${titles(classMetrics)}.`),
  average: oneOf(averages)
    .optional()
    .describe(`How the figure is averaged over classes: ${titles(averagedMetrics)}.`),
  min: number.optional().describe("The least that the figure may be."),
  max: number.optional().describe("The most that the figure may be."),
  maxDrop: number.optional().describe("How far the figure may lie below the other one."),
  maxRise: number.optional().describe("How far the figure may lie above the other one."),
  comparedTo: comparedTo.optional().describe("The other figure of `maxDrop` and `maxRise`."),
  window: window.describe("One of `windows`, in the same form."),
  severity: text("a severity of the model's team").describe("One of the severities of the model's team."),
  for: duration(0).prefault("10m").describe("How long the bound must be broken before the alert fires."),
  keepFiringFor: duration(0).prefault("0s").describe("How long the alert fires on after the bound is kept again."),
  minSamples: whole(1, 1_000_000_000).default(100).describe("With fewer outcomes the alert keeps quiet."),
  confidence: z
    .number({ error: confidenceRange })
    .gt(0.5, { error: confidenceRange })
    .lt(1, { error: confidenceRange })
    .default(0.995)
    .meta({ exclusiveMinimum: 0.5, exclusiveMaximum: 1 })
    .describe("How sure it must be, one-sided, that the bound is broken and not only missed by chance."),
  runbook: webAddress.optional().describe("The address of the runbook; without it, the model's."),
};

const objective = object(objectiveShape, { name: "ObjectiveKeys" });
/** An objective whose keys are each in order. */
export type CheckedObjective = z.output<typeof objective>;

/** The keys of a model. */
export const modelShape = {
  team: text("the name of a team").optional().describe("The team that answers for the model."),
  classes: classes
    .optional()
    .describe(
      "The classes, or an object of classes and their other spellings; learned from the log when not declared.",
    ),
  runbook: webAddress.optional().describe("The address of the runbook that alerts carry."),
  dashboard: webAddress.optional().describe("The address of the dashboard that alerts carry."),
  objectives: z
    .array(objective, { error: expected("a list of objectives") })
    .prefault([])
    .describe("What the model owes; an alert is made of each."),
};

/** One of `models`. */
export const model = object(modelShape, { name: "ModelKeys" });
/** A model whose keys are each in order. */
export type CheckedModel = z.output<typeof model>;
