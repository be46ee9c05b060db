import type { DecodeOptions, FieldRef } from "../../src/decode/options.ts";
import type { Outcome } from "./decoding.ts";

type Read = Omit<Exclude<Outcome, { rejected: unknown }>, never> | { readonly rejected: string };

/** What a line must become, by `JSON.parse` and the plainest reading of the fields. Dates do not occur here. */
export function oracle(options: DecodeOptions, line: Buffer): Read {
  let document: unknown;
  try {
    document = parseExactly(line.toString("utf8"));
  } catch {
    return { rejected: "malformed" };
  }
  if (!isObject(document)) return { rejected: "malformed" };
  const { fields } = options;
  const root = document;
  const value = (ref: FieldRef | undefined): unknown => (ref?.kind === "path" ? find(root, ref.path) : undefined);
  if (fields.predicted?.kind === "score") throw new Error("scores are tested elsewhere");
  const labels = fields.labels.map(value);
  const predicted = value(fields.predicted);
  const actual = value(fields.actual);
  const id = predicted === undefined || actual === undefined ? value(fields.id) : undefined;
  if (labels[0] === undefined || labels[0] === "") return { rejected: "missing_field" };
  if (predicted === undefined && actual === undefined) return { rejected: "missing_field" };
  const time = value(fields.time);
  if ([...labels, predicted, actual, id, time].some((each) => typeof each === "object")) {
    return { rejected: "wrong_type" };
  }
  const ms = time === undefined ? NaN : unixMs(time);
  if (ms === undefined) return { rejected: "bad_time" };
  const texts = [...labels, predicted, actual, id].map(text);
  if (texts.some((each) => each !== undefined && Buffer.byteLength(each) > options.maxValueBytes)) {
    return { rejected: "value_too_long" };
  }
  return {
    labels: labels.map((each) => text(each) ?? ""),
    predicted: text(predicted),
    actual: text(actual),
    id: text(id),
    time: ms,
  };
}

function unixMs(value: unknown): number | undefined {
  const spelled = typeof value === "string" && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(value);
  if (typeof value !== "number" && !spelled) return undefined;
  const time = Number(value);
  const size = Math.abs(time);
  if (size < 1e11) return Math.floor(time * 1000 + size * 1000 * Number.EPSILON);
  if (size < 1e14) return Math.floor(time);
  if (size < 1e17) return Math.floor(time / 1e3);
  return size < 1e20 ? Math.floor(time / 1e6) : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === "string") return Buffer.from(value).toString("utf8");
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Objects only: an array is no place for a path. null is the same as nothing. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function find(root: Record<string, unknown>, path: readonly string[]): unknown {
  let value: unknown = root;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  const literal = path.join(".");
  if ((value === undefined || value === null) && Object.hasOwn(root, literal)) value = root[literal];
  return value ?? undefined;
}

/** Integers that a double could not hold are text here: the reader keeps all their digits. */
function parseExactly(document: string): unknown {
  JSON.parse(document);
  const longIntegers = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/gu;
  return JSON.parse(document.replaceAll(longIntegers, (found) => (found.startsWith('"') ? found : `"${found}"`)));
}
