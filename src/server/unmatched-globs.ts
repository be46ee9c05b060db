import type { Log } from "../log.ts";
import { namedBy } from "../source/discovery/discover.ts";
import type { SourceOptions } from "../source/source.ts";

/** A path or glob of a source that matches no file. */
export interface UnmatchedGlob {
  readonly source: string;
  readonly glob: string;
}

/** Finds the paths and globs of sources that match none of the files. */
export function unmatchedGlobs(sources: readonly SourceOptions[], files: readonly string[]): UnmatchedGlob[] {
  return sources.flatMap(({ name, files: globs, exclude }) =>
    globs
      .filter((glob) => !files.some(namedBy({ files: [glob], exclude })))
      .map((glob): UnmatchedGlob => ({ source: name, glob })),
  );
}

/** Logs each path and glob without a file once, since a typo in it looks like an idle log. */
export class UnmatchedGlobLog {
  readonly #log: Log;
  readonly #logged = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Logs the paths and globs that match none of the files, unless logged before. */
  check(sources: readonly SourceOptions[], files: readonly string[]): void {
    for (const unmatched of unmatchedGlobs(sources, files)) {
      const key = JSON.stringify(unmatched);
      if (!this.#logged.has(key)) this.#log.warn(unmatched, "no file matches; still searching");
      this.#logged.add(key);
    }
  }
}
