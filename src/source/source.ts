import type { JsonValue } from "../serializable.ts";

/** Validated options of a source of log files. */
export interface SourceOptions {
  /** Names the source on metrics and in messages; unique. */
  readonly name: string;
  /** Absolute globs or paths. */
  readonly files: readonly string[];
  /**
   * Names which lines are read of a file (default: all). Sources of one selection share their files, each of which counts for
   * one of them; those of another selection read the same files, on their own.
   */
  readonly selection?: string;
  /** Absolute globs of files that are left out. */
  readonly exclude: readonly string[];
  /** Directories, besides the bases of `files`, that links may lead to. */
  readonly linkTargets?: readonly string[];
  /** Start position in a file that was never seen before. */
  readonly startAt: "beginning" | "end";
  /** `poll`: the files are only looked at; `auto` (default): events of the file system make that sooner. */
  readonly watch?: "auto" | "poll";
  /** Maximum bytes of a line; longer ones are skipped and counted. */
  readonly maxLineBytes: number;
  /** Maximum number of files (default 1000); past it, those written longest ago are refused and counted. */
  readonly maxFiles?: number;
}

/**
 * Takes the lines of one file: what stands between a source, which knows bytes and offsets, and the decoder,
 * which knows formats. A source calls it synchronously, so that offset and counts move together.
 */
export interface LineReader {
  /**
   * Takes whole lines: the bytes `[start, end)` of `buffer`, each line ended by `\n` but perhaps the very last one of a
   * file that is known to be over. The buffer is the caller's and is used again after the return. `at` is where the file
   * has the first of them.
   */
  read(buffer: Buffer, start: number, end: number, at?: number): void;
  /** Reports a skipped line longer than the maximum; `head` is its first bytes, for display. */
  skipped(head: Buffer): void;
  /** State needed to read on after a restart (a CSV header, a partial CRI line), or undefined. */
  save(): JsonValue | undefined;
  /**
   * Gives away what it waits with for the next file of the log (pieces of a line that is not whole yet), in the form of
   * `save`: the reader of that file is opened with it. Undefined when there is nothing.
   */
  handOn(): JsonValue | undefined;
  /** True while it waits with pieces of a line, in memory or where they are to be read back. */
  readonly isWaiting?: boolean;
  /** Where pieces begin that must be read back before anything else is read or handed on; undefined for none. */
  readonly recallFrom?: number | undefined;
  /** Takes lines again that were taken before a restart, from `recallFrom` on: they do not count. */
  readonly recall?: (buffer: Buffer, start: number, end: number, at: number) => void;
  /** Ends the reading back; when not all could be read, the lines of those pieces are lost. */
  readonly recalled?: (isWhole: boolean) => void;
  /** Lets go of pieces that have had no end for too long; tells whether that changes what `save` gives. */
  readonly expire?: () => boolean;
  /** Reads what waits for further lines as it stands: the file is over, and no other goes on with it. */
  readonly end?: (() => void) | undefined;
}

/** File of a reader. */
export interface OpenedFile {
  readonly source: string;
  readonly path: string;
  /** The file's first line, without its newline, when reading begins further on (`startAt: "end"`): a CSV header. */
  readonly firstLine: Buffer | undefined;
}

/**
 * Makes the reader of a file; `saved` is what `save` of an earlier reader of this file gave, or `handOn` of the one of the
 * file before it.
 */
export type OpenReader = (file: OpenedFile, saved: JsonValue | undefined) => LineReader;

/** Status of a followed file, for metrics. */
export interface FileStatus {
  readonly source: string;
  readonly path: string;
  /** Bytes that wait to be read, as of the last look; of a compressed file, compressed ones. Undefined when not known. */
  readonly lagBytes: number | undefined;
  /** Bytes handed on since the process started. */
  readonly readBytes: number;
  /** Unix seconds of the last read that gave bytes; 0 when there was none yet. */
  readonly lastReadSeconds: number;
  /** Time since the file has had unread data (s); 0 if there is none. As `lagBytes`. */
  readonly lagSeconds: number | undefined;
  /**
   * `live`: found under a path of the config; `rotated`: moved away or deleted, and read to its end; `archive`: a
   * compressed sibling; `refused`: `problem` says why it is not read.
   */
  readonly state: "live" | "rotated" | "archive" | "refused";
  /** Description of what prevents reading, or undefined. */
  readonly problem: string | undefined;
}

/** File counts of a source since the process started. */
export interface SourceCounts {
  readonly source: string;
  /** Files that are followed now. */
  readonly followed: number;
  /** Files that left their path: renamed, replaced or deleted. */
  readonly rotations: number;
  /** Files that were found shorter than what had been read of them, or rewritten in place. */
  readonly truncations: number;
  /** Files that disappeared with lines that were not read, or may have. */
  readonly lost: number;
  /** Failed opens, looks and reads, by the system's error code (`EACCES`) or the exporter's (`link`). */
  readonly readErrors: ReadonlyMap<string, number>;
}
