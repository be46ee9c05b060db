import type { Entry, EntryKey, JsonValue } from "./serializable.ts";

/** A stage with durable state; the daemon commits all stages and inputs in one transaction. */
export interface Stage {
  /** Key prefixes of its entries, unique to the stage. */
  readonly prefixes: readonly string[];
  /** Restores all entries of its prefixes, once, before any other call; logs what it cannot restore. */
  restore(entries: readonly (readonly [EntryKey, JsonValue])[]): void;
  /** Changed entries since the last call; an undefined value removes an entry. */
  changes(): Entry[];
  /** Removes expired state as of `now` (Unix ms); called before each commit. */
  evict(now: number): void;
}
