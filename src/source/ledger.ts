import type { Entry, EntryKey, Plain } from "../plain.ts";
import type { FollowedFile } from "./followed-file.ts";

/** The stage's word in the store. */
export const fileWord = "file";

/** Knows which entries of the store have changed and must be committed. */
export class Ledger {
  readonly #files = new Map<number, FollowedFile>();
  readonly #changed = new Set<number>();
  #lastId = 0;

  /** A number for the entry of a new file. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Numbers up to this one are taken. */
  reserve(id: number): void {
    this.#lastId = Math.max(this.#lastId, id);
  }

  /** The file's entry is in the store as it is. */
  kept(file: FollowedFile): void {
    this.#files.set(file.id, file);
  }

  /** The file's entry must be written. */
  changed(file: FollowedFile): void {
    this.#files.set(file.id, file);
    this.#changed.add(file.id);
  }

  /** The entry is not needed any more. */
  removed(id: number): void {
    this.#files.delete(id);
    this.#changed.add(id);
  }

  /** What has changed since the last call, as it is now. */
  take(): Entry[] {
    const entries: Entry[] = [...this.#changed].map((id) => ({ key: keyOf(id), value: this.#files.get(id)?.save() }));
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
    return [...this.#files.values()].map((file) => [keyOf(file.id), file.save()]);
  }
}

function keyOf(id: number): EntryKey {
  return [fileWord, id];
}

/** The number of the entry, or undefined when the key is not one of ours. */
export function idOf(key: EntryKey): number | undefined {
  const [word, id] = key;
  return word === fileWord && typeof id === "number" ? id : undefined;
}
