import type { FileStatus } from "../source/source.ts";
import type { Sample } from "./health.ts";

/** Values of the metrics of a path, or of several paths together. */
export interface FileSample {
  readonly source: string;
  readonly path: string;
  readonly lagBytes: number;
  readonly lagSeconds: number;
  readonly readBytes: number;
  readonly lastReadSeconds: number;
}

/** Value of the `file` label under which all files past the first are added up. */
export const otherFiles = "__other__";

/** Files of a source that have series of their own: who writes the logs chooses their names, and how many there are. */
const mostPerSource = 100;

interface Source {
  /** Paths with series of their own, as of the last scrape. */
  readonly own: ReadonlySet<string>;
  /** Bytes read of the others, by path, as of the last scrape. */
  readonly others: ReadonlyMap<string, number>;
  /** Bytes read of all others so far: it never falls, though files come and go. */
  readonly otherBytes: number;
}

const none: Source = { own: new Set(), others: new Map(), otherBytes: 0 };

/** Samples per file for `/metrics`: a bounded number of files on their own, and the rest of each source as one. */
export class FileSeries {
  readonly #sources = new Map<string, Source>();

  /** Folds the files of one scrape. A file keeps its own series as long as it is there. */
  fold(files: readonly FileStatus[]): FileSample[] {
    const bySource = new Map<string, Map<string, FileSample>>();
    for (const { source, path, lagBytes, lagSeconds = 0, readBytes, lastReadSeconds } of files) {
      if (lagBytes === undefined) continue;
      const paths = bySource.get(source) ?? new Map<string, FileSample>();
      const file = { source, path, lagBytes, lagSeconds, readBytes, lastReadSeconds };
      // A deleted file is open for some seconds still, when another one has its path already.
      const namesake = paths.get(path);
      paths.set(path, namesake === undefined ? file : largest([namesake, file]));
      bySource.set(source, paths);
    }
    return [...bySource].flatMap(([source, paths]) => this.#foldSource(source, paths));
  }

  #foldSource(source: string, files: ReadonlyMap<string, FileSample>): FileSample[] {
    const before = this.#sources.get(source) ?? none;
    const own = new Set([...files.keys()].filter((path) => before.own.has(path)));
    for (const path of files.keys()) if (own.size < mostPerSource) own.add(path);
    const others = [...files.values()].filter(({ path }) => !own.has(path));
    const bytes = new Map(others.map(({ path, readBytes }) => [path, readBytes]));
    const otherBytes = [...bytes].reduce(
      (total, [path, read]) => total + Math.max(0, read - (before.others.get(path) ?? 0)),
      before.otherBytes,
    );
    this.#sources.set(source, { own, others: bytes, otherBytes });
    const samples = [...files.values()].filter(({ path }) => own.has(path));
    return others.length === 0
      ? samples
      : [...samples, { ...largest(others), path: otherFiles, readBytes: otherBytes }];
  }
}

/** Samples of a metric per file; files without a value have none. */
export function perFile(files: readonly FileSample[], figure: (file: FileSample) => number | undefined): Sample[] {
  return files.flatMap((file) => {
    const value = figure(file);
    return value === undefined ? [] : [{ labels: { source: file.source, file: file.path }, value }];
  });
}

/** Combines files under the name of the first: the largest lag, the newest read, and the most bytes. */
function largest(files: readonly FileSample[]): FileSample {
  return files.reduce((a, b) => ({
    ...a,
    lagBytes: Math.max(a.lagBytes, b.lagBytes),
    lagSeconds: Math.max(a.lagSeconds, b.lagSeconds),
    readBytes: Math.max(a.readBytes, b.readBytes),
    lastReadSeconds: Math.max(a.lastReadSeconds, b.lastReadSeconds),
  }));
}
