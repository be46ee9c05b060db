import { errorCode } from "../problem.ts";
import { isYoung } from "./identity/gzip.ts";
import { openGzip, readGzip, type GzipOutcome } from "./reading/gzip-file.ts";
import { readPlain } from "./reading/plain-file.ts";
import type { DirtyDirectories } from "./rotation/dirty-directories.ts";
import type { SourceStats } from "./tracking/source-stats.ts";
import type { SourceOptions } from "./source.ts";
import type { TrackedFile } from "./tracking/tracked-file.ts";
import type { Transitions, Shared } from "./tracking/transitions.ts";

/** Reads what files have more, and sees to it that what is found to be wrong with them on the way is looked into. */
export class FileReader {
  readonly #shared: Shared;
  readonly #transitions: Transitions;
  readonly #dirty: DirtyDirectories;
  readonly #statsOf: (source: SourceOptions) => SourceStats;

  constructor(
    shared: Shared,
    transitions: Transitions,
    dirty: DirtyDirectories,
    statsOf: (source: SourceOptions) => SourceStats,
  ) {
    this.#shared = shared;
    this.#transitions = transitions;
    this.#dirty = dirty;
    this.#statsOf = statsOf;
  }

  /** Reads once from a file; whether there may be more. */
  read(file: TrackedFile, buffer: Buffer): boolean {
    const before = file.position.offset;
    try {
      const fd = this.#transitions.descriptor(file);
      if (fd === undefined) {
        this.#dirty.add(file);
        return false;
      }
      if (file.stats.problem?.code !== "ENCODING") file.stats.clearProblem();
      const outcome = readPlain(file, fd, buffer);
      if (file.position.offset > before) {
        if (file.stats.problem?.code === "ENCODING") file.stats.clearProblem();
        this.#progressed(file);
      }
      if (file.stats.problem !== undefined)
        this.#statsOf(file.source).errors.report(file, file.stats.problem.code, file.stats.problem.text);
      if (outcome === "rewritten") this.#dirty.add(file);
      if (outcome === "end") file.stats.catchUp();
      return outcome === "more";
    } catch (error) {
      if (errorCode(error) === "ENOENT") this.#dirty.add(file);
      else this.#statsOf(file.source).errors.failed(file, error);
      return false;
    }
  }

  /** Reads a compressed file to its end. */
  async readGzip(file: TrackedFile): Promise<void> {
    file.stats.clearProblem();
    this.#transitions.beginReading(file);
    let outcome: GzipOutcome | undefined;
    try {
      const fd = openGzip(file);
      if (fd === undefined) {
        // Its name has moved on; whatever size it is found with, it is to be read then.
        file.observed.forgetSize();
        this.#dirty.add(file);
        return;
      }
      outcome = await readGzip(file, fd, {
        isStopped: () => this.#shared.isClosed() || file.state.kind !== "archive",
        onConfirmed: () => {
          this.#transitions.confirmArchive(file);
        },
        onProgress: () => {
          this.#progressed(file);
        },
      });
      if (outcome === "whole") file.stats.catchUp();
      if (outcome === "shorter") this.#transitions.retireShortCopy(file);
      if (outcome === "other") {
        this.#shared.log.info({ file: file.realPath }, "the compressed file is not the one that was read before");
        file.refuted.add(file.inode);
        this.#transitions.markMissing(file, "");
      }
      if (outcome === "shorter" || outcome === "other") this.#dirty.add(file);
    } catch (error) {
      if (this.#shared.isClosed()) return;
      this.#transitions.confirmArchive(file);
      // It is cut short: as long as it is young, it is being written.
      const young = isYoung(Number(file.observed.modified / 1_000_000n));
      if (errorCode(error) !== "Z_BUF_ERROR" || !young) this.#statsOf(file.source).errors.failed(file, error);
    } finally {
      this.#transitions.endReading(file, outcome === "whole");
    }
  }

  #progressed(file: TrackedFile): void {
    file.stats.readAt(this.#shared.clock() / 1000);
    file.observed.read(file.state.kind === "archive" ? 0 : file.position.offset);
    this.#shared.positions.changed(file);
  }
}
