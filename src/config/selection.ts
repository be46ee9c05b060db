import type { Condition } from "../decode/options.ts";
import { where } from "./line-filters.ts";
import { at } from "./unchecked.ts";

/** Names the lines that `lines` and `where` select: equal names for equal conditions, in whatever order they are written; empty for all lines. */
export function selectionOf(lines: string | undefined, conditions: readonly Condition[]): string {
  if (lines === undefined && conditions.length === 0) return "";
  const sorted = conditions
    .map(({ path, values }) => JSON.stringify([path, [...new Set(values)].toSorted()]))
    .toSorted();
  return JSON.stringify([lines ?? null, sorted]);
}

/** Names the lines of a source that was not checked yet; undefined when its conditions are faulty. */
export function uncheckedSelection(source: unknown): string | undefined {
  const lines = at(source, "lines");
  const conditions = where.safeParse(at(source, "where") ?? {});
  if (!conditions.success || (lines !== undefined && typeof lines !== "string")) return undefined;
  return selectionOf(lines, conditions.data);
}
