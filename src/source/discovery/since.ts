import type { JsonValue } from "../../serializable.ts";
import { namedBy } from "./discover.ts";

/** A glob, and since when what it names is followed (Unix ms). */
export type Since = readonly [glob: string, since: number];

/** Reads back what was written down of globs; what is not of that form is left out. */
export function readSince(value: JsonValue | undefined): Since[] {
  if (!isList(value)) return [];
  const [first, second] = value;
  // As older versions have written it: one time for all globs.
  if (typeof first === "number") return isList(second) ? second.flatMap((glob) => beginning(glob, first)) : [];
  return value.flatMap((row) => (isList(row) ? beginning(row[0], row[1]) : []));
}

function beginning(glob: JsonValue | undefined, since: JsonValue | undefined): Since[] {
  return typeof glob === "string" && typeof since === "number" ? [[glob, since]] : [];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Tells since when a path is followed (Unix ms): by the earliest of the globs that name it. Undefined when none does. */
export function sinceOf(beginnings: readonly Since[]): (path: string) => number | undefined {
  const globs = earliestFirst(beginnings).map(([glob, since]) => ({ since, isNamed: under(glob) }));
  return (path) => globs.find(({ isNamed }) => isNamed(path))?.since;
}

/** The globs that there are now: each since the earliest of those before that name all that it names, else since `now`. */
export function carryOver(before: readonly Since[], globs: readonly string[], now: number): Since[] {
  const earliest = earliestFirst(before);
  return [...new Set(globs)].map((glob) => [
    glob,
    earliest.find(([wider]) => wider === glob || under(wider)(glob))?.[1] ?? now,
  ]);
}

function earliestFirst(beginnings: readonly Since[]): Since[] {
  return beginnings.toSorted(([, one], [, other]) => one - other);
}

function under(glob: string): (path: string) => boolean {
  return namedBy({ files: [glob], exclude: [] });
}
