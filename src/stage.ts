import type { Entry, EntryKey, Plain } from "./plain.ts";

/** A stage with state that a restart must find as it was; the daemon commits all stages and inputs in one transaction. */
export interface Stage {
  /** First words of the keys of its entries, its own alone. */
  readonly words: readonly string[];
  /** Takes back all entries of its words, once, before anything else; it says itself what it cannot take back. */
  restore(entries: readonly (readonly [EntryKey, Plain])[]): void;
  /** Entries that changed since the last call; what is undefined there is removed. */
  changes(): Entry[];
  /** Lets go of what is too old at `now` (Unix ms); called before each commit. */
  forget(now: number): void;
}
