import { canonicalClass } from "../../src/decode/canonical-class.ts";
import type { DecodeOptions, FieldRef } from "../../src/decode/options.ts";
import type { Outcome } from "./decoding.ts";

type Read = Exclude<Outcome, { rejected: unknown }> | { readonly rejected: string };

/** A number, or `NaN`, `Infinity` or `-Infinity`, as the document spells it. */
class Spelled {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get isBare(): boolean {
    return bareWords.includes(this.text);
  }
}

const bareWords = ["NaN", "Infinity", "-Infinity"];
const mark = "\u0001spelled:";

/** What a line must become, by `JSON.parse` and the plainest reading of the fields. Dates do not occur here. */
export function oracle(options: DecodeOptions, line: Buffer): Read {
  let document: unknown;
  try {
    document = parseSpelled(line.toString("utf8"));
  } catch {
    return { rejected: "malformed" };
  }
  if (!isObject(document)) return { rejected: "malformed" };
  const { fields } = options;
  const root = document;
  const value = (ref: FieldRef | undefined): unknown =>
    ref?.kind === "path" ? soleScalar(find(root, ref.path)) : undefined;
  if (!options.where.every(({ path, values }) => isOneOf(find(root, path), values))) return { skipped: "where" };
  if (fields.predicted?.kind === "score" || fields.predicted?.kind === "scores")
    throw new Error("scores are tested elsewhere");
  const labels = fields.labels.map(value);
  const unlessMissing = (given: unknown): unknown =>
    options.missing?.has(className(given) ?? "?") === true ? undefined : unlessBare(given);
  const predicted = unlessMissing(value(fields.predicted));
  const actual = unlessMissing(value(fields.actual));
  const id =
    predicted === undefined || actual === undefined
      ? fields.id.map(value).find((each) => each !== undefined && each !== "")
      : undefined;
  const time = unlessMissing(value(fields.time));
  const texts = [...labels, predicted, actual, id].map(text);
  if (texts.some((each) => each !== undefined && /[\p{Surrogate}\ufffd]/u.test(each))) {
    return { rejected: "bad_encoding" };
  }
  if (labels[0] === undefined || labels[0] === "") return { rejected: "missing_field" };
  if (predicted === undefined && actual === undefined) return { rejected: "missing_field" };
  if ([...labels, predicted, actual, id, time].some((each) => typeof each === "object" && !(each instanceof Spelled))) {
    return { rejected: "wrong_type" };
  }
  const ms = time === undefined ? NaN : unixMs(time);
  if (ms === undefined) return { rejected: "bad_time" };
  if (texts.some((each) => each !== undefined && Buffer.byteLength(each) > options.maxValueBytes)) {
    return { rejected: "value_too_long" };
  }
  return {
    labels: labels.map((each) => text(each) ?? ""),
    predicted: className(predicted),
    actual: className(actual),
    id: text(id),
    time: ms,
  };
}

/** An array of one scalar is that scalar, however deep; other values stay. */
export function soleScalar(value: unknown): unknown {
  let inner = value;
  while (Array.isArray(inner) && inner.length === 1) inner = inner[0];
  return isObject(inner) || Array.isArray(inner) ? value : (inner ?? undefined);
}

function unixMs(value: unknown): number | undefined {
  const spelled = value instanceof Spelled ? value.text : value;
  if (typeof spelled !== "string" || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(spelled)) return undefined;
  const time = Number(spelled);
  const size = Math.abs(time);
  if (size < 1e11) return Math.floor(time * 1000 + size * 1000 * Number.EPSILON);
  if (size < 1e14) return Math.floor(time);
  if (size < 1e17) return Math.floor(time / 1e3);
  return size < 1e20 ? Math.floor(time / 1e6) : undefined;
}

/** Numbers are equal however they are spelled. */
function isOneOf(value: unknown, values: readonly string[]): boolean {
  const same = value instanceof Spelled && !value.isBare ? canonicalClass : String;
  const found = text(value);
  return found !== undefined && values.some((one) => same(one) === same(found));
}

export function text(value: unknown): string | undefined {
  if (value instanceof Spelled) return value.text;
  return typeof value === "string" || typeof value === "boolean" ? String(value) : undefined;
}

export function className(value: unknown): string | undefined {
  const spelled = text(value);
  return spelled === undefined ? undefined : canonicalClass(spelled);
}

export function unlessBare(value: unknown): unknown {
  return value instanceof Spelled && value.isBare ? undefined : value;
}

/** Objects only: an array is no place for a path. null is the same as nothing. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Spelled);
}

function find(root: Record<string, unknown>, path: readonly string[]): unknown {
  let value: unknown = root;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  const literal = path.join(".");
  if ((value === undefined || value === null) && Object.hasOwn(root, literal)) value = root[literal];
  return value ?? undefined;
}

/** `JSON.parse` that takes the three bare words, and gives numbers as they are spelled. */
export function parseSpelled(document: string): unknown {
  const tokens = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d[\d.eE+-]*/gu;
  JSON.parse(document.replaceAll(tokens, (token) => (bareWords.includes(token) ? "0" : token)));
  const marked = document.replaceAll(tokens, (token) => (token.startsWith('"') ? token : JSON.stringify(mark + token)));
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? new Spelled(value.slice(mark.length)) : value,
  );
}
