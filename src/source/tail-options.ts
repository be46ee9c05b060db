import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { EntryKey, JsonValue } from "../serializable.ts";
import type { OpenReader, SourceOptions } from "./source.ts";

/** Options of a tail. */
export interface TailOptions {
  readonly sources: readonly SourceOptions[];
  /** Makes the reader that takes a file's lines. */
  readonly open: OpenReader;
  /** The entries of an earlier tail: from its `changes` as they were committed, or from its `save`. */
  readonly saved: Iterable<readonly [EntryKey, JsonValue]>;
  readonly clock: Clock;
  /** The time by which files are forgotten; by default that of `clock`. */
  readonly steady?: Clock;
  readonly log: Log;
  /** Interval of polling tracked files (ms, default 250), with or without file system events. */
  readonly pollMs?: number;
  /** Interval of searching for new files (ms, default 1000). */
  readonly discoverMs?: number;
  /** Time until a renamed file that no longer grows is retired (ms, default 5 minutes). */
  readonly rotatedMs?: number;
  /** Time until a deleted file that no longer grows is closed (ms, default 5 s): its disk space is not free before. */
  readonly deletedMs?: number;
  /** Time without a line after which the backlog at the start is not waited for (ms, default 60 s). */
  readonly endlessMs?: number;
  /** Enables file system events, which make polls sooner (default true). */
  readonly watch?: boolean;
  /** Descriptors left open by an earlier tail of this process (see `release`). */
  readonly released?: ReadonlyMap<number, number>;
  /** Returns the paths of the files in which this process keeps its state: they are no logs. */
  readonly ownFiles?: (() => Iterable<string>) | undefined;
  /** Maximum number of open files; by default half of the process's limit. */
  readonly maxOpen?: number;
}
