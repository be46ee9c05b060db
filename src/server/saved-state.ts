import type { Log } from "../log.ts";
import type { Entry, SavedEntry } from "../serializable.ts";
import type { EntryFormat } from "../stage.ts";
import { newerState } from "../state/newer-state.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** Key prefix of the format numbers. */
const formatPrefix = "format";

/**
 * Saved entries of stages and inputs, each with a format number of its own: one that this release no longer reads begins
 * anew alone, and offsets are kept.
 */
export class SavedState {
  readonly #checkpoint: Checkpoint;
  readonly #log: Log;
  /** Removals of unreadable entries and new format numbers, for the next commit. */
  #changes: Entry[] = [];

  constructor(checkpoint: Checkpoint, log: Log) {
    this.#checkpoint = checkpoint;
    this.#log = log;
  }

  /** Throws a `Problem` for entries of a newer release: in a newer format, or of a stage that none of `formats` names. */
  refuseNewer(formats: readonly EntryFormat[]): void {
    for (const [name, saved] of this.#numbers()) {
      const known = formats.find((format) => format.name === name);
      if (known !== undefined && saved <= known.current) continue;
      const reads = known === undefined ? "does not know them" : `reads formats up to ${known.current}`;
      throw newerState(`its ${name} have format ${saved}, and this release ${reads}`);
    }
  }

  /** Entries of a stage or an input; none, with a log message, when their format is too old. */
  entries(format: EntryFormat): Iterable<SavedEntry> {
    const saved = this.#numbers().get(format.name) ?? 1;
    if (saved !== format.current) this.#changes.push({ key: [formatPrefix, format.name], value: format.current });
    if (saved >= format.oldest) return this.#all(format);
    const entries = [...this.#all(format)];
    if (entries.length === 0) return [];
    this.#changes.push(...entries.map(([key]) => ({ key, value: undefined })));
    const what = { state: format.name, format: saved, oldest: format.oldest, entries: entries.length };
    this.#log.error(what, "saved state begins anew: its format is older than this release reads");
    return [];
  }

  /** Changes since the last call, to be committed before those of stages and inputs. */
  changes(): Entry[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  *#all({ prefixes }: EntryFormat): Iterable<SavedEntry> {
    for (const prefix of prefixes) yield* this.#checkpoint.entries(prefix);
  }

  #numbers(): Map<string, number> {
    const entries = [...this.#checkpoint.entries(formatPrefix)];
    return new Map(entries.map(([[, name], value]) => [String(name), Number(value)]));
  }
}
