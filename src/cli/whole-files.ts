import { resolve } from "node:path";
import { readWhole } from "../source/reading/whole-file.ts";
import type { OpenReader } from "../source/source.ts";
import type { ReplayFile } from "./replay-files.ts";

/** Whole files as an input of `replay`, read in the order in which they are named; `-` is standard input. */
export class WholeFiles {
  readonly #files: readonly ReplayFile[];
  readonly #open: OpenReader;
  readonly #maxLineBytes: number;

  constructor(files: readonly ReplayFile[], open: OpenReader, maxLineBytes: number) {
    this.#files = files;
    this.#open = open;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Does nothing: the files are known. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Reads all files to their ends; throws a `Problem` when one cannot be read. */
  async drain(): Promise<void> {
    for (const { file: path, source } of this.#files) {
      const reader = this.#open({ source, path: path === "-" ? "-" : resolve(path), firstLine: undefined }, undefined);
      const bar = await progressBar(path);
      await readWhole(path, reader, { maxLineBytes: this.#maxLineBytes, onProgress: bar.update });
      bar.stop();
    }
  }

  /** Does nothing: each file is closed at its end. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Progress {
  readonly update: (read: number, total: number | undefined) => void;
  readonly stop: () => void;
}

/** A progress bar on a terminal; elsewhere nothing. */
async function progressBar(file: string): Promise<Progress> {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const { SingleBar } = await import("cli-progress");
  const bar = new SingleBar({
    format: `${file.replace(/[{}\p{Cc}]/gu, "?")} [{bar}] {percentage}% | {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  let started = false;
  return {
    update: (read, total) => {
      if (total === undefined) return;
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(Math.min(read, total));
    },
    stop: () => {
      bar.stop();
    },
  };
}
