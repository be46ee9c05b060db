import { canonicalClass } from "../decode/canonical-class.ts";
import { isRecord } from "../serializable.ts";

/** Reads a path of an unchecked value; undefined where it does not exist. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isRecord(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** Entries of an object; empty for other values. */
export function entries(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** Keys of an object; empty for other values. */
export function keys(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

/** Items of a list; empty for other values. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Canonical class of a text, number or boolean; undefined for other values. */
export function classOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? canonicalClass(String(value))
    : undefined;
}
