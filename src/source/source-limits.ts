import type { Found } from "./identity/candidate.ts";
import { inodeOf } from "./identity/fingerprint.ts";
import type { SourceOptions } from "./source.ts";
import type { Fileset } from "./tracking/fileset.ts";
import type { SourceStats } from "./tracking/source-stats.ts";
import { isGone, isReading, isWhole } from "./tracking/state.ts";
import type { TrackedFile } from "./tracking/tracked-file.ts";
import type { Shared, Transitions } from "./tracking/transitions.ts";

/** Dependencies of limiting the files of sources. */
interface Limited {
  readonly shared: Shared;
  readonly files: Fileset;
  readonly transitions: Transitions;
  readonly ownerOf: (path: string) => SourceOptions | undefined;
}

/** Files that are past the limits of their sources, as of the last search. */
export class SourceLimits {
  readonly #context: Limited;
  #refused = new Set<string>();

  constructor(context: Limited) {
    this.#context = context;
  }

  /** Tells whether an inode is past the limit of its source. */
  isRefused(inode: string): boolean {
    return this.#refused.has(inode);
  }

  /** Forgets the search before. */
  renew(): void {
    this.#refused = new Set();
  }

  /** Refuses the files of a source past its limit, and lets go of those that are read; returns which paths are back within it. */
  apply({ source, limit, errors }: SourceStats, all: readonly Found[]): ReadonlySet<string> {
    const { files, transitions, ownerOf } = this.#context;
    const found = all.length > limit.most ? all.filter(({ path }) => ownerOf(path) === source) : all;
    const fileOf = ({ stat }: Found): TrackedFile | undefined => {
      const file = files.withInode(inodeOf(stat));
      return file === undefined || isGone(file.state) || file.source !== source ? undefined : file;
    };
    const before = found.filter((seen) => limit.hasRefused(seen));
    const { refused } = limit.choose(
      found,
      (seen) => fileOf(seen) !== undefined,
      (seen) => this.#isUnread(fileOf(seen), seen),
    );
    for (const seen of refused) {
      this.#refused.add(inodeOf(seen.stat));
      const file = fileOf(seen);
      if (file !== undefined) transitions.retire(file);
    }
    errors.passLimit(
      refused.map(({ path }) => path),
      limit.most,
    );
    return new Set(before.filter((seen) => !limit.hasRefused(seen)).map(({ path }) => path));
  }

  /** Tells whether a file that is followed has bytes that were not looked at. */
  #isUnread(file: TrackedFile | undefined, { stat }: Found): boolean {
    if (file === undefined) return false;
    const { ready, archives } = this.#context.shared;
    const isQueued = ready.has(file) || archives.has(file) || isReading(file.state) || file.stats.isPaused;
    return isQueued || (!isWhole(file.state) && Number(stat.size) !== file.observed.size);
  }
}
