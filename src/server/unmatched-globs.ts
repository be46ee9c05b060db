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
