import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { wallClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { makeDecoder } from "../decode/decoder.ts";
import type { EventSink } from "../decode/event.ts";
import type { DecodeOptions } from "../decode/options.ts";
import { Problem } from "../problem.ts";
import { compareRotations, logName } from "../source/identity/rotation-names.ts";
import { readWhole } from "../source/reading/whole-file.ts";
import type { LineReader } from "../source/source.ts";
import { FutureLimit } from "../timeline.ts";

/** A file to read, and the sources with its format: several where each selects other lines. */
export interface ReplayFile {
  readonly file: string;
  readonly sources: readonly string[];
}

/** A file whose events are merged with those of others. */
export interface MergedFile extends ReplayFile {
  /** The first time of an event (Unix milliseconds); undefined when it is not known before the file is read. */
  readonly start: number | undefined;
  /** The rank of each source's events among those of the same time. */
  readonly ranks: readonly number[];
  /** The file before it in the same log. */
  readonly follows: MergedFile | undefined;
}

/** In which order files are read. */
export interface ReplayOrder {
  /** Files that are merged by the times of their events. */
  readonly merged: readonly MergedFile[];
  /** Files that are read one after the other, behind those. */
  readonly inTurn: readonly ReplayFile[];
  /** Those of several files whose order is the given one, since they have no times. */
  readonly asNamed: readonly string[];
}

/** Limit of events searched for the first time of a file. */
const maxEvents = 1000;
/** Bytes of the heads whose equality triggers a full comparison of two files. */
const headBytes = 1024;
const headChunk = 64 * 1024;

/** Head of a file. */
interface FileHead extends ReplayFile {
  readonly head: string;
  /** The first time of an event (Unix milliseconds); undefined when none is found. */
  readonly start: number | undefined;
  /** True if it holds no event at all, so that its place does not matter. */
  readonly isIdle: boolean;
}

/**
 * Tells in which order to read files, whatever the order in which they are given, and rejects duplicate contents, such as a
 * log and its compressed copy. A single file is merged only where its own lines are to be sorted (`sortsOne`).
 */
export async function orderFiles(
  files: readonly ReplayFile[],
  config: Config,
  sortsOne: boolean,
): Promise<ReplayOrder> {
  const isOne = files.length === 1;
  if (isOne && !sortsOne) return { merged: [], inTurn: files, asNamed: [] };
  const heads = new Map<ReplayFile, FileHead>();
  for (const file of files) if (!isOne && isRegular(file.file)) heads.set(file, await readHead(file, config));
  await rejectCopies([...heads.values()], longestLine(config));
  const isTimed = (file: ReplayFile): boolean => {
    const head = heads.get(file);
    // What can be read only once has the times that its sources look for.
    return head === undefined ? hasTimes(file, config) : head.start !== undefined || head.isIdle;
  };
  const timed = files.filter(isTimed).map((file) => ({ ...file, start: heads.get(file)?.start }));
  const untimed = files.filter((file) => !isTimed(file));
  const asNamed = isOne ? [] : untimed.map(({ file }) => file);
  if (timed.length === 1 && !sortsOne) return { merged: [], inTurn: [...timed, ...untimed], asNamed };
  return { merged: rank(timed), inTurn: untimed, asNamed };
}

/** Ranks files by source, then path, then rotation, the oldest first. */
function rank(files: readonly (ReplayFile & Pick<MergedFile, "start">)[]): MergedFile[] {
  const named = files
    .map((file) => ({ ...file, log: logOf(file.file), name: basename(file.file) }))
    .sort((a, b) => compareText(resolve(a.file), resolve(b.file)))
    .sort((a, b) => compareText(a.log, b.log) || compareRotations(a.name, b.name));
  const lanes = named
    .flatMap(({ file, sources }) => sources.map((source) => ({ file, source })))
    .sort((a, b) => compareText(a.source, b.source));
  const ranked: MergedFile[] = [];
  let previous: { readonly log: string; readonly file: MergedFile } | undefined;
  for (const { file, sources, start, log } of named) {
    const ranks = sources.map((source) => lanes.findIndex((lane) => lane.file === file && lane.source === source));
    const isNext = previous?.log === log && isDeepStrictEqual(previous.file.sources, sources);
    const merged = { file, sources, start, ranks, follows: isNext ? previous?.file : undefined };
    ranked.push(merged);
    previous = { log, file: merged };
  }
  return ranked;
}

/** The path that a file's log has before rotation. */
function logOf(file: string): string {
  return file === "-" ? file : join(dirname(resolve(file)), logName(basename(file)));
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The maximum bytes of a line in any source; the decoder of each applies its own. */
export function longestLine(config: Config): number {
  return Math.max(...config.sources.map(({ decode }) => decode.maxLineBytes));
}

/** Makes one reader of several, each of which gets every line before any gets the next one. */
export function together(readers: readonly LineReader[]): LineReader {
  const [first, ...others] = readers;
  if (first !== undefined && others.length === 0) return first;
  return {
    read: (buffer, start, end) => {
      for (let from = start; from < end;) {
        const newline = buffer.indexOf(0x0a, from);
        const stop = newline < 0 || newline >= end ? end : newline + 1;
        for (const reader of readers) reader.read(buffer, from, stop);
        from = stop;
      }
    },
    skipped: (head) => {
      for (const reader of readers) reader.skipped(head);
    },
    save: () => undefined,
    handOn: () => undefined,
    end: () => {
      for (const reader of readers) reader.end?.();
    },
  };
}

/** Tells whether the sources of a file look for times. */
function hasTimes(file: ReplayFile, config: Config): boolean {
  return decodersOf(file, config).some(
    ({ fields, wrapper }) => fields.time !== undefined || (typeof wrapper === "string" && wrapper !== "none"),
  );
}

/** Lists how the sources of a file decode its lines. */
export function decodersOf({ sources }: ReplayFile, config: Config): DecodeOptions[] {
  return config.sources.flatMap(({ source, decode }) => (sources.includes(source.name) ? [decode] : []));
}

async function readHead(named: ReplayFile, config: Config): Promise<FileHead> {
  const { file } = named;
  const future = new FutureLimit(wallClock, config.limits.futureToleranceMs);
  let head = "";
  let events = 0;
  let start: number | undefined;
  const sink: EventSink = {
    event: ({ time }) => {
      events++;
      if (future.tolerates(time)) start ??= time;
      return "counted";
    },
    skipped: () => undefined,
    rejected: () => undefined,
  };
  const decoders = decodersOf(named, config);
  const readers = decoders.map((decode) => makeDecoder(decode, sink).open({ path: resolve(file) }, undefined));
  const reader = withBytes(together(readers), (text) => {
    if (head.length < headBytes) head = (head + text).slice(0, headBytes);
  });
  await readWhole(file, reader, {
    maxLineBytes: longestLine(config),
    chunkBytes: headChunk,
    isEnough: () => head.length === headBytes && (start !== undefined || events > maxEvents),
  });
  return { ...named, head, start, isIdle: events === 0 };
}

async function rejectCopies(files: readonly FileHead[], maxLineBytes: number): Promise<void> {
  const seen = new Map<string, { file: string; hash: string | undefined }[]>();
  for (const { file, head } of files) {
    if (head === "") continue;
    const alike = seen.get(head) ?? [];
    const own = { file, hash: alike.length === 0 ? undefined : await hashOf(file, maxLineBytes) };
    for (const other of alike) {
      other.hash ??= await hashOf(other.file, maxLineBytes);
      if (own.hash === other.hash) {
        const what = `${other.file} and ${file} have the same content, which would count twice; give only one of them`;
        throw new Problem(what, { exitCode: 2 });
      }
    }
    seen.set(head, [...alike, own]);
  }
}

async function hashOf(file: string, maxLineBytes: number): Promise<string> {
  const hash = createHash("sha256");
  const nothing: LineReader = {
    read: () => undefined,
    skipped: () => undefined,
    save: () => undefined,
    handOn: () => undefined,
  };
  await readWhole(
    file,
    withBytes(nothing, (text) => hash.update(text, "latin1")),
    { maxLineBytes },
  );
  return hash.digest("hex");
}

/** Wraps a reader to also pass on its lines as Latin-1 text, independent of chunk boundaries. */
function withBytes(reader: LineReader, onText: (text: string) => void): LineReader {
  const lines = (bytes: Buffer, start: number, end: number): void => {
    onText(`${bytes.toString("latin1", start, bytes[end - 1] === 0x0a ? end - 1 : end)}\n`);
  };
  return {
    read: (buffer, start, end) => {
      lines(buffer, start, end);
      reader.read(buffer, start, end);
    },
    skipped: (head) => {
      lines(head, 0, head.length);
      reader.skipped(head);
    },
    save: () => reader.save(),
    handOn: () => reader.handOn(),
  };
}

function isRegular(file: string): boolean {
  try {
    return file !== "-" && statSync(file).isFile();
  } catch {
    // Reading it will report the failure.
    return false;
  }
}
