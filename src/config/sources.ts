import { isDynamicPattern } from "tinyglobby";
import * as z from "zod";
import { canonicalClass } from "../decode/canonical-class.ts";
import { predictedField, type Condition, type FieldRef, type FormatOptions, type Wrapper } from "../decode/options.ts";
import type { Pattern } from "../decode/pattern/pattern.ts";
import { defaultSilentAfter, durationMs, silentAfter } from "./duration.ts";
import { encoding } from "./encoding.ts";
import { defaultPaths, fieldsShape, type CheckedFields } from "./fields.ts";
import { format, namesOf } from "./format.ts";
import { checkPaths } from "./field-paths.ts";
import { http } from "./http.ts";
import { readAs } from "./input-form.ts";
import { where } from "./line-filters.ts";
import { lineBytes } from "./limits.ts";
import { className, listOf, oneOf, text } from "./scalars.ts";
import { pattern } from "./pattern.ts";
import { delegate, object, refuse } from "./strict-object.ts";
import { at } from "./unchecked.ts";
import { wrapper } from "./wrapper.ts";
import { expected } from "./messages.ts";

/** A source that is valid on its own. */
export interface CheckedSource {
  readonly name?: string | undefined;
  /** None where events come by HTTP. */
  readonly files: readonly string[];
  /** Undefined where lines come from files. */
  readonly http: z.output<typeof http> | undefined;
  readonly exclude: readonly string[];
  readonly links?: { readonly to: readonly string[] } | undefined;
  readonly startAt: "beginning" | "end";
  readonly watch: "auto" | "poll";
  readonly wrapper: Wrapper;
  readonly format: FormatOptions;
  /** Undefined for UTF-8. */
  readonly encoding: string | undefined;
  readonly lines?: Pattern | undefined;
  readonly missing: readonly string[];
  readonly where: readonly Condition[];
  readonly maxLineBytes?: number | undefined;
  readonly silentAfter: number | null;
  readonly fields: CheckedFields;
}

const glob = text("a path or a glob").refine((value) => !value.startsWith("!"), {
  error: "patterns cannot start with !; use `exclude`",
});
const directory = text("a directory").refine((value) => !isDynamicPattern(value), {
  error: "expected a directory, not a glob",
});
const globs = z.array(glob, { error: expected("a list of paths or globs") });

/** The keys of one of `sources`. */
function sourceShape(env: NodeJS.ProcessEnv) {
  return {
    name: text()
      .optional()
      .describe("Name of the source on metrics and in messages; by default its first pattern, or `http`."),
    files: listOf(glob, "a list of paths or globs", "path or glob")
      .optional()
      .describe("Paths and globs, relative to the folder of the config; a source has these, or `http`."),
    http: http
      .optional()
      .describe("Takes events by `POST /api/v1/events` instead of from files, as JSON; at most one source does."),
    exclude: globs.prefault([]).describe("Globs of files to exclude."),
    links: object(
      {
        to: listOf(directory, "a list of directories", "directory").describe(
          "Directories that links may lead to as well, relative to the folder of the config.",
        ),
      },
      { name: "LinksInput" },
    )
      .optional()
      .describe("Links to follow out of the base of a glob, or the folder of a named file."),
    startAt: oneOf(["beginning", "end"]).default("beginning").describe("Where reading of a new file starts."),
    watch: oneOf(["auto", "poll"])
      .default("auto")
      .describe(
        "`poll` checks files every 250 ms and for new ones every second; `auto` also reacts to file system events, and looks less often while there are none.",
      ),
    wrapper: wrapper
      .prefault("none")
      .describe(
        "Wrapper of each line: `cri` (Kubernetes), `docker` (json-file), `auto`, detected per line, or a field of a JSON object.",
      ),
    format: format
      .prefault("json")
      .describe("Format of a line; `csv` has commas and a header, `{ csv }` may have others or none."),
    encoding: encoding
      .prefault("utf-8")
      .describe(
        "Encoding of the log, as a label of the WHATWG standard: `latin1`, `gbk`, `shift_jis`, ...; not UTF-16.",
      ),
    missing: z
      .array(className, { error: expected("a list of words") })
      .prefault([])
      .describe("Further words that are no value where a class, score or time is read."),
    lines: pattern
      .optional()
      .describe("A regular expression that a line must match, without its wrapper; others are skipped, not errors."),
    where: where
      .prefault({})
      .describe(
        "Values that fields must have, as text: path to a value or a list; lines without them are skipped, not errors.",
      ),
    maxLineBytes: lineBytes
      .optional()
      .describe(
        "Maximum bytes of a line; by default that of `limits`, and at most 65536 where `format` is a regular expression.",
      ),
    silentAfter: silentAfter
      .optional()
      .describe(
        `How long no file may give a line before an alert fires, or \`"never"\`; by default \`"${defaultSilentAfter}"\`, and never for a source of labels alone.`,
      ),
    fields: object(fieldsShape(env), { name: "FieldsInput" })
      .optional()
      .describe(
        "Mapping of fields; by default `model`, `version`, `prediction`, `label`, `request_id` and `ts`, where present.",
      ),
  };
}

/** A key that others have for files or for lines. */
const include = {
  text: 'unknown key; "lines" and "where" say which lines count, "files" and "exclude" which files',
  instead: "lines",
};

/** Schema of one of `sources`. */
export function source(env: NodeJS.ProcessEnv) {
  const shape = object(sourceShape(env), { name: "SourceInput", refused: { include } });
  return readAs({ schema: () => shape }, (value, ctx): CheckedSource => {
    const checked = delegate(shape, value, ctx);
    if (checked === undefined) return z.NEVER;
    const { files = [], ...rest } = checked;
    checkKind(checked, value, ctx);
    const fields = checked.fields ?? defaultFields(checked.format);
    if (checked.http !== undefined) checkNoFile(fields, ctx);
    checkPaths(fields, checked.where, checked.format, ctx);
    if ((checked.wrapper === "docker" || typeof checked.wrapper === "object") && checked.encoding !== undefined) {
      refuse(ctx, "the lines of this wrapper are JSON, which is UTF-8; leave `encoding` out", ["encoding"]);
    }
    checkSides(fields, ctx);
    return { ...rest, files, http: checked.http, fields, silentAfter: silenceOf(checked.silentAfter, fields) };
  });
}

/** Keys that say how files are found and read, and what their lines look like. */
const keysOfFiles = ["exclude", "links", "startAt", "watch", "wrapper", "format", "encoding", "lines"] as const;

/** Refuses a source of no kind, or of both, and keys that the other kind has. */
function checkKind(
  { files, http: posted }: { readonly files?: unknown; readonly http?: CheckedSource["http"] },
  given: unknown,
  ctx: z.RefinementCtx,
): void {
  if (posted === undefined) {
    if (files === undefined) refuse(ctx, "missing; expected a list of paths or globs, or `http: {}`", ["files"]);
    return;
  }
  if (files !== undefined) {
    refuse(ctx, "a source takes events from files or by HTTP; make it two sources", ["http"]);
    return;
  }
  for (const key of keysOfFiles) {
    if (at(given, key) !== undefined) refuse(ctx, "is for files; events by HTTP are JSON, see docs/labels.md", [key]);
  }
  if (posted.maxQueuedBytes < posted.maxBodyBytes) {
    refuse(ctx, `is less than maxBodyBytes (${posted.maxBodyBytes}): no body of that size could be taken`, [
      "http",
      "maxQueuedBytes",
    ]);
  }
}

/** Refuses parts of a file's path where there is none. */
function checkNoFile({ labels, id, predicted, ...others }: CheckedFields, ctx: z.RefinementCtx): void {
  const refs: [PropertyKey[], FieldRef | undefined][] = [
    ...Object.entries(others).map(([key, ref]): [PropertyKey[], FieldRef | undefined] => [[key], ref]),
    ...id.map((ref): [PropertyKey[], FieldRef] => [["id"], ref]),
    ...[...labels].map(([key, ref]): [PropertyKey[], FieldRef] => [["labels", key], ref]),
    [["predicted"], predictedField(predicted)],
  ];
  for (const [key, ref] of refs) {
    if (ref?.kind === "file") refuse(ctx, "events by HTTP come from no file", ["fields", ...key]);
  }
}

/** The silence of a source (s): labels come when they come, and predictions tell of the traffic. */
function silenceOf(given: number | null | undefined, { predicted }: CheckedFields): number | null {
  if (given !== undefined) return given;
  return predicted === undefined ? null : (durationMs(defaultSilentAfter) ?? 0) / 1000;
}

/** Default fields of a source; those that an outcome needs, and others where the format may have them. */
function defaultFields(of: FormatOptions): CheckedFields {
  const names = namesOf(of)?.names;
  const ref = (key: keyof typeof defaultPaths) => ({ kind: "path", path: [defaultPaths[key]] }) as const;
  const has = (key: keyof typeof defaultPaths): boolean => names?.includes(defaultPaths[key]) ?? true;
  return {
    model: ref("model"),
    version: has("version") ? ref("version") : undefined,
    labels: new Map(),
    predicted: ref("predicted"),
    actual: ref("actual"),
    id: has("id") ? [ref("id")] : [],
    time: has("time") ? ref("time") : undefined,
  };
}

/** Refuses sides of an outcome that cannot differ, or a score that decides nothing: the figures would look like any. */
function checkSides({ predicted, actual }: CheckedFields, ctx: z.RefinementCtx): void {
  if (predicted === undefined || actual === undefined) {
    if (predicted === actual) refuse(ctx, "has neither predictions nor labels", ["fields"]);
    return;
  }
  if (predicted.kind === "score") {
    const { below, above } = predicted;
    const path = ["fields", "predicted", "above"];
    if (below === above) refuse(ctx, "is the class `below`: the score would decide nothing", path);
  } else if (placeOf(predicted.kind === "scores" ? predicted.scores : predicted) === placeOf(actual)) {
    refuse(ctx, "is the field of `actual` too: each outcome would be right", ["fields", "predicted"]);
  }
}

/** Where a class comes from, the same text for the same place. */
function placeOf(ref: FieldRef): string {
  switch (ref.kind) {
    case "path":
      return JSON.stringify([ref.path, ref.steps, ref.part && placeIn(ref.part)]);
    case "value":
      return `value ${canonicalClass(ref.value)}`;
    case "file":
      return `file ${placeIn(ref)}`;
  }
}

/** Which group of which pattern is read, the same text for the same group. */
function placeIn({ pattern: { text: source, names }, group }: { pattern: Pattern; group: string }): string {
  return `${source} ${names.has(group) ? group : ""}`;
}
