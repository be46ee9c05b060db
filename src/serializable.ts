/** A JSON value: what a stage hands to the store and gets back. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The name of an entry in the store: the stage's prefix, then what identifies the entry within the stage. */
export type EntryKey = readonly (string | number)[];

/** One entry to commit; an undefined `value` removes it. */
export interface Entry {
  readonly key: EntryKey;
  readonly value: JsonValue | undefined;
}

/** Tells whether a value is an object with keys: neither null nor an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member of a saved object under a key; undefined when it has none. */
export function savedPart(saved: JsonValue | undefined, key: string): JsonValue | undefined {
  return isRecord(saved) && Object.hasOwn(saved, key) ? saved[key] : undefined;
}
