import type { BigIntStats } from "node:fs";
import { basename, dirname } from "node:path";
import type { PathOwners } from "../discovery/path-owners.ts";
import type { Refused } from "../discovery/paths.ts";
import type { Found } from "../identity/candidate.ts";
import { logGroup } from "../identity/rotation-names.ts";
import type { Turns } from "../pace.ts";
import type { SourceStats } from "../tracking/source-stats.ts";
import type { SourceOptions } from "../source.ts";
import type { Fileset } from "../tracking/fileset.ts";
import type { ReadingOrder } from "../tracking/reading-order.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import type { Transitions, Shared } from "../tracking/transitions.ts";
import type { OriginalFinder } from "./find-original.ts";
import type { Snapshot } from "./snapshot.ts";

/** Request to reconcile a directory. */
export interface ScanRequest {
  readonly dir: string;
  /** Groups of files that may have changed: see `logGroup`. */
  readonly groups: ReadonlySet<string>;
  /** The paths of the config whose file may have changed. */
  readonly paths: ReadonlySet<string>;
  /**
   * Start of following a path (Unix ms). Undefined if that is now: files rotated before are not wanted, nor, with
   * `startAt: "end"`, the present content of new files.
   */
  readonly since: (path: string) => number | undefined;
  /** True if names have kept changing for too long to wait until they rest. */
  readonly isUrgent: boolean;
}

/** Tells whether a file and its possible copies are part of the request. */
export function isRequested({ dir, groups }: ScanRequest, { realPath }: TrackedFile): boolean {
  return dirname(realPath) === dir && groups.has(logGroup(basename(realPath)));
}

/** Result of a scan. */
export type ScanResult =
  /** All files are located. */
  | "settled"
  /** Not all, because names have moved on meanwhile: to be asked again at once. */
  | "moving"
  /** Not all, because a file is empty, cannot be read or is being written: to be asked again by and by. */
  | "growing";

/** State shared by all scans. */
export interface Context {
  readonly fileLog: Shared["fileLog"];
  readonly descriptors: Pick<Shared["descriptors"], "of">;
  readonly positions: Pick<Shared["positions"], "changed">;
  readonly ready: ReadonlySet<TrackedFile>;
  readonly files: Fileset;
  readonly transitions: Transitions;
  readonly owners: PathOwners;
  /** Looks at a path of the config: a file that its source may read, why it may not, or nothing (undefined). */
  readonly look: (path: string) => Found | Refused | undefined;
  /** Tells whether a directory is in reach of a source. */
  readonly isHeld: (dir: string) => boolean;
  /** Tells whether the process itself writes to a file. */
  readonly isOwn: (stat: BigIntStats) => boolean;
  readonly statsOf: (source: SourceOptions) => SourceStats;
  readonly order: ReadingOrder;
  /** Tells whether an inode is past the limit of its source: it is not followed. */
  readonly isRefused: (inode: string) => boolean;
  /** Paths with `startAt: "end"` whose file could not be opened yet: it is read from the end that it has then. */
  readonly fromEnd: Set<string>;
}

/** One scan of a directory: the request, the snapshot, and what is found out by now. */
export interface Scan extends Context {
  readonly request: ScanRequest;
  readonly snapshot: Snapshot;
  /** The paths of the config that may lead to another file than before. */
  readonly paths: Set<string>;
  /** The files that were known before, and those that have begun. */
  readonly known: TrackedFile[];
  /** Tracked files confirmed to be at their inode. */
  readonly here: Set<TrackedFile>;
  readonly originals: OriginalFinder;
  readonly turns: Turns;
}
