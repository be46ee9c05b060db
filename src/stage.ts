import type { AnyEntry, SavedEntry } from "./serializable.ts";
import type { Moment } from "./steady-clock.ts";

/** Format of the entries that a stage or an input keeps in the state. */
export interface EntryFormat {
  /** Unique name, for the log and the state. */
  readonly name: string;
  /** Key prefixes of the entries, used by no other stage or input. */
  readonly prefixes: readonly string[];
  /** Format number that this release writes; higher numbers are refused. */
  readonly current: number;
  /** Lowest format number that this release reads; entries without a number have format 1. */
  readonly oldest: number;
}

/** A stage with durable state; the daemon commits all stages and inputs in one transaction. */
export interface Stage {
  readonly format: EntryFormat;
  /**
   * Restores all its entries, once, before any other call; logs what it cannot restore. They come by prefix in the order of
   * the format, and of one prefix in the order of their keys as JSON. They may be many: read them one by one.
   */
  restore(entries: Iterable<SavedEntry>): void;
  /**
   * Changed entries since the last call, as of now; an undefined value removes an entry. They are made while they are read,
   * whatever changes meanwhile, and are read to the end before the next call.
   */
  changes(): Iterable<AnyEntry>;
  /** Removes expired state as of `now`; called before each commit. */
  evict(now: Moment): void;
}
