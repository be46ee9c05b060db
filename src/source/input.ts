import type { Entry } from "../serializable.ts";
import type { UnmatchedGlob } from "./discovery/unmatched-globs.ts";
import type { FileStatus, SourceCounts } from "./source.ts";

/**
 * A way by which lines come in, such as log files. It calls its readers synchronously and moves on in the same turn of the
 * event loop: whenever other code runs, its `changes` and what the readers counted are of one moment.
 */
export interface Input {
  /** Resolves once the backlog that was there at the start is read. */
  readonly caughtUp: Promise<void>;
  /** What must be over before `changes` are of one moment, if anything; ask again after waiting. */
  readonly busy: Promise<void> | undefined;
  /** Finds what there is, waits for `found`, by when `changes` holds it, and begins to read. Rejects only if `found` does. */
  start(found: () => Promise<unknown>): Promise<void>;
  /** Reads what is there now; resolves at its end, or after so many milliseconds. */
  drain(deadlineMs: number): Promise<void>;
  /** Ends reading, but keeps open what the input of another config goes on with, and gives it. */
  release(): Promise<unknown>;
  /** Ends reading; no reader is called afterwards. */
  close(): Promise<void>;
  /** Entries that changed since the last call, to be committed together with what the readers counted. */
  changes(): Entry[];
  /** Status per file; empty for an input without files. */
  status(): FileStatus[];
  /** File counts per source; empty for an input without files. */
  counts(): SourceCounts[];
  /** Paths and globs that matched no file at the start; empty for an input without files. */
  unmatched(): UnmatchedGlob[];
}
