import { renameSync, writeFileSync } from "node:fs";
import { findProgram } from "../support/tools.js";

/** The wall clock of a process, which can be set while it runs; the monotonic one and the times of files stay as they are. */
export class SetClock {
  /** Has a program run by this clock. */
  readonly through: readonly string[];
  readonly #file: string;

  /** `file` is where it is kept how far the clock is off. */
  constructor(file: string) {
    if (findProgram("faketime") === undefined) throw new Error("faketime is not installed: npm test brings it");
    this.#file = file;
    this.set(0);
    this.through = [
      "env",
      "LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1",
      `FAKETIME_TIMESTAMP_FILE=${file}`,
      "FAKETIME_NO_CACHE=1",
      "DONT_FAKE_MONOTONIC=1",
      "NO_FAKE_STAT=1",
    ];
  }

  /** Sets it to so many seconds before (below 0) or after what other clocks say. */
  set(seconds: number): void {
    writeFileSync(`${this.#file}.next`, `${seconds < 0 ? "" : "+"}${seconds}\n`);
    renameSync(`${this.#file}.next`, this.#file);
  }
}
