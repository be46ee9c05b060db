import type { BigIntStats } from "node:fs";
import type { Plain } from "../../plain.ts";
import { type Fingerprint, type Identity, noFingerprint } from "../identity/fingerprint.ts";
import type { Copy } from "../identity/match.ts";
import { type PrefixChecksums, saveChecksums } from "../identity/prefix-checksums.ts";
import { isWhole, savedWord, stateOf, type FileState } from "./state.ts";
import type { FileStatus, LineReader, SourceOptions } from "../source.ts";
import { saveCopy, type FileRecord } from "./record.ts";

/** A file that is followed: who it is, how far it is read, and the reader that takes its lines. */
export class TrackedFile implements Identity {
  /** Names its entry in the store. */
  readonly id: number;
  readonly source: SourceOptions;
  /** The path that the config finds it under, or found it under. */
  path: string;
  /** Where it is, symbolic links resolved, as far as is known. */
  realPath: string;
  /** Empty when it is not known which file holds it now. */
  inode: string;
  /** Changed by transitions alone. */
  state: FileState = { kind: "live" };
  /** Files that hold the same, or the beginning of it, by inode. */
  readonly copies = new Map<string, Copy>();
  /** Inodes that begin like it, but were found to be other files. */
  readonly refuted = new Set<string>();
  reader: LineReader;

  /** After the last newline that was consumed: what is committed. */
  offset = 0;
  /** Where the line begins that waits for its newline: past `offset` only by NUL bytes. */
  begin = 0;
  /** Up to where there is no newline: past `begin` only while a line that is too long is passed over. */
  scanned = 0;
  head: Fingerprint = noFingerprint;
  tail: Fingerprint = noFingerprint;
  checksums: PrefixChecksums = [];

  /** How its inode looked when it was last seen to hold what this file is; undefined: not since this process began. */
  verifiedStat: { readonly size: bigint; readonly mtimeNs: bigint } | undefined;
  /** As of the last look. */
  size = 0;
  modified = 0n;
  /** `modified` as of the last read that gave lines. */
  readModified = 0n;
  /** No path leads to it any more. */
  deleted = false;
  /** Of an archive: how many of its bytes, compressed as they are, were read this time. */
  unpacked = 0;
  /** When it last grew or was moved, by the monotonic clock (ms). */
  lastActive = 0;
  /** The files of a log are read in this order. */
  order = 0;
  /** What must be read first, so that lines come in the order in which they were written. */
  after: TrackedFile | undefined;
  /** Since when there is something that was not looked at (by the monotonic clock, ms), or undefined. */
  behindSince: number | undefined;
  readBytes = 0;
  lastReadSeconds = 0;
  /** What keeps it from being read, with the system's error code or `ENCODING`. */
  problem: { readonly code: string; readonly text: string } | undefined;

  /** When to try again after a problem, by the monotonic clock (ms). */
  retryAt = 0;
  /** The codes of problems that were said in the log. */
  readonly reported = new Set<string>();

  constructor(id: number, source: SourceOptions, path: string, inode: string, open: (file: TrackedFile) => LineReader) {
    this.id = id;
    this.source = source;
    this.path = path;
    this.realPath = path;
    this.inode = inode;
    this.reader = open(this);
  }

  /** Its inode was seen to hold what this file is. */
  verify({ size, mtimeNs }: { readonly size: bigint; readonly mtimeNs: bigint }): void {
    this.verifiedStat = { size, mtimeNs };
  }

  /** Goes on at an offset. */
  seek(offset: number): void {
    this.offset = offset;
    this.begin = offset;
    this.scanned = offset;
  }

  /** Goes on as far as another file, or this one in an earlier process, was read. */
  continueFrom(identity: Identity): void {
    this.seek(identity.offset);
    this.head = identity.head;
    this.tail = identity.tail;
    this.checksums = identity.checksums;
  }

  /** Takes back what `save` wrote. */
  restore(saved: FileRecord): void {
    this.continueFrom(saved);
    this.lastActive = performance.now();
    this.state = stateOf(saved);
    this.realPath = saved.realPath;
    this.modified = saved.modified;
    this.readModified = saved.modified;
    this.order = saved.order;
    this.size = saved.size;
    for (const [inode, copy] of saved.copies) this.copies.set(inode, copy);
  }

  save(): Plain {
    const reader = this.reader.save();
    const { state } = this;
    const isDone = isWhole(state);
    return {
      path: this.path,
      realPath: this.realPath,
      inode: this.inode,
      state: savedWord(state),
      order: this.order,
      offset: this.offset,
      head: [this.head.bytes, this.head.hash],
      tail: [this.tail.bytes, this.tail.hash],
      ...(this.checksums.length === 0 ? {} : { milestones: saveChecksums(this.checksums) }),
      modified: String(this.readModified),
      ...(isDone ? { done: true } : {}),
      ...(isDone || this.#isBehind() ? { size: this.size } : {}),
      ...(state.kind === "retired" && state.ending === "incomplete" ? { incomplete: true } : {}),
      ...(this.copies.size === 0 ? {} : { copies: [...this.copies].map(([inode, copy]) => saveCopy(inode, copy)) }),
      ...(state.kind === "retired" ? { endedAt: state.at } : {}),
      ...(reader === undefined ? {} : { reader }),
    };
  }

  status(): FileStatus {
    const { kind } = this.state;
    return {
      source: this.source.name,
      path: kind === "live" ? this.path : this.realPath,
      lagBytes: Math.max(0, kind === "archive" ? this.#packedLeft() : this.size - this.offset),
      readBytes: this.readBytes,
      lastReadSeconds: this.lastReadSeconds,
      lagSeconds: this.behindSince === undefined ? 0 : (performance.now() - this.behindSince) / 1000,
      state: this.problem === undefined ? shownWord(kind) : "refused",
      problem: this.problem?.text,
    };
  }

  /** Should it be gone when it is looked for again, this is how it is known that something was left. */
  #isBehind(): boolean {
    return this.state.kind !== "archive" && this.size > this.offset;
  }

  /** What is damaged does not wait: it will never be read. */
  #packedLeft(): number {
    return isWhole(this.state) || this.problem?.code.startsWith("Z_") === true ? 0 : this.size - this.unpacked;
  }
}

/** Whether an inode has the size and the time that it had when it was last seen to hold the file. */
export function isUnchanged(
  { verifiedStat, head, state }: TrackedFile,
  { size, mtimeNs }: Pick<BigIntStats, "size" | "mtimeNs">,
): boolean {
  // Of what nothing was seen, nothing is proven: empty files are all the same.
  if (verifiedStat === undefined || (head.bytes === 0 && !isWhole(state))) return false;
  return verifiedStat.size === size && verifiedStat.mtimeNs === mtimeNs;
}

function shownWord(kind: FileState["kind"]): FileStatus["state"] {
  return kind === "live" || kind === "archive" ? kind : "rotated";
}
