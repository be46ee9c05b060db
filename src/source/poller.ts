import { fstatSync, type BigIntStats } from "node:fs";
import { isUnfit, statPath } from "./discovery/paths.ts";
import type { FollowContext } from "./follow-context.ts";
import { inodeOf } from "./identity/fingerprint.ts";
import { readLastPart } from "./reading/plain-file.ts";
import type { TrackedFile } from "./tracking/tracked-file.ts";
import { isReading, isWhole } from "./tracking/state.ts";

/** Polls tracked files: has one grown, was it truncated, replaced, renamed, deleted? */
export class Poller {
  readonly #context: FollowContext;

  constructor(context: FollowContext) {
    this.#context = context;
  }

  /** Polls a tracked file. */
  poll(file: TrackedFile): void {
    try {
      if (file.state.kind === "live") this.#pollLive(file);
      else if (file.state.kind === "rotated") this.#pollRotated(file);
      else if (file.state.kind === "archive") this.#pollArchive(file);
      else this.#context.dirty.keep(file);
    } catch (error) {
      this.#context.statsOf(file.source).errors.failed(file, error);
    }
  }

  #pollLive(file: TrackedFile): void {
    const seen = statPath(file.path);
    if (seen === undefined || ("stat" in seen && inodeOf(seen.stat) !== file.inode)) this.#context.dirty.add(file);
    else if ("stat" in seen) this.#measure(file, seen.stat);
    else if (isUnfit(seen)) this.#context.dirty.add(file);
    else if (file.stats.mayRetry) this.#context.statsOf(file.source).errors.report(file, seen.code, seen.problem);
  }

  #pollRotated(file: TrackedFile): void {
    const { deletedMs, rotatedMs, ready, descriptors } = this.#context.shared;
    const fd = descriptors.of(file);
    const seen = fd === undefined ? statPath(file.realPath) : { stat: fstatSync(fd, { bigint: true }) };
    if (seen === undefined || !("stat" in seen) || inodeOf(seen.stat) !== file.inode) {
      this.#context.dirty.add(file);
      return;
    }
    file.observed.countNames(seen.stat);
    this.#measure(file, seen.stat);
    const quiet = performance.now() - file.observed.lastActive;
    const isOver = quiet > (file.observed.isDeleted ? deletedMs : rotatedMs) && !ready.has(file);
    if (isOver && file.stats.mayRetry) this.#end(file);
  }

  #pollArchive(file: TrackedFile): void {
    const seen = statPath(file.realPath);
    if (seen !== undefined && "stat" in seen && inodeOf(seen.stat) === file.inode) {
      // It may go on in a further member. Of one of which nothing was wanted, nothing is.
      const isRead = isWhole(file.state) && file.position.offset > 0;
      const isChanged = Number(seen.stat.size) !== file.observed.size || seen.stat.mtimeNs !== file.observed.modified;
      if (isRead && isChanged) this.#context.transitions.reopenArchive(file);
      if (!isWhole(file.state)) this.#measure(file, seen.stat);
      return;
    }
    // As long as it is being read it is open.
    if (!isReading(file.state)) this.#context.dirty.add(file);
  }

  #measure(file: TrackedFile, stat: BigIntStats): void {
    const size = Number(stat.size);
    const { observed, stats, position } = file;
    const retry = stats.problem !== undefined && !stats.isUnreadable && stats.mayRetry;
    if (size === observed.size && stat.mtimeNs === observed.modified && !retry) return;
    // Of a file of which nothing was seen yet, what was written first may be gone, into a copy.
    if (file.state.kind !== "archive" && (size < position.scanned || position.head.bytes === 0))
      this.#context.dirty.add(file);
    observed.see(stat);
    this.#context.transitions.markReadable(file);
  }

  /** Retires a file that no longer grows, after reading a last line without a newline. */
  #end(file: TrackedFile): void {
    const fd = this.#context.transitions.descriptor(file);
    if (fd !== undefined) readLastPart(file, fd);
    this.#context.transitions.retire(file);
  }
}
