import * as z from "zod";
import { levelsOf, type PathRef, type PredictedRef, type ScoresRef } from "../decode/options.ts";
import { field, fieldKeys, mismatchText, packed } from "./field.ts";
import { readAs } from "./input-form.ts";
import { expected, quoted } from "./messages.ts";
import { className, listOf } from "./scalars.ts";
import { isRecord } from "../serializable.ts";
import { delegate, object, refuse } from "./strict-object.ts";

const predictedForms =
  'a path like "meta.class", { scores, classes }, { score, threshold, below, above }, { path, match }, { in, decode, path }, { value }, { env } or { file }';

/** Schema of the predicted class: a field, scores of which the highest wins, or a score with a threshold. */
export function predicted(env: NodeJS.ProcessEnv): z.ZodType<PredictedRef> {
  const plain = field("predicted", env);
  const score = object(
    {
      score: field("score", env).describe("The field of the score."),
      threshold: z.number({ error: expected("a number") }).describe("The minimum score of the class `above`."),
      below: className.describe("The class of a score below the threshold."),
      above: className.describe("The class of a score at the threshold or above it."),
    },
    { name: "ScoreInput" },
  );
  const form = { name: "PredictedInput", schema: () => z.union([plain, scores, score]) };
  return readAs(form, (value, ctx): PredictedRef => {
    if (isRecord(value) && ("scores" in value || "classes" in value)) return scoresRef(value, ctx);
    if (isRecord(value) && ("score" in value || "threshold" in value)) {
      const checked = delegate(score, value, ctx);
      if (checked === undefined) return z.NEVER;
      const ref: PredictedRef = { kind: "score", ...checked };
      return ref;
    }
    if (typeof value === "string" || (isRecord(value) && fieldKeys.some((key) => key in value))) {
      return delegate(plain, value, ctx) ?? z.NEVER;
    }
    if (!isRecord(value)) return refuse(ctx, expected(predictedForms)({ input: value }));
    return refuse(ctx, mismatchText(value, predictedForms, ["scores", "score", ...fieldKeys]));
  });
}

/** Schema of a field that holds several values of an event. */
const listField = readAs({ schema: () => z.union([z.string(), packed]) }, (value, ctx): PathRef => {
  const forms = 'a path like "probabilities", or { in, decode, path }';
  const isPath = typeof value === "string" || (isRecord(value) && ["in", "decode"].some((key) => key in value));
  if (!isPath) return refuse(ctx, expected(forms)({ input: value }));
  const ref = delegate(field("scores", {}), value, ctx);
  if (ref === undefined) return z.NEVER;
  if (ref.kind === "path" && ref.part === undefined) return ref;
  return refuse(ctx, "scores are numbers, of which `match` cannot read a part");
});

const classList = listOf(className, "a list of classes", "class").superRefine((names, ctx) => {
  if (names.length === 1) refuse(ctx, "expected two classes or more: one decides nothing");
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) refuse(ctx, `${quoted(name)} is already one of the classes`, [index]);
  }
});
const classPath = object({ path: listField.describe("The array of the classes in the line, one for each score.") });
const packedClasses = "a list of classes, { path } or { in, decode, path }";
const classes = readAs({ schema: () => z.union([classList, classPath, packed]) }, (value, ctx) => {
  if (Array.isArray(value)) return delegate(classList, value, ctx) ?? z.NEVER;
  if (!isRecord(value)) return refuse(ctx, expected(packedClasses)({ input: value }));
  if ("in" in value || "decode" in value) return delegate(listField, value, ctx) ?? z.NEVER;
  return delegate(classPath, value, ctx)?.path ?? z.NEVER;
});

const scores = object(
  {
    scores: listField.describe("The field of the scores: an array in the order of `classes`, or an object of classes."),
    classes: classes
      .optional()
      .describe("The classes in the order of the scores, or where the line has the array of them."),
  },
  { name: "ScoresInput" },
);

function scoresRef(value: object, ctx: z.RefinementCtx): PredictedRef {
  const checked = delegate(scores, value, ctx);
  if (checked === undefined) return z.NEVER;
  const ref: ScoresRef = { kind: "scores", ...checked };
  const { classes: names } = ref;
  if (names === undefined || !("kind" in names) || levelsOf(names) <= levelsOf(ref.scores)) return ref;
  return refuse(ctx, "has more `[]` than `scores`: expected the array of the classes of one vector", ["classes"]);
}
