import * as z from "zod";
import type { FieldRef, Packing, PathRef, Step } from "../decode/options.ts";
import type { Pattern } from "../decode/pattern/pattern.ts";
import { isRecord } from "../serializable.ts";
import { parsePath, pathMessage, type EventPath } from "./event-path.ts";
import { readAs } from "./input-form.ts";
import { expected, quoted } from "./messages.ts";
import { nearest } from "./nearest.ts";
import { pattern } from "./pattern.ts";
import { listOf, oneOf, text, word } from "./scalars.ts";
import { delegate, object, refuse } from "./strict-object.ts";

/** The keys of which one tells the form of a field. */
export const fieldKeys = ["value", "env", "file", "in", "decode", "path", "match"];
const fieldForms = 'a path like "meta.region", { path, match }, { in, decode, path }, { value }, { env } or { file }';

/** Schema of a field; `name` selects the group of the same name in a `{ file }`. */
export function field(name: string, env: NodeJS.ProcessEnv): z.ZodType<FieldRef> {
  return readAs(fieldForm, (value, ctx): FieldRef => {
    if (typeof value === "string") return pathRef(value, ctx);
    if (!isRecord(value)) return refuse(ctx, expected(fieldForms)({ input: value }));
    if ("value" in value) return fixedRef(value, ctx);
    if ("env" in value) return environmentRef(value, env, ctx);
    if ("file" in value) return fileRef(value, name, ctx);
    if ("in" in value || "decode" in value) return packedRef(value, name, ctx);
    if ("path" in value || "match" in value) return partRef(value, name, ctx);
    return refuse(ctx, mismatchText(value, fieldForms, fieldKeys));
  });
}

const fixed = object({ value: word.describe("A fixed value for every line.") });
const fromEnvironment = object({
  env: text("the name of an environment variable").describe("An environment variable, read when the config is loaded."),
  default: text().optional().describe("The value when the variable is not set."),
});
const fromPath = object({
  file: pattern.describe("A regular expression on the path of the file, whose group is the value."),
});
/** Description of `match`. */
export const matchMeaning = "A regular expression on the field's value, whose group is what is read.";
const partOfField = object({
  path: text("a path").describe("The field."),
  match: pattern.describe(matchMeaning),
});
const packing = oneOf(["json", "base64", "csv"]);
const packings = readAs(
  { schema: () => z.union([packing, z.array(packing).min(1)]) },
  (value, ctx): readonly Packing[] => {
    if (!Array.isArray(value)) {
      const one = delegate(packing, value, ctx);
      return one === undefined ? z.NEVER : [one];
    }
    const all = delegate(listOf(packing, "a list of packings", "packing"), value, ctx);
    const last = (all ?? []).indexOf("csv");
    if (all === undefined || last < 0 || last === all.length - 1) return all ?? z.NEVER;
    return refuse(ctx, "gives cells, in which nothing else is packed: expected it last", [last]);
  },
);
/** The keys of a value that is packed in a text. */
export const packedShape = {
  in: text("a path").describe("The field that holds the text."),
  decode: packings.describe(
    "How the value is packed in the text, from the outside in: `json`, `base64`, `csv` (the cells of a row).",
  ),
  path: text("a path")
    .optional()
    .describe("Where the value stands in what is unpacked, `[0]` for the first cell; by default all of it."),
  match: pattern.optional().describe(matchMeaning),
};
/** Schema of a value that is packed in a text. */
export const packed = object(packedShape, { name: "PackedInput" });
const fieldForm = {
  name: "FieldInput",
  schema: () =>
    z.union([
      z
        .string()
        .describe(
          "A path into the event: JSON keys, elements (`[0]`, `[key=value]`, `[]` for each as an event), a CSV column, a logfmt key, or a group of the regular expression.",
        ),
      partOfField,
      packed,
      fixed,
      fromEnvironment,
      fromPath,
    ]),
};

/** Reads a path; `key` is where it stands. */
export function pathRef(path: string, ctx: z.RefinementCtx, key: PropertyKey[] = []): PathRef {
  const parsed = pathAt(path, ctx, key);
  return parsed === undefined ? z.NEVER : { kind: "path", ...parsed };
}

function pathAt(path: string, ctx: z.RefinementCtx, key: PropertyKey[]): EventPath | undefined {
  const parsed = parsePath(path);
  if (parsed === undefined) refuse(ctx, pathMessage(path), key);
  return parsed;
}

function partRef(value: object, group: string, ctx: z.RefinementCtx): FieldRef {
  const checked = delegate(partOfField, value, ctx);
  return checked === undefined ? z.NEVER : withPart(pathRef(checked.path, ctx, ["path"]), checked.match, group, ctx);
}

/** Adds the part of the value that is read, if a pattern is given. */
export function withPart(ref: PathRef, match: Pattern | undefined, group: string, ctx: z.RefinementCtx): PathRef {
  if (match === undefined) return ref;
  if (match.groups > 0) return { ...ref, part: { pattern: match, group } };
  return refuse(ctx, 'expected a group around the part of the value, like "endpoints/([^/]+)"', ["match"]);
}

function packedRef(value: object, group: string, ctx: z.RefinementCtx): FieldRef {
  const checked = delegate(packed, value, ctx);
  if (checked === undefined) return z.NEVER;
  const outer = pathAt(checked.in, ctx, ["in"]);
  const inner: EventPath | undefined = checked.path === undefined ? { path: [] } : pathAt(checked.path, ctx, ["path"]);
  if (outer === undefined || inner === undefined) return z.NEVER;
  if (checked.path !== undefined && checked.decode.at(-1) === "base64") {
    refuse(ctx, 'what base64 gives is text, without places in it: add "json" or "csv" to `decode`', ["path"]);
  }
  if (checked.decode.at(-1) === "csv" && !isPlaceInCsv(inner)) {
    refuse(ctx, `CSV gives cells, which have no other places in them: expected "[0]", or "[][0]" for each line`, [
      "path",
    ]);
  }
  const keys: Step[] = inner.path.length === 0 ? [] : [{ kind: "keys", keys: inner.path }];
  const steps = [
    ...(outer.steps ?? []),
    { kind: "decode", as: checked.decode } as const,
    ...keys,
    ...(inner.steps ?? []),
  ];
  return withPart({ kind: "path", path: outer.path, steps }, checked.match, group, ctx);
}

/** Tells whether a path can lead to a row of cells or to a cell. */
function isPlaceInCsv({ path, steps = [] }: EventPath): boolean {
  const places: readonly (string | Step)[] = [
    ...path,
    ...steps.flatMap<string | Step>((step) => (step.kind === "keys" ? step.keys : [step])),
  ];
  const [first] = places;
  const isEach = typeof first === "object" && first.kind === "each";
  return places.length <= (isEach ? 2 : 1) && places.every(isIndexOrEach);
}

function isIndexOrEach(place: string | Step): boolean {
  return typeof place === "string" ? /^\d+$/u.test(place) : place.kind === "index" || place.kind === "each";
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

/** Message for an object of none of the forms. */
export function mismatchText(value: object, forms: string, keys: readonly string[]): string {
  const near = Object.keys(value).map((key) => nearest(key, keys))[0];
  return `${expected(forms)({ input: value })}${near === undefined ? "" : `; did you mean ${quoted(near)}?`}`;
}
