import { errorCode } from "../problem.ts";
import type { FollowContext } from "./follow-context.ts";
import { isYoung } from "./identity/gzip.ts";
import { openArchive, readArchive, type ArchiveOutcome } from "./reading/archive-file.ts";
import { readPlain } from "./reading/plain-file.ts";
import type { TrackedFile } from "./tracking/tracked-file.ts";

/** Reads tracked files, and marks their directories as dirty when a file turns out to be another one. */
export class FileReader {
  readonly #context: FollowContext;

  constructor(context: FollowContext) {
    this.#context = context;
  }

  /** Reads once from a file; returns whether there may be more. */
  read(file: TrackedFile, buffer: Buffer): boolean {
    const before = file.position.offset;
    try {
      const fd = this.#context.transitions.descriptor(file);
      if (fd === undefined) {
        this.#context.dirty.add(file);
        return false;
      }
      if (file.stats.problem?.code !== "ENCODING") file.stats.clearProblem();
      const began = performance.now();
      const outcome = readPlain(file, fd, buffer);
      if (file.position.offset > before) {
        if (file.stats.problem?.code === "ENCODING") file.stats.clearProblem();
        this.#progressed(file);
      }
      if (file.stats.problem !== undefined)
        this.#context.statsOf(file.source).errors.report(file, file.stats.problem.code, file.stats.problem.text);
      if (outcome === "rewritten") this.#context.dirty.add(file);
      if (outcome === "end") file.stats.catchUp();
      // A hole costs its writer nothing, and whoever reads all of it a core.
      return outcome === "hole" ? file.stats.passHole(performance.now() - began) : outcome === "more";
    } catch (error) {
      if (errorCode(error) === "ENOENT") this.#context.dirty.add(file);
      else this.#context.statsOf(file.source).errors.failed(file, error);
      return false;
    }
  }

  /** Reads a compressed file to its end. */
  async readArchive(file: TrackedFile): Promise<void> {
    file.stats.clearProblem();
    this.#context.transitions.beginReading(file);
    let outcome: ArchiveOutcome | undefined;
    try {
      const fd = openArchive(file);
      if (fd === undefined) {
        // Its name has moved on; whatever size it is found with, it is to be read then.
        file.observed.forgetSize();
        this.#context.dirty.add(file);
        return;
      }
      outcome = await readArchive(file, fd, {
        isStopped: () => this.#context.shared.isClosed() || file.state.kind !== "archive",
        scan: () => this.#context.shared.scan(),
        onConfirmed: () => {
          this.#context.transitions.confirmArchive(file);
        },
        onProgress: () => {
          this.#progressed(file);
        },
      });
      await this.#untilScanned();
      if (outcome === "whole") file.stats.catchUp();
      if (outcome === "shorter") this.#context.transitions.retireShortCopy(file);
      if (outcome === "other") {
        const text = "the compressed file does not continue the log; treated as another file";
        this.#context.shared.fileLog.tell("info", file.source.name, { file: file.realPath }, text);
        file.refuted.add(file.inode);
        this.#context.transitions.markMissing(file, "");
      }
      if (outcome === "shorter" || outcome === "other") this.#context.dirty.add(file);
    } catch (error) {
      await this.#untilScanned();
      if (this.#context.shared.isClosed()) return;
      this.#context.transitions.confirmArchive(file);
      // It is cut short: as long as it is young, it is being written.
      const young = isYoung(Number(file.observed.modified / 1_000_000n));
      if (errorCode(error) !== "Z_BUF_ERROR" || !young) this.#context.statsOf(file.source).errors.failed(file, error);
    } finally {
      this.#context.transitions.endReading(file, outcome === "whole");
    }
  }

  async #untilScanned(): Promise<void> {
    for (let scan = this.#context.shared.scan(); scan !== undefined; scan = this.#context.shared.scan()) await scan;
  }

  #progressed(file: TrackedFile): void {
    file.stats.readAt(this.#context.shared.clock() / 1000);
    file.observed.read(file.state.kind === "archive" ? 0 : file.position.offset);
    this.#context.shared.positions.changed(file);
  }
}
