import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { makeDecoder } from "../decode/decoder.ts";
import type { EventSink } from "../decode/event.ts";
import { Problem } from "../problem.ts";
import type { LineReader } from "../source/source.ts";
import { readWhole } from "../source/reading/whole-file.ts";

/** A file to read, and the sources with its format: several where each selects other lines. */
export interface ReplayFile {
  readonly file: string;
  readonly sources: readonly string[];
}

/** Limit of events searched for the first time of a file. */
const maxEvents = 1000;
/** Bytes of the heads whose equality triggers a full comparison of two files. */
const headBytes = 1024;

/** Head of a file. */
interface FileHead extends ReplayFile {
  readonly head: string;
  /** The first time of an event (Unix milliseconds); undefined when none is found. */
  readonly time: number | undefined;
  /** Whether it holds no event at all, so that its place does not matter. */
  readonly isIdle: boolean;
}

/** Sorts files by their first events, and rejects duplicate contents, such as a log and its compressed copy. */
export async function sortByTime(
  files: readonly ReplayFile[],
  config: Config,
): Promise<{ files: readonly ReplayFile[]; isOrdered: boolean }> {
  if (files.length < 2) return { files, isOrdered: true };
  const heads: FileHead[] = [];
  for (const file of files) if (isRegular(file.file)) heads.push(await readHead(file, config));
  await rejectCopies(heads, longestLine(config));
  const timed = heads.flatMap(({ file, sources, time, isIdle }) =>
    time === undefined && !isIdle ? [] : [{ file, sources, time: time ?? 0 }],
  );
  // Standard input, pipes and files without times keep the given order.
  if (timed.length < files.length) return { files, isOrdered: false };
  return { files: timed.sort((a, b) => a.time - b.time), isOrdered: true };
}

/** The maximum bytes of a line in any source; the decoder of each applies its own. */
export function longestLine(config: Config): number {
  return Math.max(...config.sources.map(({ decode }) => decode.maxLineBytes));
}

/** Makes one reader of several, each of which gets every line. */
export function together(readers: readonly LineReader[]): LineReader {
  return {
    read: (buffer, start, end) => {
      for (const reader of readers) reader.read(buffer, start, end);
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

async function readHead({ file, sources }: ReplayFile, config: Config): Promise<FileHead> {
  const latest = Date.now() + config.limits.futureToleranceMs;
  let head = "";
  let events = 0;
  let time: number | undefined;
  const sink: EventSink = {
    event: (event) => {
      events++;
      if (event.time <= latest) time ??= event.time;
      return "counted";
    },
    skipped: () => undefined,
    rejected: () => undefined,
  };
  const decoders = config.sources.filter(({ source }) => sources.includes(source.name));
  const readers = decoders.map(({ decode }) => makeDecoder(decode, sink).open({ path: resolve(file) }, undefined));
  const maxLineBytes = Math.max(...decoders.map(({ decode }) => decode.maxLineBytes));
  await readWhole(
    file,
    withBytes(together(readers), (text) => {
      if (head.length < headBytes) head = (head + text).slice(0, headBytes);
    }),
    { maxLineBytes, isEnough: () => head.length === headBytes && (time !== undefined || events > maxEvents) },
  );
  return { file, sources, head, time, isIdle: events === 0 };
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
