import type { DirtyDirectories } from "./rotation/dirty-directories.ts";
import type { SourceOptions } from "./source.ts";
import type { SourceStats } from "./tracking/source-stats.ts";
import type { Shared, Transitions } from "./tracking/transitions.ts";

/** Dependencies of polling and reading tracked files. */
export interface FollowContext {
  readonly shared: Shared;
  readonly transitions: Transitions;
  readonly dirty: DirtyDirectories;
  readonly statsOf: (source: SourceOptions) => SourceStats;
}
