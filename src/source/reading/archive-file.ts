import { closeSync, createReadStream, fstatSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { faultPoint } from "../../fault-points.ts";
import { unpack } from "../identity/compression.ts";
import {
  type Fingerprint,
  fingerprintBefore,
  fingerprintFrom,
  identityBytes,
  inodeOf,
  matchesFingerprint,
  noFingerprint,
} from "../identity/fingerprint.ts";
import { openResolved } from "../identity/open-resolved.ts";
import { compressionOfName } from "../identity/rotation-names.ts";
import { ChecksumStream, checksumsBefore } from "../identity/prefix-checksums.ts";
import type { TrackedFile } from "../tracking/tracked-file.ts";
import { LineStream } from "./line-stream.ts";
import { recallingStream, unplaced } from "./recall-pieces.ts";

/** Result of reading a compressed file. */
export type ArchiveOutcome =
  /** Read to its end. */
  | "whole"
  /** Content before the offset differs from what was read: it is another file. */
  | "other"
  /** Ends before the offset, and matches what was read up to its end. */
  | "shorter"
  /** Reading was called off. */
  | "stopped";

/** Opens a compressed file; undefined when there is none under its name, or another one. Throws what the system says. */
export function openArchive({ realPath, inode }: TrackedFile): number | undefined {
  const fd = openResolved(realPath);
  if (fd === undefined || inodeOf(fstatSync(fd, { bigint: true })) === inode) return fd;
  closeSync(fd);
  return undefined;
}

/** Told of how reading a compressed file goes, and asked whether it is called off. */
export interface ArchiveWatcher {
  readonly isStopped: () => boolean;
  /** Returns what must be over before the position may move, if anything. */
  readonly scan: () => Promise<void> | undefined;
  /** Called once the content before the offset matches what was read. */
  readonly onConfirmed: () => void;
  /** Called after the offset has moved. */
  readonly onProgress: () => void;
}

/**
 * Reads an open compressed file, and closes it, on from its offset, which is one in what comes out of it, and hands its
 * lines on. The offset moves in the same turn in which the reader is called. Throws what the system or zlib says: a
 * file that is cut short (`Z_BUF_ERROR`) can be read on in when more of it is there.
 */
export async function readArchive(
  file: TrackedFile,
  fd: number,
  { isStopped, scan, onConfirmed, onProgress }: ArchiveWatcher,
): Promise<ArchiveOutcome> {
  const start = file.position.offset;
  const expected = file.position.tail;
  const { checksums } = file.position;
  const passing = new ChecksumStream();
  const lines = new LineStream(unplaced(file.reader), file.source.maxLineBytes, start);
  const from = file.reader.recallFrom ?? start;
  const recalling = from < start ? recallingStream(file.reader, file.source.maxLineBytes, false) : undefined;
  const input = createReadStream("", { fd, start: 0, highWaterMark: 256 * 1024 });
  const archive = unpack(compressionOfName(file.realPath) ?? "gzip", input);
  file.stats.unpack(0);
  let position = 0;
  let known: Buffer = Buffer.alloc(0);
  let head: Buffer = Buffer.alloc(0);
  const kept = identityBytes + file.source.maxLineBytes;
  let recent: Buffer = Buffer.alloc(0);
  // What stands before an offset that is not far behind.
  const tailAt = (offset: number): Fingerprint => {
    const end = recent.length - (position - offset);
    return end > 0 ? fingerprintBefore(recent, 0, end) : noFingerprint;
  };
  try {
    for await (const chunk of archive) {
      for (let going = scan(); going !== undefined; going = scan()) await going;
      if (isStopped()) return "stopped";
      if (head.length < identityBytes) head = Buffer.concat([head, chunk.subarray(0, identityBytes - head.length)]);
      const skipped = Math.max(0, Math.min(chunk.length, start - position));
      if (skipped > 0) known = Buffer.from(Buffer.concat([known, chunk.subarray(0, skipped)]).subarray(-identityBytes));
      passing.pass(chunk);
      if (!passing.checksums.every((sum, index) => (checksums[index] ?? sum) === sum)) return "other";
      position += chunk.length;
      recent = Buffer.concat([recent, chunk]).subarray(-kept);
      file.stats.unpack(archive.consumed);
      const firstAt = position - chunk.length;
      if (position > from) recalling?.push(chunk.subarray(Math.max(0, from - firstAt), skipped));
      if (position < start) continue;
      if (!matchesFingerprint(expected, known.subarray(known.length - expected.bytes))) return "other";
      onConfirmed();
      if (file.reader.recallFrom !== undefined) file.reader.recalled?.(recalling?.consumed === start);
      if (skipped < chunk.length) lines.push(chunk.subarray(skipped));
      if (lines.consumed > file.position.offset) {
        file.stats.add(lines.consumed - file.position.offset);
        file.position.moveTo({
          offset: lines.consumed,
          head: fingerprintFrom(head, 0, Math.min(head.length, lines.consumed)),
          tail: tailAt(lines.consumed),
          checksums: checksumsBefore(passing.checksums, lines.consumed),
        });
        onProgress();
        faultPoint("archive");
      }
      await nextTurn();
    }
  } finally {
    input.destroy();
  }
  for (let going = scan(); going !== undefined; going = scan()) await going;
  if (isStopped()) return "stopped";
  if (position < start) return "shorter";
  lines.end();
  const isRead = lines.consumed > start;
  file.position.moveTo({
    offset: lines.consumed,
    head: file.position.head,
    tail: isRead ? tailAt(lines.consumed) : expected,
    checksums: isRead ? passing.checksums : checksums,
  });
  onProgress();
  return "whole";
}
