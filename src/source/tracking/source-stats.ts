import { DanglingLinks } from "../discovery/dangling-links.ts";
import type { FileStatus, SourceCounts, SourceOptions } from "../source.ts";
import { FileErrors } from "./file-errors.ts";
import type { FileLog } from "./file-log.ts";
import { FileLimit } from "./file-limit.ts";
import type { Fileset } from "./fileset.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** File statistics of one source: rotations, truncations and read errors. */
export class SourceStats {
  readonly source: SourceOptions;
  readonly errors: FileErrors;
  readonly danglingLinks: DanglingLinks;
  readonly limit: FileLimit;
  rotations = 0;
  truncations = 0;
  lost = 0;

  constructor(source: SourceOptions, files: Fileset, log: FileLog) {
    this.source = source;
    this.errors = new FileErrors(source.name, log);
    this.limit = new FileLimit(source);
    this.danglingLinks = new DanglingLinks((path) => files.live.has(path) || files.predecessorAt(path) !== undefined);
  }

  /** Status of the followed files, and of each path that cannot be followed. */
  status(followed: readonly TrackedFile[]): FileStatus[] {
    return [...followed.map((file) => file.status()), ...this.errors.status()];
  }

  /** Counts so far; `followed` is the current number of files. */
  counts(followed: number): SourceCounts {
    return {
      source: this.source.name,
      followed,
      rotations: this.rotations,
      truncations: this.truncations,
      lost: this.lost,
      readErrors: this.errors.counts,
    };
  }
}
