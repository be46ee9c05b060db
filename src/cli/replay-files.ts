import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { makeDecoder } from "../decode/decoder.ts";
import type { EventSink } from "../decode/event.ts";
import { Problem } from "../problem.ts";
import type { LineReader } from "../source/source.ts";
import { readWhole } from "../source/reading/whole-file.ts";

/** A file to be read, and the source whose format it has. */
export interface ReplayFile {
  readonly file: string;
  readonly source: string;
}

/** Events among which a file's first time is looked for. */
const eventsLookedAt = 1000;
/** So many bytes at the beginning of two files must be the same before all of them are compared. */
const headBytes = 1024;

/** The beginning of a file. */
interface Beginning extends ReplayFile {
  readonly head: string;
  /** The time of its first event that has one (Unix milliseconds); undefined where none is found. */
  readonly time: number | undefined;
  /** Whether it holds no event at all, so that its place does not matter. */
  readonly isIdle: boolean;
}

/** Puts files into the order of their first events, and refuses two of the same content: a log and its compressed copy. */
export async function inOrder(
  files: readonly ReplayFile[],
  config: Config,
): Promise<{ files: readonly ReplayFile[]; isOrdered: boolean }> {
  if (files.length < 2) return { files, isOrdered: true };
  const beginnings: Beginning[] = [];
  for (const file of files) if (isRegular(file.file)) beginnings.push(await beginningOf(file, config));
  await refuseCopies(beginnings, config.limits.maxLineBytes);
  const timed = beginnings.flatMap(({ file, source, time, isIdle }) =>
    time === undefined && !isIdle ? [] : [{ file, source, time: time ?? 0 }],
  );
  // What can be read once only, and what has no times, has its place from the one who names it.
  if (timed.length < files.length) return { files, isOrdered: false };
  return { files: timed.sort((a, b) => a.time - b.time), isOrdered: true };
}

async function beginningOf({ file, source }: ReplayFile, config: Config): Promise<Beginning> {
  const decode = config.sources.find((one) => one.source.name === source)?.decode;
  if (decode === undefined) throw new Error(`no source ${source}`);
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
    rejected: () => undefined,
  };
  const reader = makeDecoder(decode, sink).open({ path: resolve(file) }, undefined);
  const { maxLineBytes } = config.limits;
  await readWhole(
    file,
    withBytes(reader, (text) => {
      if (head.length < headBytes) head = (head + text).slice(0, headBytes);
    }),
    { maxLineBytes, isEnough: () => head.length === headBytes && (time !== undefined || events > eventsLookedAt) },
  );
  return { file, source, head, time, isIdle: events === 0 };
}

async function refuseCopies(files: readonly Beginning[], maxLineBytes: number): Promise<void> {
  const seen = new Map<string, { file: string; hash: string | undefined }[]>();
  for (const { file, head } of files) {
    if (head === "") continue;
    const alike = seen.get(head) ?? [];
    const own = { file, hash: alike.length === 0 ? undefined : await hashOf(file, maxLineBytes) };
    for (const other of alike) {
      other.hash ??= await hashOf(other.file, maxLineBytes);
      if (own.hash === other.hash) {
        const what = `${other.file} and ${file} hold the same lines: each of them would count twice; name one of the two`;
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

/** A reader that also gives the lines as text, a byte a letter; the same however a file is cut into chunks. */
function withBytes(reader: LineReader, take: (text: string) => void): LineReader {
  const lines = (bytes: Buffer, start: number, end: number): void => {
    take(`${bytes.toString("latin1", start, bytes[end - 1] === 0x0a ? end - 1 : end)}\n`);
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
    // Reading it says what is wrong.
    return false;
  }
}
