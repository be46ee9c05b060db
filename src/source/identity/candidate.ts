import { closeSync, fstatSync, readSync, type BigIntStats } from "node:fs";
import { basename } from "node:path";
import { constants as zlib, gunzipSync } from "node:zlib";
import { identityBytes, inodeOf } from "./fingerprint.ts";
import { isYoung } from "./gzip.ts";
import { openResolved } from "./open-resolved.ts";
import { compareDates, compareRotations, compressionOfName, logName, isRotatedName } from "./rotation-names.ts";
import type { Compression } from "./compression.ts";
import { unpackBlocks } from "./zstd.ts";
import { cutShort } from "./zstd-frames.ts";

/** Bytes of a compressed file that are read for its head: enough even for incompressible content. */
const compressedHead = 4 * identityBytes;
/** Bytes of a compressed file that are read to tell it from others with the same head, and what may come out of them. */
const compressedBeginning = 64 * 1024;
const mostUnpacked = 8 * 1024 * 1024;
/** The same of zstd, whose blocks of up to 128 KiB come out whole or not at all; of blocks for the head, more and more. */
const zstdBeginning = 160 * 1024;
const zstdBlocks = 32;
const zstdHeads = [1, 8, 64, 4096];

/** A regular file found under a path. */
export interface Found {
  readonly path: string;
  /** The path with its links resolved. */
  readonly real: string;
  readonly stat: BigIntStats;
}

/** Error of a scan: a name belongs to another file by now, so conclusions from it are void. */
export class FileMoved extends Error {
  constructor(path: string) {
    super(`${path} is another file by now`);
    this.name = "Moved";
  }
}

/** Error of a scan: a compressed file cannot be identified before it is whole, or before another one is read. */
export class NotWholeYet extends Error {
  constructor(path: string) {
    super(`${path} cannot be told from others yet`);
    this.name = "Unfinished";
  }
}

/** Content of an open file, read anew with each call: the file may grow or be truncated at any time. */
export class FileContent {
  readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  stat(): BigIntStats {
    return fstatSync(this.fd, { bigint: true });
  }

  size(): number {
    return Number(this.stat().size);
  }

  /** The bytes at a position, as far as the file has them. */
  stretch(position: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, length === 0 ? 0 : readSync(this.fd, buffer, 0, length, position));
  }

  /** The first bytes, at most `identityBytes`. */
  head(): Buffer {
    return this.stretch(0, identityBytes);
  }
}

/** A file found in a directory, opened on demand. */
export class Candidate {
  readonly path: string;
  /** Where it lies. */
  readonly real: string;
  readonly name: string;
  readonly inode: string;
  /** Undefined for a plain file. */
  readonly compression: Compression | undefined;
  /** Stat at the time of the scan. */
  readonly stat: BigIntStats;
  #content: FileContent | undefined;
  /** What came out of a compressed file first, as long as that is unchanged. */
  #head: { readonly size: bigint; readonly mtimeNs: bigint; readonly bytes: Buffer } | undefined;

  /** `name`: what it is called where it lies, when it was found under another path, through a link. */
  constructor({ path, real, stat }: Found, name = basename(path)) {
    this.path = path;
    this.real = real;
    this.name = name;
    this.stat = stat;
    this.inode = inodeOf(stat);
    this.compression = compressionOfName(name);
  }

  get isCompressed(): boolean {
    return this.compression !== undefined;
  }

  get isOpen(): boolean {
    return this.#content !== undefined;
  }

  /** Opens the file and returns its content. Throws `FileMoved` if another file has its name by now, and system errors. */
  content(): FileContent {
    if (this.#content !== undefined) return this.#content;
    const fd = openResolved(this.real);
    if (fd === undefined) throw new FileMoved(this.path);
    const content = new FileContent(fd);
    if (inodeOf(content.stat()) !== this.inode) {
      closeSync(content.fd);
      throw new FileMoved(this.path);
    }
    this.#content = content;
    return content;
  }

  /** The first bytes, at most `identityBytes`; of a compressed file the first that come out of it. Throws what zlib says. */
  head(): Buffer {
    const content = this.content();
    if (!this.isCompressed) return content.head();
    const { size, mtimeNs } = content.stat();
    const known = this.#head;
    if (known?.size === size && known.mtimeNs === mtimeNs) return known.bytes;
    const unpacked = this.compression === "zstd" ? this.#unpackZstdHead() : this.#unpack(compressedHead);
    const bytes = Buffer.from(unpacked.subarray(0, identityBytes));
    this.#head = { size, mtimeNs, bytes };
    return bytes;
  }

  /** Decompresses the beginning of a compressed file; if that is damaged, no more than its head. Throws zlib errors. */
  beginning(): Buffer {
    try {
      if (this.compression !== "zstd") return this.#unpack(compressedBeginning);
      return unpackBlocks(this.content().stretch(0, zstdBeginning), zstdBlocks, mostUnpacked);
    } catch {
      return this.head();
    }
  }

  #unpackZstdHead(): Buffer {
    let head: Buffer = Buffer.alloc(0);
    const bytes = this.content().stretch(0, zstdBeginning);
    for (const blocks of zstdHeads) {
      head = unpackBlocks(bytes, blocks, mostUnpacked);
      if (head.length >= identityBytes) break;
    }
    // No block is whole, and none will be.
    if (head.length === 0 && bytes.length > 0 && !isYoung(Number(this.stat.mtimeMs))) throw cutShort();
    return head;
  }

  #unpack(bytes: number): Buffer {
    // A file that is being written may end anywhere, even in the middle of what stands before the data.
    const options = { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: mostUnpacked };
    return gunzipSync(this.content().stretch(0, bytes), options);
  }

  /** Returns the open descriptor, which the caller closes from now on. */
  takeDescriptor(): number {
    const { fd } = this.content();
    this.#content = undefined;
    return fd;
  }

  close(): void {
    if (this.#content !== undefined) closeSync(this.#content.fd);
    this.#content = undefined;
  }
}

/** Orders candidates: the longest first, compressed ones last. */
export function longestFirst(a: Candidate, b: Candidate): number {
  return Number(a.isCompressed) - Number(b.isCompressed) || Number(b.stat.size - a.stat.size);
}

/**
 * Orders candidates log by log, the oldest of each first: by the dates in their names, else by the time of the last write,
 * and by name where that is the same. The one that is not rotated away is the newest.
 */
export function byAge(a: Candidate, b: Candidate): number {
  const [one, other] = [logName(a.name), logName(b.name)];
  if (one !== other) return one < other ? -1 : 1;
  if (isRotatedName(a.name) !== isRotatedName(b.name)) return compareRotations(a.name, b.name);
  // What is compressed may have the time at which it was.
  const order = compareDates(a.name, b.name);
  if (order !== 0) return order;
  if (a.stat.mtimeNs !== b.stat.mtimeNs) return a.stat.mtimeNs < b.stat.mtimeNs ? -1 : 1;
  return compareRotations(a.name, b.name);
}
