import { classText } from "../decode/canonical-class.ts";
import { isObject } from "./strict-object.ts";

/** What stands at a path of a value that nobody has checked; undefined where the path leads nowhere. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** The names and values of an object; none of anything else. */
export function entries(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** The names of an object; none of anything else. */
export function keys(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

/** The items of a list; none of anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The class that a text, number or boolean names; undefined for anything else. */
export function classOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? classText(String(value))
    : undefined;
}
