import { closeSync, fstatSync, readSync, type BigIntStats } from "node:fs";
import { basename } from "node:path";
import { constants as zlib, gunzipSync } from "node:zlib";
import { identityBytes, inodeOf } from "./fingerprint.ts";
import { openResolved } from "./open-resolved.ts";
import { compareDates, compareRotations, logName, isCompressedName, isRotatedName } from "./rotation-names.ts";

/** Bytes of a compressed file that are read for its head: enough even for incompressible content. */
const compressedHead = 4 * identityBytes;
/** Bytes of a compressed file that are read to tell it from others with the same head. */
const compressedBeginning = 64 * 1024;

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
  readonly isCompressed: boolean;
  /** Stat at the time of the scan. */
  readonly stat: BigIntStats;
  #content: FileContent | undefined;

  /** `name`: what it is called where it lies, when it was found under another path, through a link. */
  constructor({ path, real, stat }: Found, name = basename(path)) {
    this.path = path;
    this.real = real;
    this.name = name;
    this.stat = stat;
    this.inode = inodeOf(stat);
    this.isCompressed = isCompressedName(name);
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
    return this.isCompressed ? this.#unpack(compressedHead).subarray(0, identityBytes) : this.content().head();
  }

  /** Decompresses the beginning of a compressed file; if that is damaged, no more than its head. Throws zlib errors. */
  beginning(): Buffer {
    try {
      return this.#unpack(compressedBeginning);
    } catch {
      return this.head();
    }
  }

  #unpack(bytes: number): Buffer {
    // A file that is being written may end anywhere, even in the middle of what stands before the data.
    return gunzipSync(this.content().stretch(0, bytes), { finishFlush: zlib.Z_SYNC_FLUSH });
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
