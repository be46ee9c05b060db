import { resolve } from "node:path";
import type { Merge, Passage, Stream } from "../merge/merge.ts";
import type { JsonValue } from "../serializable.ts";
import { readChunks, readWhole, type Progress } from "../source/reading/whole-file.ts";
import type { LineReader, OpenedFile } from "../source/source.ts";
import { together, type MergedFile, type ReplayOrder } from "./replay-files.ts";
import type { Bar } from "./progress-bar.ts";

/** Makes the reader of a file, whose events take their way through the passage. */
export type OpenPassage = (file: OpenedFile, saved: JsonValue | undefined, passage?: Passage) => LineReader;

/** Bytes that all merged files together may be read ahead; each reads at least the smallest chunk. */
const aheadBytes = 16 * 1024 * 1024;
const smallestChunk = 16 * 1024;
const largestChunk = 64 * 1024;

/** A file that is being merged. */
interface Reading {
  readonly file: MergedFile;
  readonly passages: readonly Passage[];
  /** Undefined until the merge comes to it. */
  opened?: { readonly readers: readonly LineReader[]; readonly chunks: AsyncGenerator<Progress, void> };
}

/** Input of `replay`: whole files, some of them merged by the times of their events, then others one after the other. */
export class WholeFiles {
  readonly #order: ReplayOrder;
  readonly #open: OpenPassage;
  readonly #merge: Merge;
  readonly #maxLineBytes: number;
  /** What files that are read left for the next one of their log, by source. */
  readonly #left = new Map<MergedFile, readonly (JsonValue | undefined)[]>();

  constructor(order: ReplayOrder, open: OpenPassage, merge: Merge, maxLineBytes: number) {
    this.#order = order;
    this.#open = open;
    this.#merge = merge;
    this.#maxLineBytes = maxLineBytes;
  }

  /** No-op: the files are known. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Reads all files to their ends; throws a `Problem` for an unreadable file. */
  async drain(): Promise<void> {
    const { merged, inTurn } = this.#order;
    const bar = (await import("./progress-bar.ts")).progressBar([...merged, ...inTurn].map(({ file }) => file));
    try {
      await this.#readMerged(merged, bar);
      for (const { file, sources } of inTurn) {
        const reader = together(sources.map((source) => this.#open(openedFile(source, file), undefined)));
        await readWhole(file, reader, {
          maxLineBytes: this.#maxLineBytes,
          onProgress: (bytesRead) => {
            bar.update(file, bytesRead);
          },
        });
        reader.end?.();
      }
    } finally {
      bar.stop();
    }
  }

  /** No-op: each file is closed at its end. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Reads the next chunk of the file that is furthest behind, until all are read. */
  async #readMerged(files: readonly MergedFile[], bar: Bar): Promise<void> {
    const readings = new Map<Stream, Reading>();
    for (const file of files) {
      const stream = this.#merge.stream(file.start);
      readings.set(stream, { file, passages: file.ranks.map((rank) => stream.lane(rank)) });
    }
    const chunkBytes = Math.max(smallestChunk, Math.min(largestChunk, Math.floor(aheadBytes / files.length)));
    try {
      for (let stream = this.#merge.next; stream !== undefined; stream = this.#merge.next) {
        const reading = readings.get(stream);
        if (reading === undefined) throw new Error("the merge has a stream without a file");
        reading.opened ??= this.#openMerged(reading, chunkBytes);
        const chunk = await reading.opened.chunks.next();
        if (chunk.done !== true) {
          bar.update(reading.file.file, chunk.value[0]);
          stream.advance();
          continue;
        }
        this.#handOn(reading.file, reading.opened.readers, [...readings.values()]);
        stream.end();
        readings.delete(stream);
      }
    } finally {
      for (const { opened } of readings.values()) await opened?.chunks.return();
    }
  }

  #openMerged({ file, passages }: Reading, chunkBytes: number): NonNullable<Reading["opened"]> {
    const left = file.follows === undefined ? undefined : this.#left.get(file.follows);
    const readers = file.sources.map((source, at) =>
      this.#open(openedFile(source, file.file), left?.[at], passages[at]),
    );
    const options = { maxLineBytes: this.#maxLineBytes, chunkBytes };
    return { readers, chunks: readChunks(file.file, together(readers), options) };
  }

  /** Gives the pieces of a line at the end of a file to the next file of its log, if that is still to be read. */
  #handOn(file: MergedFile, readers: readonly LineReader[], others: readonly Reading[]): void {
    if (others.some((other) => other.file.follows === file && other.opened === undefined)) {
      this.#left.set(
        file,
        readers.map((reader) => reader.handOn()),
      );
    } else for (const reader of readers) reader.end?.();
  }
}

function openedFile(source: string, file: string): OpenedFile {
  return { source, path: file === "-" ? "-" : resolve(file), firstLine: undefined };
}
