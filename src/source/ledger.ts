import type { Entry, EntryKey, Plain } from "../plain.ts";
import type { FollowedFile } from "./followed-file.ts";
import type { SourceOptions } from "./source.ts";

/** The stage's word in the store. */
const fileWord = "file";

/**
 * Knows which entries of the store have changed and must be committed: one per file, under a number, and one per source,
 * under its name, that says which globs it has had.
 */
export class Ledger {
  readonly #values = new Map<number | string, { save(): Plain }>();
  readonly #changed = new Set<number | string>();
  #lastId = 0;

  /** A number for the entry of a new file. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Takes back an entry that is in the store; it stays as it is until somebody changes it. */
  restore(key: EntryKey, value: Plain): void {
    const id = idOf(key);
    if (id === undefined) return;
    if (typeof id === "number") this.#lastId = Math.max(this.#lastId, id);
    this.#values.set(id, { save: () => value });
  }

  /** The file's entry is in the store as it is. */
  kept(file: FollowedFile): void {
    this.#values.set(file.id, file);
  }

  /** The file's entry must be written. */
  changed(file: FollowedFile): void {
    this.#values.set(file.id, file);
    this.#changed.add(file.id);
  }

  /** The entry is not needed any more. */
  removed(id: number): void {
    this.#values.delete(id);
    this.#changed.add(id);
  }

  /**
   * When the files of this source, by the same globs, were followed first (Unix ms): what is new under them has come since.
   * Undefined when they were not followed before; from now on they were, since `now`.
   */
  followedSince({ name, files }: SourceOptions, now: number): number | undefined {
    const saved = this.#values.get(name)?.save();
    if (Array.isArray(saved) && JSON.stringify(saved[1]) === JSON.stringify(files)) return Number(saved[0]);
    this.#values.set(name, { save: () => [now, [...files]] });
    this.#changed.add(name);
    return undefined;
  }

  /** What has changed since the last call, as it is now. */
  take(): Entry[] {
    const entries = [...this.#changed].map((id): Entry => ({ key: keyOf(id), value: this.#values.get(id)?.save() }));
    this.#changed.clear();
    return entries;
  }

  /** Entries that could not be committed: they are given again, as they are then. */
  giveBack(entries: readonly Entry[]): void {
    for (const { key } of entries) {
      const id = idOf(key);
      if (id !== undefined) this.#changed.add(id);
    }
  }

  /** Everything that a restart must find. */
  all(): [EntryKey, Plain][] {
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
