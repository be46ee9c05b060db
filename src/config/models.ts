import { z } from "zod";
import { objectiveMetrics, type Average } from "./config.ts";
import { duration } from "./duration.ts";
import { listOf, oneOf, text, webAddress, whole, word } from "./scalars.ts";
import { delegate, isObject, object, refuse } from "./strict-object.ts";
import { window } from "./windows.ts";
import { expected } from "./messages.ts";

const number = z.number({ error: expected("a number") });
const averages = ["micro", "macro", "weighted"] as const satisfies readonly Average[];

const comparedToForms = {
  version: object({ version: text("a version") }),
  ago: object({ ago: duration(1) }),
  value: object({ value: number }),
};
const comparedToWhat = '{ version: "v1" }, { ago: "1d" } or { value: 0.9 }';

const comparedTo = z.unknown().transform((value, ctx) => {
  if (!isObject(value)) return refuse(ctx, expected(comparedToWhat)({ input: value }));
  if ("version" in value) return delegate(comparedToForms.version, value, ctx) ?? z.NEVER;
  if ("ago" in value) return delegate(comparedToForms.ago, value, ctx) ?? z.NEVER;
  if ("value" in value) return delegate(comparedToForms.value, value, ctx) ?? z.NEVER;
  return refuse(ctx, expected(comparedToWhat)({ input: value }));
});

const confidenceRange = expected("a number above 0.5 and below 1");

/** The keys of an objective. How they go together is the cross-check's to say. */
export const objectiveShape = {
  name: text().optional(),
  metric: oneOf(objectiveMetrics),
  class: word.optional(),
  average: oneOf(averages).optional(),
  min: number.optional(),
  max: number.optional(),
  maxDrop: number.optional(),
  maxRise: number.optional(),
  comparedTo: comparedTo.optional(),
  window,
  severity: text("a severity of the model's team"),
  for: duration(0).prefault("10m"),
  keepFiringFor: duration(0).prefault("0s"),
  minSamples: whole(1, 1_000_000_000).default(100),
  confidence: z
    .number({ error: confidenceRange })
    .gt(0.5, { error: confidenceRange })
    .lt(1, { error: confidenceRange })
    .default(0.995),
  runbook: webAddress.optional(),
};

const objective = object(objectiveShape);
/** An objective whose keys are each in order. */
export type CheckedObjective = z.output<typeof objective>;

/** The keys of a model. */
export const modelShape = {
  team: text("the name of a team").optional(),
  classes: listOf(word, "a list of classes", "class; leave `classes` out when they are learned").optional(),
  runbook: webAddress.optional(),
  dashboard: webAddress.optional(),
  objectives: z.array(objective, { error: expected("a list of objectives") }).default([]),
};

/** One of `models`. */
export const model = object(modelShape);
/** A model whose keys are each in order. */
export type CheckedModel = z.output<typeof model>;
