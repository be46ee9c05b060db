import type { Entry, EntryKey, JsonValue } from "../../serializable.ts";
import { Beginnings, readSince } from "../discovery/since.ts";
import type { SourceOptions } from "../source.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** Key prefix of the entries. */
const fileWord = "file";
/** Key of the globs; older versions stored those of each source under its name. */
const globsKey = "";

/**
 * Knows which entries of the store have changed and must be committed: one per file, under a number, and one that says
 * which globs there are, and since when.
 */
export class PositionStore {
  readonly #values = new Map<number | string, { save(): JsonValue }>();
  readonly #changed = new Set<number | string>();
  #lastId = 0;

  /** A number for the entry of a new file. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Restores a stored entry, which stays as it is until it changes. */
  restore(key: EntryKey, value: JsonValue): void {
    const id = idOf(key);
    if (id === undefined) return;
    if (typeof id === "number") this.#lastId = Math.max(this.#lastId, id);
    this.#values.set(id, { save: () => value });
  }

  /** Registers a file whose stored entry is current. */
  kept(file: TrackedFile): void {
    this.#values.set(file.id, file);
  }

  /** Marks a file's entry as changed. */
  changed(file: TrackedFile): void {
    this.#values.set(file.id, file);
    this.#changed.add(file.id);
  }

  /** Removes an entry. */
  removed(id: number | string): void {
    this.#values.delete(id);
    this.#changed.add(id);
  }

  /**
   * Takes over since when the globs of an earlier process were followed, for these groups of sources; what is new is followed
   * since `now` (Unix ms).
   */
  begin(groups: readonly (readonly SourceOptions[])[], now: number): Beginnings {
    const keys = [...this.#values.keys()].filter((key) => typeof key === "string");
    const rows = keys.flatMap((key) => readSince(this.#values.get(key)?.save()));
    for (const key of keys) if (key !== globsKey) this.removed(key);
    const before = new Beginnings(rows, groups.flat());
    const beginnings = groups.flatMap((sources) => before.carryOver(sources, now));
    if (JSON.stringify(this.#values.get(globsKey)?.save()) !== JSON.stringify(beginnings)) {
      this.#values.set(globsKey, { save: () => beginnings });
      this.#changed.add(globsKey);
    }
    return before;
  }

  /** Returns the current entries that changed since the last call. */
  take(): Entry[] {
    const entries = [...this.#changed].map((id): Entry => ({ key: keyOf(id), value: this.#values.get(id)?.save() }));
    this.#changed.clear();
    return entries;
  }

  /** Returns all entries. */
  all(): [EntryKey, JsonValue][] {
    return [...this.#values].map(([id, value]) => [keyOf(id), value.save()]);
  }
}

function keyOf(id: number | string): EntryKey {
  return [fileWord, id];
}

/** The file's number or the source's name, or undefined when the key is not one of ours. */
export function idOf(key: EntryKey): number | string | undefined {
  return key[0] === fileWord && key.length === 2 ? key[1] : undefined;
}
