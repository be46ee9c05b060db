import type { JsonValue } from "../serializable.ts";

/** Lists the numbers of a saved list; what is no list gives none. */
export function savedNumbers(value: JsonValue | undefined): readonly number[] {
  return Array.isArray(value) ? value.filter((item): item is number => typeof item === "number") : [];
}
