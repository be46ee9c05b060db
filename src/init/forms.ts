import { isRecord } from "../serializable.ts";
import { knownForms } from "./known-forms.ts";

/** A field of a form: a column, or a part of it. */
export type FormField = string | { readonly path: string; readonly match: string };

/** A form of JSON lines, as a row of data: what tells it for sure, where its fields lie, and its traps. */
export interface KnownForm {
  readonly name: string;
  /** Fields that all its lines have; of a text, how it begins. */
  readonly sure: readonly (string | { readonly path: string; readonly begins: string })[];
  /** Values of the lines that are events, where lines have them. */
  readonly where?: Readonly<Record<string, string | number | readonly string[]>>;
  /** Fields whose value tells events from other lines. */
  readonly tells?: readonly string[];
  /** Fields of which the first that lines have is taken. */
  readonly model?: readonly FormField[];
  readonly version?: readonly FormField[];
  readonly id?: readonly string[];
  readonly time?: readonly string[];
  /** Where classes may lie: how their columns begin. Anywhere by default. */
  readonly predicted?: readonly string[];
  readonly actual?: readonly string[];
  /** What its lines hold, where that is one side for sure. */
  readonly side?: "labels" | "predictions";
  /** What the path of a file says. */
  readonly file?: { readonly model?: string; readonly version?: string };
  /** The zone of times without an offset; by default that of this machine. */
  readonly zone?: "UTC";
  /** Columns that are never the user's: how they begin. */
  readonly never?: readonly string[];
  /** What a user must know. */
  readonly traps?: readonly string[];
  /** What to do instead, where it cannot be read. */
  readonly instead?: string;
}

/** Tells the form of an object; of several that fit, the one with most signs. */
export function formOf(row: object): KnownForm | undefined {
  let best: KnownForm | undefined;
  for (const form of knownForms) {
    if (form.sure.length > (best?.sure.length ?? 0) && form.sure.every((sign) => holds(row, sign))) best = form;
  }
  return best;
}

function holds(row: object, sign: KnownForm["sure"][number]): boolean {
  const path = typeof sign === "string" ? sign : sign.path;
  const value = valueAt(row, path);
  if (typeof sign === "string") return value !== undefined;
  return typeof value === "string" && value.startsWith(sign.begins);
}

/** The value at a path of keys; undefined where there is none. Of an array at the top, that of its first element. */
export function valueAt(row: object, path: string): unknown {
  let value: unknown = Array.isArray(row) ? row[0] : row;
  if (isRecord(value) && Object.hasOwn(value, path)) return value[path];
  for (const key of path.split(".")) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}
