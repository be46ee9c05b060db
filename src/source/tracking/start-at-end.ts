import type { Candidate, FileContent } from "../identity/candidate.ts";
import {
  fingerprintBefore,
  fingerprintFrom,
  headOfFile,
  type Identity,
  identityBytes,
  noFingerprint,
} from "../identity/fingerprint.ts";
import { extendChecksums } from "../identity/prefix-checksums.ts";

/** Start position for `startAt: "end"`. */
export interface Start extends Identity {
  /** Without its newline; undefined when the file has no whole line yet. */
  readonly firstLine: Buffer | undefined;
}

/**
 * Finds the end of the last whole line, so that the line that is being written counts, once it is whole.
 * Throws what the system says.
 */
export function startAtEnd(content: FileContent, maxLineBytes: number): Start {
  const size = content.size();
  const reach = maxLineBytes + 2 * identityBytes;
  const position = Math.max(0, size - reach);
  const last = content.stretch(position, Math.min(size, reach));
  const stop = last.lastIndexOf("\n") + 1;
  // No newline far and wide: a line that is too long, whose rest is as good as none.
  const offset = stop > 0 || position === 0 ? position + stop : size;
  const tail = fingerprintBefore(last, 0, offset - position);
  const first = content.stretch(0, Math.min(offset, maxLineBytes));
  const newline = first.indexOf("\n");
  const firstLine = newline < 0 ? undefined : first.subarray(0, newline);
  const checksums = extendChecksums([], offset, (from, length) => content.stretch(from, length));
  return { offset, head: headOfFile(content.fd, offset), tail, checksums, firstLine };
}

/** The position behind all that a file holds now, of which nothing is wanted; `head` is its first bytes. Throws what the system says. */
export function pastEnd(candidate: Candidate, head: Buffer): Identity {
  const first = fingerprintFrom(head, 0, head.length);
  // An archive is known by its first bytes alone.
  if (candidate.isCompressed) return { offset: head.length, head: first, tail: noFingerprint, checksums: [] };
  const content = candidate.content();
  const offset = content.size();
  const last = content.stretch(Math.max(0, offset - identityBytes), Math.min(offset, identityBytes));
  const checksums = extendChecksums([], offset, (from, length) => content.stretch(from, length));
  return { offset, head: first, tail: fingerprintBefore(last, 0, last.length), checksums };
}
