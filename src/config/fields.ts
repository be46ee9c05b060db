import { z } from "zod";
import type { FieldRef, PredictedRef } from "../decode/options.ts";
import type { Pattern } from "../decode/pattern/pattern.ts";
import { readAs } from "./input-form.ts";
import { className, text, word } from "./scalars.ts";
import { nearest } from "./nearest.ts";
import { pattern } from "./pattern.ts";
import { isRecord } from "../serializable.ts";
import { delegate, namedMap, object, refuse } from "./strict-object.ts";
import { timeZone } from "./time-zone.ts";
import { tagLabelFault } from "./tag-labels.ts";
import { expected, quoted } from "./messages.ts";

/** Validated `fields` of a source; undefined where the log has no such field. */
export interface CheckedFields {
  readonly model: FieldRef;
  readonly version?: FieldRef | undefined;
  readonly labels: ReadonlyMap<string, FieldRef>;
  readonly predicted: PredictedRef | undefined;
  readonly actual: FieldRef | undefined;
  readonly id: readonly FieldRef[];
  readonly time?: FieldRef | undefined;
}

/** Default paths of a source without `fields`. */
export const defaultPaths = {
  model: "model",
  version: "version",
  predicted: "prediction",
  actual: "label",
  id: "request_id",
  time: "ts",
} as const;

/** The keys of `fields`. */
export function fieldsShape(env: NodeJS.ProcessEnv) {
  return {
    model: field("model", env).prefault(defaultPaths.model).describe("The model: label `model`."),
    version: field("version", env)
      .optional()
      .describe("The version: label `version`; series of events without it have no such label."),
    // A label's name selects the group of the same name in a `{ file }`.
    labels: namedMap((name) => field(name, env), "an object of labels and fields", tagLabelFault)
      .prefault({})
      .describe("Additional labels of a tag: Prometheus label name to the field of its value."),
    predicted: side(predicted(env))
      .prefault(defaultPaths.predicted)
      .describe("The predicted class, or a score with a threshold; null for a log of labels alone."),
    actual: side(field("actual", env))
      .prefault(defaultPaths.actual)
      .describe("The true class; null for a log of predictions alone."),
    id: idField(env).prefault([]).describe("The request id; of a list the first field with a value counts."),
    time: timeField(env)
      .optional()
      .describe(
        "The time of the event: RFC 3339 and ISO 8601, Apache's, nginx's and RFC 2822's forms, or Unix seconds to nanoseconds; with `zone` for times without an offset. By default the time of arrival.",
      ),
  };
}

const fieldKeys = ["value", "env", "file", "path", "match"];
const fieldForms = 'a path like "meta.region", { path, match }, { value }, { env } or { file }';
const predictedForms =
  'a path like "meta.class", { score, threshold, below, above }, { path, match }, { value }, { env } or { file }';

/** Schema of a field; `name` selects the group of the same name in a `{ file }`. */
function field(name: string, env: NodeJS.ProcessEnv): z.ZodType<FieldRef> {
  return readAs(fieldForm, (value, ctx): FieldRef => {
    if (typeof value === "string") return pathRef(value, ctx);
    if (!isRecord(value)) return refuse(ctx, expected(fieldForms)({ input: value }));
    if ("value" in value) return fixedRef(value, ctx);
    if ("env" in value) return environmentRef(value, env, ctx);
    if ("file" in value) return fileRef(value, name, ctx);
    if ("path" in value || "match" in value) return partRef(value, name, ctx);
    return refuse(ctx, mismatchText(value, fieldForms, fieldKeys));
  });
}

/** Schema of the id: a field, or a list of fields. */
function idField(env: NodeJS.ProcessEnv) {
  const one = field("id", env);
  const form = { name: "IdInput", schema: () => z.union([one, z.array(one)]) };
  return readAs(form, (value, ctx): FieldRef[] => {
    if (Array.isArray(value)) return delegate(z.array(one), value, ctx) ?? z.NEVER;
    const ref = delegate(one, value, ctx);
    return ref === undefined ? z.NEVER : [ref];
  });
}

/** Schema of the time: a field, or a path with the zone of times that carry no offset. */
function timeField(env: NodeJS.ProcessEnv): z.ZodType<FieldRef> {
  const plain = field("time", env);
  const zoned = object(
    {
      path: text("a path").describe("The field of the time."),
      match: pattern.optional().describe(matchMeaning),
      zone: timeZone("Europe/Berlin", ["local"]).describe(
        "The zone of times without an offset: an IANA name, `UTC`, or `local` for that of the exporter's process.",
      ),
    },
    { name: "ZonedTimeInput" },
  );
  const form = { name: "TimeInput", schema: () => z.union([plain, zoned]) };
  return readAs(form, (value, ctx): FieldRef => {
    const isZoned = isRecord(value) && ("zone" in value || ("path" in value && !("match" in value)));
    if (!isZoned) return delegate(plain, value, ctx) ?? z.NEVER;
    const checked = delegate(zoned, value, ctx);
    if (checked === undefined) return z.NEVER;
    const { path, match, zone } = checked;
    const ref = match === undefined ? pathRef(path, ctx) : withPart(path, match, "time", ctx);
    return ref.kind === "path" ? { ...ref, zone } : ref;
  });
}

/** Schema of the predicted class: a field, or a score with a threshold. */
function predicted(env: NodeJS.ProcessEnv): z.ZodType<PredictedRef> {
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
  const form = { name: "PredictedInput", schema: () => z.union([plain, score]) };
  return readAs(form, (value, ctx): PredictedRef => {
    if (isRecord(value) && ("score" in value || "threshold" in value)) {
      const checked = delegate(score, value, ctx);
      return checked === undefined ? z.NEVER : { kind: "score", ...checked };
    }
    if (typeof value === "string" || (isRecord(value) && fieldKeys.some((key) => key in value))) {
      return delegate(plain, value, ctx) ?? z.NEVER;
    }
    if (!isRecord(value)) return refuse(ctx, expected(predictedForms)({ input: value }));
    return refuse(ctx, mismatchText(value, predictedForms, ["score", ...fieldKeys]));
  });
}

/** Schema of one side of an outcome; undefined for null, which says that the log has only the other one. */
function side<Ref>(schema: z.ZodType<Ref>) {
  return readAs({ schema: () => z.union([schema, z.null()]) }, (value, ctx): Ref | undefined =>
    value === null ? undefined : (delegate(schema, value, ctx) ?? z.NEVER),
  );
}

function pathRef(path: string, ctx: z.RefinementCtx): FieldRef {
  const keys = pathKeys(path);
  return keys === undefined ? refuse(ctx, pathMessage(path)) : { kind: "path", path: keys };
}

/** Message for an invalid path. */
export function pathMessage(path: string): string {
  const quotes = path.includes('"') ? '; quote keys with dots, like meta."dotted.key"' : "";
  return `expected a path like "meta.region", got ${quoted(path)}${quotes}`;
}

/** Parses a path like `meta."dotted.key"` to its keys; undefined when it is invalid. */
export function pathKeys(path: string): string[] | undefined {
  const key = /(?:"((?:[^"\\]|\\["\\])+)"|([^".][^.]*))(\.|$)/uy;
  const keys: string[] = [];
  for (let end = "."; end === ".";) {
    const match = key.exec(path);
    if (match === null) return undefined;
    const [, inQuotes, plain = "", after = ""] = match;
    keys.push(inQuotes?.replace(/\\(.)/gu, "$1") ?? plain);
    end = after;
  }
  return keys;
}

const fixed = object({ value: word.describe("A fixed value for every line.") });
const fromEnvironment = object({
  env: text("the name of an environment variable").describe("An environment variable, read when the config is loaded."),
  default: text().optional().describe("The value when the variable is not set."),
});
const fromPath = object({
  file: pattern.describe("A regular expression on the path of the file, whose group is the value."),
});
const matchMeaning = "A regular expression on the field's value, whose group is what is read.";
const partOfField = object({
  path: text("a path").describe("The field."),
  match: pattern.describe(matchMeaning),
});
const fieldForm = {
  name: "FieldInput",
  schema: () =>
    z.union([
      z
        .string()
        .describe(
          "A path into the event: JSON keys, a CSV column, a logfmt key, or a group of the regular expression.",
        ),
      partOfField,
      fixed,
      fromEnvironment,
      fromPath,
    ]),
};

function partRef(value: object, group: string, ctx: z.RefinementCtx): FieldRef {
  const checked = delegate(partOfField, value, ctx);
  return checked === undefined ? z.NEVER : withPart(checked.path, checked.match, group, ctx);
}

function withPart(path: string, match: Pattern, group: string, ctx: z.RefinementCtx): FieldRef {
  const ref = pathRef(path, ctx);
  if (match.groups > 0) return ref.kind === "path" ? { ...ref, part: { pattern: match, group } } : ref;
  return refuse(ctx, 'expected a group around the part of the value, like "endpoints/([^/]+)"', ["match"]);
}

function fixedRef(value: object, ctx: z.RefinementCtx): FieldRef {
  const checked = delegate(fixed, value, ctx);
  return checked === undefined ? z.NEVER : { kind: "value", value: checked.value };
}

function environmentRef(value: object, env: NodeJS.ProcessEnv, ctx: z.RefinementCtx): FieldRef {
  const checked = delegate(fromEnvironment, value, ctx);
  if (checked === undefined) return z.NEVER;
  const found = env[checked.env];
  // Shells and manifests leave a variable empty that was meant to be set.
  const word = found === undefined || found === "" ? checked.default : found;
  if (word !== undefined) return { kind: "value", value: word };
  const text_ = `the environment variable ${checked.env} is not set; set it, or give a \`default\` beside \`env\``;
  return refuse(ctx, text_, ["env"]);
}

function fileRef(value: object, name: string, ctx: z.RefinementCtx): FieldRef {
  const checked = delegate(fromPath, value, ctx);
  if (checked === undefined) return z.NEVER;
  if (checked.file.groups > 0) return { kind: "file", pattern: checked.file, group: name };
  return refuse(ctx, 'expected a group around the value in the path, like "/models/([^/]+)/"', ["file"]);
}

function mismatchText(value: object, forms: string, keys: readonly string[]): string {
  const near = Object.keys(value).map((key) => nearest(key, keys))[0];
  return `${expected(forms)({ input: value })}${near === undefined ? "" : `; did you mean ${quoted(near)}?`}`;
}
