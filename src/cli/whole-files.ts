import { resolve } from "node:path";
import { readWhole } from "../source/reading/whole-file.ts";
import type { OpenReader } from "../source/source.ts";
import { together, type ReplayFile } from "./replay-files.ts";

/** Input of `replay`: whole files in the given order; `-` is standard input. */
export class WholeFiles {
  readonly #files: readonly ReplayFile[];
  readonly #open: OpenReader;
  readonly #maxLineBytes: number;

  constructor(files: readonly ReplayFile[], open: OpenReader, maxLineBytes: number) {
    this.#files = files;
    this.#open = open;
    this.#maxLineBytes = maxLineBytes;
  }

  /** No-op: the files are known. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Reads all files to their ends; throws a `Problem` for an unreadable file. */
  async drain(): Promise<void> {
    for (const { file: path, sources } of this.#files) {
      const opened = { path: path === "-" ? "-" : resolve(path), firstLine: undefined };
      const reader = together(sources.map((source) => this.#open({ source, ...opened }, undefined)));
      const bar = await progressBar(path);
      await readWhole(path, reader, { maxLineBytes: this.#maxLineBytes, onProgress: bar.update });
      reader.end?.();
      bar.stop();
    }
  }

  /** No-op: each file is closed at its end. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Progress {
  readonly update: (read: number, total: number | undefined) => void;
  readonly stop: () => void;
}

/** Shows a progress bar on a terminal; without effect elsewhere. */
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
