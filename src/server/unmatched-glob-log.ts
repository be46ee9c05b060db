import type { Log } from "../log.ts";
import type { UnmatchedGlob } from "../source/discovery/unmatched-globs.ts";

/** Logs each path and glob without a file once, since a typo in it looks like an idle log. */
export class UnmatchedGlobLog {
  readonly #log: Log;
  readonly #logged = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Logs these paths and globs, unless logged before. */
  add(globs: readonly UnmatchedGlob[]): void {
    for (const unmatched of globs) {
      const key = JSON.stringify(unmatched);
      if (!this.#logged.has(key)) this.#log.warn(unmatched, "no file matches; still searching");
      this.#logged.add(key);
    }
  }
}
