import type { Entry, EntryKey, Plain } from "../plain.ts";
import { inherit, readBeginnings, sinceWhen, type Beginning } from "./beginnings.ts";
import type { FollowedFile } from "./followed-file.ts";
import type { Heirs } from "./heirs.ts";
import type { SourceOptions } from "./source.ts";

/** The stage's word in the store. */
const fileWord = "file";

/**
 * Knows which entries of the store have changed and must be committed: one per file, under a number, and one per source,
 * under its name, that says which globs it has, and since when.
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
   * Tells of a path since when this source follows it (Unix ms), by the globs that it had before; undefined when none of
   * them names it. From now on it has those that it has, the new ones since `now`.
   */
  begin({ name, files }: SourceOptions, now: number): (path: string) => number | undefined {
    const before = this.#beginnings(name);
    // Of two for one glob, which it has when it was inherited, the earlier one is the last.
    const times = new Map(before);
    this.#begun(
      name,
      [...new Set(files)].map((glob) => [glob, times.get(glob) ?? now]),
    );
    return sinceWhen(before);
  }

  /**
   * A source that was renamed is followed since it was under its old name: what is known of sources that there are not any
   * more is given to those that go on with their files.
   */
  handOver(sources: readonly SourceOptions[], heirs: Heirs): void {
    const had = new Map(sources.map(({ name }) => [name, new Set(this.#beginnings(name).map(([glob]) => glob))]));
    const heirOf = (glob: string): string | undefined =>
      heirs.heirOf(glob, (name) => had.get(name)?.has(glob) === true);
    const names = new Set<number | string>(sources.map(({ name }) => name));
    const globs = sources.flatMap(({ files }) => files);
    for (const name of [...this.#values.keys()]) {
      if (typeof name === "number" || names.has(name)) continue;
      const { left, inherited } = inherit(this.#beginnings(name), globs, heirOf);
      if (inherited.length === 0) continue;
      this.#begun(name, left);
      for (const [heir, beginning] of inherited) this.#begun(heir, [...this.#beginnings(heir), beginning]);
    }
  }

  #beginnings(name: string): Beginning[] {
    return readBeginnings(this.#values.get(name)?.save());
  }

  /** The source has these globs. */
  #begun(name: string, beginnings: readonly Beginning[]): void {
    if (JSON.stringify(this.#values.get(name)?.save()) === JSON.stringify(beginnings)) return;
    if (beginnings.length === 0) this.#values.delete(name);
    else this.#values.set(name, { save: () => beginnings });
    this.#changed.add(name);
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
