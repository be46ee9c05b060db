import type { FileStatus } from "../source/source.ts";
import type { Sample } from "./health.ts";

/** Values of the metrics of one file, or of several together. */
export type FileSample = Pick<
  FileStatus,
  "source" | "path" | "lagBytes" | "lagSeconds" | "readBytes" | "lastReadSeconds"
>;

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
    const bySource = new Map<string, FileStatus[]>();
    for (const file of files) {
      if (file.lagBytes === undefined && file.lastReadSeconds === 0) continue;
      const ofSource = bySource.get(file.source);
      if (ofSource === undefined) bySource.set(file.source, [file]);
      else ofSource.push(file);
    }
    return [...bySource].flatMap(([source, ofSource]) => this.#foldSource(source, ofSource));
  }

  #foldSource(source: string, files: readonly FileStatus[]): FileSample[] {
    const before = this.#sources.get(source) ?? none;
    const own = new Set(files.map(({ path }) => path).filter((path) => before.own.has(path)));
    for (const { path } of files) if (own.size < mostPerSource) own.add(path);
    const others = files.filter(({ path }) => !own.has(path));
    const grown = others.map(({ path, readBytes }) => Math.max(0, readBytes - (before.others.get(path) ?? 0)));
    const otherBytes = before.otherBytes + sum(grown);
    const bytes = new Map(others.map(({ path, readBytes }) => [path, readBytes]));
    this.#sources.set(source, { own, others: bytes, otherBytes });
    const samples: FileSample[] = files.filter(({ path }) => own.has(path));
    if (others.length > 0) {
      samples.push({
        source,
        path: otherFiles,
        lagBytes: largest(others.map(({ lagBytes = 0 }) => lagBytes)),
        lagSeconds: largest(others.map(({ lagSeconds = 0 }) => lagSeconds)),
        readBytes: otherBytes,
        lastReadSeconds: largest(others.map(({ lastReadSeconds }) => lastReadSeconds)),
      });
    }
    return samples;
  }
}

/** Samples of a metric per file; files without a value have none. */
export function perFile(files: readonly FileSample[], figure: (file: FileSample) => number | undefined): Sample[] {
  return files.flatMap((file) => {
    const value = figure(file);
    return value === undefined ? [] : [{ labels: { source: file.source, file: file.path }, value }];
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
