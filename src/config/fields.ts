import * as z from "zod";
import type { FieldRef, PredictedRef } from "../decode/options.ts";
import { field, matchMeaning, packedShape, pathRef, withPart } from "./field.ts";
import { readAs } from "./input-form.ts";
import { predicted } from "./predicted.ts";
import { text } from "./scalars.ts";
import { pattern } from "./pattern.ts";
import { isRecord } from "../serializable.ts";
import { delegate, namedMap, object } from "./strict-object.ts";
import { timeZone } from "./time-zone.ts";
import { tagLabelFault } from "./tag-labels.ts";

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
      .describe(
        "The predicted class, scores of which the highest wins, or a score with a threshold; null for a log of labels alone.",
      ),
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
  const zone = timeZone("Europe/Berlin", ["local"]).describe(
    "The zone of times without an offset: an IANA name, `UTC`, or `local` for that of the exporter's process.",
  );
  const zoned = object(
    {
      path: text("a path").describe("The field of the time."),
      match: pattern.optional().describe(matchMeaning),
      zone,
    },
    { name: "ZonedTimeInput" },
  );
  const packed = z.strictObject({ ...packedShape, zone });
  const form = { name: "TimeInput", schema: () => z.union([plain, zoned, packed]) };
  return readAs(form, (value, ctx): FieldRef => {
    if (isRecord(value) && "zone" in value && ("in" in value || "decode" in value)) {
      const { zone: given, ...rest } = value;
      const ref = delegate(plain, rest, ctx);
      const checked = delegate(zone, given, ctx, "zone");
      return ref?.kind === "path" ? { ...ref, zone: checked } : (ref ?? z.NEVER);
    }
    const isZoned = isRecord(value) && ("zone" in value || ("path" in value && !("match" in value)));
    if (!isZoned || "in" in value || "decode" in value) return delegate(plain, value, ctx) ?? z.NEVER;
    const checked = delegate(zoned, value, ctx);
    if (checked === undefined) return z.NEVER;
    return { ...withPart(pathRef(checked.path, ctx, ["path"]), checked.match, "time", ctx), zone: checked.zone };
  });
}

/** Schema of one side of an outcome; undefined for null, which says that the log has only the other one. */
function side<Ref>(schema: z.ZodType<Ref>) {
  return readAs({ schema: () => z.union([schema, z.null()]) }, (value, ctx): Ref | undefined =>
    value === null ? undefined : (delegate(schema, value, ctx) ?? z.NEVER),
  );
}
