import type { z } from "zod";
import { pathText } from "../decode/field.ts";
import type { Condition, FormatOptions, PathRef, PredictedRef } from "../decode/options.ts";
import type { CheckedFields } from "./fields.ts";
import { namesOf } from "./format.ts";
import { quoted } from "./messages.ts";
import { refuse } from "./strict-object.ts";

interface NamedPath {
  /** Where it stands in the source. */
  readonly key: PropertyKey[];
  readonly ref: PathRef;
  /** True when it leads to an array or object of scores. */
  readonly isScores: boolean;
}

/** Refuses paths that the lines of a format can never have. */
export function checkPaths(
  fields: CheckedFields,
  conditions: readonly Condition[],
  format: FormatOptions,
  ctx: z.RefinementCtx,
): void {
  const paths = [...pathsOf(fields), ...conditions.map(conditionPath)];
  if (format.kind === "json") checkRoots(paths, ctx);
  else checkFlat(paths, format, ctx);
}

function* pathsOf({ labels, id, ...others }: CheckedFields): Generator<NamedPath> {
  for (const [key, ref] of Object.entries(others)) yield* pathsIn(["fields", key], ref);
  for (const [index, ref] of id.entries()) yield* pathsIn(["fields", "id", ...(id.length > 1 ? [index] : [])], ref);
  for (const [key, ref] of labels) yield* pathsIn(["fields", "labels", key], ref);
}

function* pathsIn(key: PropertyKey[], ref: PredictedRef | undefined): Generator<NamedPath> {
  if (ref?.kind === "path") yield { key, ref, isScores: false };
  else if (ref?.kind === "score") yield* pathsIn([...key, "score"], ref.score);
  else if (ref?.kind === "scores") {
    yield { key: [...key, "scores"], ref: ref.scores, isScores: true };
    const { classes } = ref;
    if (classes !== undefined && "kind" in classes) yield { key: [...key, "classes"], ref: classes, isScores: true };
  }
}

function conditionPath(condition: Condition): NamedPath {
  return { key: ["where", pathText(condition)], ref: { ...condition, kind: "path" }, isScores: false };
}

/** Refuses fields of an object where lines are arrays. */
function checkRoots(paths: readonly NamedPath[], ctx: z.RefinementCtx): void {
  const root = paths.find(({ ref: { path } }) => path.length === 0)?.ref;
  if (root === undefined) return;
  for (const { key, ref } of paths) {
    if (ref.path.length === 0) continue;
    const text = pathText(ref);
    const meant = `${quoted(pathText(root))} makes each line an array, which has no field ${quoted(text)}`;
    refuse(ctx, `${meant}; did you mean ${quoted(`[].${text}`)}?`, key);
  }
}

/** Refuses names that the config's format cannot give, and arrays where a field is one text. */
function checkFlat(paths: readonly NamedPath[], format: FormatOptions, ctx: z.RefinementCtx): void {
  const names = namesOf(format);
  for (const { key, ref, isScores } of paths) {
    const { path, steps = [] } = ref;
    const isPacked = steps[0]?.kind === "decode";
    const fault = names?.fault(path.join("."));
    if (!isPacked && (isScores || steps.length > 0)) refuse(ctx, flatMessage(ref, format, isScores), key);
    else if (fault !== undefined) refuse(ctx, fault, key);
  }
}

function flatMessage(ref: PathRef, { kind }: FormatOptions, isScores: boolean): string {
  const name = ref.path.join(".");
  const unpack = `unpack its text: { in: ${quoted(name)}, decode: ["json"] }`;
  if (isScores && ref.steps === undefined) return `a field of ${kind} is one text, not an array of scores; ${unpack}`;
  return `a field of ${kind} is one text, without elements; quote a name that has brackets, ${quoted(quoted(pathText(ref)))}, or ${unpack}`;
}
