import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { EntryKey, JsonValue } from "../serializable.ts";
import type { OpenReader, SourceOptions } from "./source.ts";

/** What a tail is made of. */
export interface TailOptions {
  readonly sources: readonly SourceOptions[];
  /** Makes the reader that takes a file's lines. */
  readonly open: OpenReader;
  /** The entries of an earlier tail: from its `changes` as they were committed, or from its `save`. */
  readonly saved: Iterable<readonly [EntryKey, JsonValue]>;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the known files are looked at (ms, default 250), however few events the watcher gives. */
  readonly pollMs?: number;
  /** How often new files are looked for (ms, default 1000). */
  readonly discoverMs?: number;
  /** How long a renamed file is watched after it last grew (ms, default 5 minutes). */
  readonly rotatedMs?: number;
  /** How long a deleted file is kept open after it last grew (ms, default 5 s): its room on the disk is not free before. */
  readonly deletedMs?: number;
  /** Whether events of the file system make it look sooner (default true). */
  readonly watch?: boolean;
  /** The files that an earlier tail of this process has left open (see `release`). */
  readonly released?: ReadonlyMap<number, number>;
  /** How many files may be open at a time; by default half of what the process is allowed. */
  readonly maxOpen?: number;
}
