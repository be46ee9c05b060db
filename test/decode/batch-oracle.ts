import type { DecodeOptions, PathRef } from "../../src/decode/options.ts";
import { className, isObject, parseSpelled, soleScalar, text, unlessBare } from "./json-oracle.ts";

/** What becomes of a line: predicted and actual class of each event, or the reason of its rejection. */
export type Classes = readonly (readonly [predicted: string | undefined, actual: string | undefined])[] | string;

class Rejected extends Error {}

/** What a line of elements must become, by `JSON.parse` and the plainest walk: keys, indexes and `[]` alone. */
export function batchOracle({ fields: { predicted, actual } }: DecodeOptions, line: Buffer): Classes {
  if (predicted?.kind !== "path" || actual?.kind !== "path") throw new Error("paths alone");
  let document: unknown;
  try {
    document = parseSpelled(line.toString("utf8"));
  } catch {
    return "malformed";
  }
  if (predicted.path.length === 0 ? !isObject(document) && !Array.isArray(document) : !isObject(document))
    return "malformed";
  try {
    const columns = [predicted, actual].map((ref) => ({ value: document, stages: stagesOf(ref) }));
    const classes = elements(columns).map(([first, second]) => [classOf(first), classOf(second)] as const);
    return classes.length === 0 ? "unlabelled" : classes;
  } catch (error) {
    if (error instanceof Rejected) return error.message;
    throw error;
  }
}

interface Column {
  readonly value: unknown;
  /** Keys and indexes up to each array, and to the value. */
  readonly stages: readonly (readonly (string | number)[])[];
}

function stagesOf({ path, steps = [] }: PathRef): Column["stages"] {
  const stages: (string | number)[][] = [[...path]];
  for (const step of steps) {
    if (step.kind === "each") stages.push([]);
    else if (step.kind === "keys") stages.at(-1)?.push(...step.keys);
    else if (step.kind === "index") stages.at(-1)?.push(step.index);
    else throw new Error(step.kind);
  }
  return stages;
}

/** The values of the columns for each element, in order. */
function elements(columns: readonly Column[]): (readonly unknown[])[] {
  const open = columns.map(({ value, stages: [stage = [], ...rest] }) => ({ value: walk(value, stage), rest }));
  const arrays = open.filter(({ rest }) => rest.length > 0).map(({ value }) => value ?? undefined);
  if (arrays.length === 0) return [open.map(({ value }) => value)];
  if (arrays.some((value) => value !== undefined && !Array.isArray(value))) throw new Rejected("wrong_type");
  const lengths = new Set(arrays.flatMap((value) => (Array.isArray(value) ? [value.length] : [])));
  if (lengths.size === 0) throw new Rejected("missing_field");
  if (lengths.size > 1) throw new Rejected("wrong_type");
  const [length = 0] = lengths;
  return Array.from({ length }, (_element, index) => index).flatMap((index) =>
    elements(
      open.map(({ value, rest }) =>
        rest.length === 0
          ? { value, stages: [[]] }
          : { value: Array.isArray(value) ? (value[index] as unknown) : undefined, stages: rest },
      ),
    ),
  );
}

function walk(value: unknown, keys: readonly (string | number)[]): unknown {
  let here: unknown = value;
  for (const key of keys) {
    if (typeof key === "number" || (Array.isArray(here) && /^\d+$/u.test(key)))
      here = Array.isArray(here) ? here[Number(key)] : undefined;
    else here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return here;
}

function classOf(value: unknown): string | undefined {
  const scalar = unlessBare(soleScalar(value ?? undefined));
  if (scalar === undefined || scalar === null) return undefined;
  if (text(scalar) === undefined) throw new Rejected("wrong_type");
  if (/[\p{Surrogate}\ufffd]/u.test(text(scalar) ?? "")) throw new Rejected("bad_encoding");
  return className(scalar);
}
