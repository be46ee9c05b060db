import { basename, dirname } from "node:path";
import type { PathOwners } from "../discovery/path-owners.ts";
import { logGroup } from "../identity/rotation-names.ts";
import type { SourceStats } from "../tracking/source-stats.ts";
import type { SourceOptions } from "../source.ts";
import type { Fileset } from "../tracking/fileset.ts";
import type { ReadingOrder } from "../tracking/reading-order.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import type { Transitions, Shared } from "../tracking/transitions.ts";
import type { OriginalFinder } from "./find-original.ts";
import type { Snapshot } from "./snapshot.ts";

/** What is to be found out about a directory. */
export interface ScanRequest {
  readonly dir: string;
  /** Which of its files may have changed: see `logGroup`. */
  readonly groups: ReadonlySet<string>;
  /** The paths of the config whose file may have changed. */
  readonly paths: ReadonlySet<string>;
  /**
   * Since when a path is followed (Unix ms). Undefined when that begins now: what was rotated away before is not wanted, and
   * with `startAt: "end"` neither is what a file that was never seen holds so far.
   */
  readonly since: (path: string) => number | undefined;
  /** Names have moved on for so long that it cannot be waited for until they rest. */
  readonly isUrgent: boolean;
}

/** Whether a file, and the copies of it that there may be, are among what is asked about. */
export function isRequested({ dir, groups }: ScanRequest, { realPath }: TrackedFile): boolean {
  return dirname(realPath) === dir && groups.has(logGroup(basename(realPath)));
}

/** What is known of a directory after it was looked at. */
export type ScanResult =
  /** Where every file is. */
  | "settled"
  /** Not all, because names have moved on meanwhile: to be asked again at once. */
  | "moving"
  /** Not all, because a file is empty, cannot be read or is being written: to be asked again by and by. */
  | "growing";

/** The files of all sources and what was found out about them so far. */
export interface Context {
  readonly shared: Shared;
  readonly files: Fileset;
  readonly transitions: Transitions;
  readonly owners: PathOwners;
  readonly reportOf: (source: SourceOptions) => SourceStats;
  readonly order: ReadingOrder;
  /** Files of which only what comes is wanted, but that could not be read yet. */
  readonly fromEnd: Set<string>;
}

/** One look at a directory: what was asked, what is there, and what is known of it by now. */
export interface Scan extends Context {
  readonly question: ScanRequest;
  readonly snapshot: Snapshot;
  /** The paths of the config that may lead to another file than before. */
  readonly paths: Set<string>;
  /** The files that were known before, and those that have begun. */
  readonly known: TrackedFile[];
  /** Of them, those whose inode holds what it did. */
  readonly here: Set<TrackedFile>;
  readonly originals: OriginalFinder;
}
