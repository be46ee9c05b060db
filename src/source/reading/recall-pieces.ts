import { closeSync, fstatSync, readSync } from "node:fs";
import { inodeOf, matchesIdentity } from "../identity/fingerprint.ts";
import { openResolved } from "../identity/open-resolved.ts";
import { compressionOfName } from "../identity/rotation-names.ts";
import type { LineReader } from "../source.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import { LineStream } from "./line-stream.ts";

/** Farthest that pieces of unfinished lines may lie behind the offset (bytes): beyond, a start would take too long. */
const farthestPieces = 64 * 1024 * 1024;

/** Reads pieces of unfinished lines back that were read before a restart; those without a file are lost. */
export function recallPieces({ position, source }: TrackedFile, reader: LineReader, fd: number | undefined): void {
  if (reader.recallFrom === undefined) return;
  const { maxLineBytes } = source;
  reader.recalled?.(fd !== undefined && isReadBack(fd, reader.recallFrom, position.offset, reader, maxLineBytes));
}

/** Reads pieces back of a file that is not being read, from where it was last. */
export function recallMoved(file: TrackedFile, reader: LineReader): void {
  if (reader.recallFrom === undefined) return;
  const fd = openUnmoved(file);
  try {
    recallPieces(file, reader, fd);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function openUnmoved({ realPath, inode, position }: TrackedFile): number | undefined {
  if (compressionOfName(realPath) !== undefined) return undefined;
  let fd: number | undefined;
  try {
    fd = openResolved(realPath);
    if (fd === undefined) return undefined;
    if (inodeOf(fstatSync(fd, { bigint: true })) === inode && matchesIdentity(fd, position)) return fd;
  } catch {
    // Wherever it is now, it cannot be read.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}

/** Makes a stream of the lines that a reader is to take again; `isPlaced`: where they are now, they can be read once more. */
export function recallingStream(reader: LineReader, maxLineBytes: number, isPlaced: boolean): LineStream {
  const { recallFrom = 0 } = reader;
  // Also what an earlier attempt has left.
  reader.recall?.(Buffer.alloc(0), 0, 0, recallFrom);
  const recall: LineReader["read"] = (buffer, start, end, at = Number.NaN) => {
    reader.recall?.(buffer, start, end, isPlaced ? at : Number.NaN);
  };
  return new LineStream(onlyRead(recall), maxLineBytes, recallFrom);
}

/** Makes a reader whose pieces are kept with what is saved: an archive is not read twice. */
export function unplaced(reader: LineReader): LineReader {
  const read: LineReader["read"] = (buffer, start, end) => {
    reader.read(buffer, start, end);
  };
  const skipped: LineReader["skipped"] = (head) => {
    reader.skipped(head);
  };
  return { ...onlyRead(read), skipped };
}

function onlyRead(read: LineReader["read"]): LineReader {
  const nothing = (): undefined => undefined;
  return { read, skipped: nothing, save: nothing, handOn: nothing };
}

function isReadBack(fd: number, from: number, offset: number, reader: LineReader, maxLineBytes: number): boolean {
  if (offset - from > farthestPieces) return false;
  const lines = recallingStream(reader, maxLineBytes, true);
  for (let at = from; at < offset;) {
    const room = lines.room();
    const bytes = readSync(fd, room, 0, Math.min(room.length, offset - at), at);
    if (bytes === 0) return false;
    lines.filled(bytes);
    at += bytes;
  }
  return lines.consumed === offset;
}
