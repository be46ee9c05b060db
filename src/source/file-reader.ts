import { errorCode } from "../problem.ts";
import { isYoung } from "./identity/gzip.ts";
import { openArchive, readArchive } from "./reading/gzip-file.ts";
import { readSome } from "./reading/plain-file.ts";
import type { Doubts } from "./rotation/dirty-directories.ts";
import type { SourceReport } from "./tracking/source-stats.ts";
import type { SourceOptions } from "./source.ts";
import type { FollowedFile } from "./tracking/tracked-file.ts";
import type { Lifecycle, Shared } from "./tracking/transitions.ts";

/** Reads what files have more, and sees to it that what is found to be wrong with them on the way is looked into. */
export class FileReading {
  readonly #shared: Shared;
  readonly #lives: Lifecycle;
  readonly #doubts: Doubts;
  readonly #reportOf: (source: SourceOptions) => SourceReport;

  constructor(shared: Shared, lives: Lifecycle, doubts: Doubts, reportOf: (source: SourceOptions) => SourceReport) {
    this.#shared = shared;
    this.#lives = lives;
    this.#doubts = doubts;
    this.#reportOf = reportOf;
  }

  /** Reads once from a file; whether there may be more. */
  read(file: FollowedFile, buffer: Buffer): boolean {
    const before = file.offset;
    try {
      const fd = this.#lives.descriptor(file);
      if (fd === undefined) {
        this.#doubts.add(file);
        return false;
      }
      if (file.problem?.code !== "ENCODING") file.problem = undefined;
      const outcome = readSome(file, fd, buffer);
      if (file.offset > before) {
        if (file.problem?.code === "ENCODING") file.problem = undefined;
        this.#progressed(file);
      }
      if (file.problem !== undefined)
        this.#reportOf(file.source).troubles.report(file, file.problem.code, file.problem.text);
      if (outcome === "rewritten") this.#doubts.add(file);
      if (outcome === "end") file.behindSince = undefined;
      return outcome === "more";
    } catch (error) {
      if (errorCode(error) === "ENOENT") this.#doubts.add(file);
      else this.#reportOf(file.source).troubles.failed(file, error);
      return false;
    }
  }

  /** Reads a compressed file to its end. */
  async readArchive(file: FollowedFile): Promise<void> {
    file.problem = undefined;
    file.isBeingRead = true;
    try {
      const fd = openArchive(file);
      if (fd === undefined) {
        // Its name has moved on; whatever size it is found with, it is to be read then.
        file.size = -1;
        this.#doubts.add(file);
        return;
      }
      const isStopped = (): boolean => this.#shared.isClosed() || file.state !== "archive";
      const outcome = await readArchive(file, fd, isStopped, () => {
        this.#progressed(file);
      });
      if (outcome === "whole") file.behindSince = undefined;
      if (outcome === "shorter") this.#lives.leaveShort(file);
      if (outcome === "other") {
        this.#shared.log.info({ file: file.realPath }, "the compressed file is not the one that was read before");
        file.refuted.add(file.inode);
        this.#lives.lose(file, "");
      }
      if (outcome === "shorter" || outcome === "other") this.#doubts.add(file);
    } catch (error) {
      if (this.#shared.isClosed()) return;
      file.isTentative = false;
      // It is cut short: as long as it is young, it is being written.
      const young = isYoung(Number(file.modified / 1_000_000n));
      if (errorCode(error) !== "Z_BUF_ERROR" || !young) this.#reportOf(file.source).troubles.failed(file, error);
    } finally {
      file.isBeingRead = false;
    }
  }

  #progressed(file: FollowedFile): void {
    file.lastReadSeconds = this.#shared.clock() / 1000;
    file.restless = performance.now();
    file.readModified = file.modified;
    if (file.state !== "archive") file.size = Math.max(file.size, file.offset);
    this.#shared.ledger.changed(file);
  }
}
