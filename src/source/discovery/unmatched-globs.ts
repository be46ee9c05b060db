import type { SourceOptions } from "../source.ts";
import { namedBy, type Search } from "./discover.ts";

/** A path or glob of a source that matches no file. */
export interface UnmatchedGlob {
  readonly source: string;
  readonly glob: string;
}

/** Finds the paths and globs of a source that match none of the files of a search: neither one to be read nor a refused one. */
export function unmatchedGlobs(
  { name, files, exclude }: SourceOptions,
  { found, refused }: Pick<Search, "found" | "refused">,
): UnmatchedGlob[] {
  const paths = [...found, ...refused].map(({ path }) => path);
  return files
    .filter((glob) => !paths.includes(glob) && !paths.some(namedBy({ files: [glob], exclude })))
    .map((glob) => ({ source: name, glob }));
}
