import { DeadLinks } from "../discovery/dangling-links.ts";
import type { FileStatus, SourceCounts, SourceOptions } from "../source.ts";
import { Troubles } from "./file-errors.ts";
import type { FileSet } from "./fileset.ts";
import type { FollowedFile } from "./tracked-file.ts";
import type { Log } from "../../log.ts";

/** What is told of one source: how often its files were rotated and truncated, and what of it cannot be read. */
export class SourceReport {
  readonly source: SourceOptions;
  readonly troubles: Troubles;
  readonly deadLinks: DeadLinks;
  rotations = 0;
  truncations = 0;

  constructor(source: SourceOptions, files: FileSet, log: Log) {
    this.source = source;
    this.troubles = new Troubles(log);
    this.deadLinks = new DeadLinks((path) => files.live.has(path) || files.predecessorAt(path) !== undefined);
  }

  /** How the files that are followed stand, and each path that cannot be followed. */
  status(followed: readonly FollowedFile[]): FileStatus[] {
    return [...followed.map((file) => file.status()), ...this.troubles.status(this.source.name)];
  }

  /** What happened so far; `followed`: how many files are followed now. */
  counts(followed: number): SourceCounts {
    return {
      source: this.source.name,
      followed,
      rotations: this.rotations,
      truncations: this.truncations,
      readErrors: this.troubles.counts,
    };
  }
}
