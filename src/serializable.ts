/** A JSON value: what a stage hands to the store and gets back. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What an entry holds: JSON, or bytes where there are too many values for that. */
export type SavedValue = JsonValue | Uint8Array;

/** The name of an entry in the store: the stage's prefix, then what identifies the entry within the stage. */
export type EntryKey = readonly (string | number)[];

/** One entry to commit; an undefined `value` removes it. */
export interface Entry<Value extends SavedValue = JsonValue> {
  readonly key: EntryKey;
  readonly value: Value | undefined;
}

/** One entry of either kind to commit. */
export type AnyEntry = Entry<SavedValue>;

/** An entry as it is restored. */
export type SavedEntry = readonly [EntryKey, SavedValue];

/** The entries that hold JSON, as those of most stages all do. */
export function jsonEntries(entries: Iterable<SavedEntry>): (readonly [EntryKey, JsonValue])[] {
  return [...entries].flatMap(([key, value]) => (value instanceof Uint8Array ? [] : [[key, value] as const]));
}

/** Tells whether a value is an object with keys: neither null nor an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member of a saved object under a key; undefined when it has none. */
export function savedPart(saved: JsonValue | undefined, key: string): JsonValue | undefined {
  return isRecord(saved) && Object.hasOwn(saved, key) ? saved[key] : undefined;
}
