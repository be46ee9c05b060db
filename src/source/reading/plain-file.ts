import { readSync } from "node:fs";
import { faultPoint } from "../../fault-points.ts";
import {
  fingerprintBefore,
  fingerprintFrom,
  headOfFile,
  type Identity,
  identityBytes,
  matchesIdentity,
  matchesFingerprint,
  stretchOf,
  tailOfFile,
} from "../identity/fingerprint.ts";
import { extendChecksums } from "../identity/prefix-checksums.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import { recallPieces } from "./recall-pieces.ts";
import { byteOrderMark, handLines, headOf, newlineFrom, skipNuls, unreadable } from "./split-lines.ts";

/** Result of a read. */
export type ReadOutcome =
  /** The buffer was filled: there may be more. */
  | "more"
  /** As `more`, and nothing but NUL bytes was there. */
  | "hole"
  /** The end of the file was reached. */
  | "end"
  /** The bytes before the offset are not the ones that were read: the file was truncated or rewritten. */
  | "rewritten";

/** Bytes of NUL in a buffer from which on they are a hole. */
const leastHole = 512 * 1024;

/** Required size of `readPlain`'s buffer for lines of this length. */
export function bufferBytes(maxLineBytes: number): number {
  return Math.max(1024 * 1024, maxLineBytes + 64 * 1024);
}

/**
 * Reads on in a file, as much as the buffer takes, and hands its whole lines to the reader. Offset, fingerprints and
 * counts have moved together when this returns. What is no whole line yet is read again when more has come, so that no
 * file keeps bytes in memory. Throws what the system says.
 */
export function readPlain(file: TrackedFile, fd: number, buffer: Buffer): ReadOutcome {
  const at = file.position.scanned;
  // The bytes before the offset are read again each time: they tell whether the file is still the one it was.
  const known = at === file.position.offset ? file.position.tail.bytes : 0;
  const position = at - known;
  const end = readSync(fd, buffer, 0, buffer.length, position);
  if (!isStill(file, fd, buffer.subarray(0, end), known)) return "rewritten";
  recallPieces(file, file.reader, fd);
  if (end > known) faultPoint("read");

  let start = at === 0 ? startOfText(file, buffer, end) : known;
  if (start === undefined) return "end";
  if (at > file.position.begin) {
    const newline = newlineFrom(buffer, start, end);
    if (newline < 0) {
      file.position.waitForLine(file.position.begin, position + end);
      return outcomeOf(buffer, start, end);
    }
    file.reader.skipped(headAt(fd, file.position.begin, file.position.scanned));
    start = newline + 1;
  }
  const stop = handLines(file.reader, buffer, start, end, position + start);
  if (stop > known) {
    faultPoint("counted");
    moveOn(file, fd, buffer, stop, position);
    faultPoint("moved");
  }
  keepPlace(file, buffer, stop, end, position);
  return outcomeOf(buffer, stop, end);
}

/** Result of a read by the bytes that it left over. */
function outcomeOf(buffer: Buffer, start: number, end: number): ReadOutcome {
  if (end < buffer.length) return "end";
  const isHole = end - start >= leastHole && buffer[end - 1] === 0 && skipNuls(buffer, start, end) === end;
  return isHole ? "hole" : "more";
}

/** Tells whether the file is the one read so far; `known` bytes of the buffer are those before the offset. */
function isStill(file: TrackedFile, fd: number, buffer: Buffer, known: number): boolean {
  if (file.position.scanned === 0)
    return matchesFingerprint(file.position.head, buffer.subarray(0, file.position.head.bytes));
  return file.position.scanned === file.position.offset
    ? matchesFingerprint(file.position.tail, buffer.subarray(0, known))
    : matchesIdentity(fd, file.position);
}

/** Start of the text after a byte order mark; undefined for an unsupported encoding. */
function startOfText(file: TrackedFile, buffer: Buffer, end: number): number | undefined {
  const mark = byteOrderMark(buffer.subarray(0, end));
  if (mark === undefined) return 0;
  if (mark.encoding === "UTF-8") return mark.bytes;
  file.stats.meet({ code: "ENCODING", text: unreadable(mark.encoding) });
  return undefined;
}

function headAt(fd: number, begin: number, end: number): Buffer {
  const head = Buffer.alloc(Math.min(identityBytes, end - begin));
  return headOf(head, 0, readSync(fd, head, 0, head.length, begin));
}

/** Advances the position past the lines up to `stop`. */
function moveOn(file: TrackedFile, fd: number, buffer: Buffer, stop: number, position: number): void {
  const offset = position + stop;
  const { head } = file.position;
  const isHeadFull = head.bytes === identityBytes || head.bytes >= offset;
  moveTo(file, {
    offset,
    head: isHeadFull ? head : position === 0 ? fingerprintFrom(buffer, 0, stop) : headOfFile(fd, offset),
    tail: fingerprintBefore(buffer, 0, stop),
    checksums: extendChecksums(file.position.checksums, offset, (from, length) => {
      if (from < position) return stretchOf(fd, from, length);
      return buffer.subarray(from - position, from - position + length);
    }),
  });
}

function moveTo(file: TrackedFile, identity: Identity): void {
  file.stats.add(identity.offset - file.position.offset);
  file.position.moveTo(identity);
}

/** Remembers where the line begins that is not whole yet; past NUL bytes, or passing over it, once it outgrows a line. */
function keepPlace(file: TrackedFile, buffer: Buffer, stop: number, end: number, position: number): void {
  const longest = file.source.maxLineBytes + 1;
  const from = end - stop > longest ? skipNuls(buffer, stop, end) : stop;
  file.position.waitForLine(position + from, end - from > longest ? position + end : position + from);
}

/** Hands on what stands after the last newline of a file that is over, as its last line. */
export function readLastPart(file: TrackedFile, fd: number): void {
  if (file.stats.problem !== undefined) return;
  if (file.position.scanned > file.position.begin) {
    file.reader.skipped(headAt(fd, file.position.begin, file.position.scanned));
    consumed(file, fd, file.position.scanned);
    return;
  }
  const buffer = Buffer.allocUnsafe(file.source.maxLineBytes + 1);
  const end = readSync(fd, buffer, 0, buffer.length, file.position.begin);
  const start = skipNuls(buffer, 0, end);
  if (start === end) return;
  file.reader.read(buffer, start, end, file.position.begin + start);
  consumed(file, fd, file.position.begin + end);
}

function consumed(file: TrackedFile, fd: number, offset: number): void {
  const { head, checksums } = file.position;
  moveTo(file, {
    offset,
    head: head.bytes < identityBytes ? headOfFile(fd, offset) : head,
    tail: tailOfFile(fd, offset),
    checksums: extendChecksums(checksums, offset, (from, length) => stretchOf(fd, from, length)),
  });
}
