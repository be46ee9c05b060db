import { fstatSync, type BigIntStats } from "node:fs";
import type { Clock } from "../clock.ts";
import { faultPoint } from "../fault-points.ts";
import type { Log } from "../log.ts";
import type { Plain } from "../plain.ts";
import { continues, isSameArchive } from "./copies.ts";
import type { Descriptors } from "./descriptors.ts";
import { isAt, realPathOf, type Found } from "./discover.ts";
import type { FileSet } from "./file-set.ts";
import { FollowedFile } from "./followed-file.ts";
import { inodeOf, noFingerprint, type Identity } from "./identity.ts";
import type { Ledger } from "./ledger.ts";
import { readLastPart } from "./read-file.ts";
import { isCompressedName } from "./rotation-names.ts";
import type { SavedFile } from "./saved-file.ts";
import type { OpenReader, SourceOptions } from "./source.ts";
import { startAtEnd } from "./start-at-end.ts";

/** What the sources of a tail share. */
export interface Shared {
  readonly open: OpenReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly descriptors: Descriptors<FollowedFile>;
  readonly ledger: Ledger;
  /** Files that may have bytes which were not read yet; compressed ones apart. */
  readonly ready: Set<FollowedFile>;
  readonly archives: Set<FollowedFile>;
  readonly isClosed: () => boolean;
  /** How long a file that left its path is watched after it last grew (ms): one that is deleted, and one that is not. */
  readonly deletedMs: number;
  readonly rotatedMs: number;
}

/** Where a file that is followed is found: under a path of the config, or elsewhere, after it (or its original) was there. */
export type Place = "live" | { readonly rotatedFrom: string };

/** How following a file of one source begins, goes on under another name, and ends. */
export class Lifecycle {
  readonly #source: SourceOptions;
  readonly #shared: Shared;
  readonly #files: FileSet;

  constructor(source: SourceOptions, shared: Shared, files: FileSet) {
    this.#source = source;
    this.#shared = shared;
    this.#files = files;
  }

  /**
   * The file that this one is, whether it is followed or was let go; undefined when it is new. Inodes are used again once
   * a file is gone: whose inode another file has is forgotten.
   */
  readonly known = (seen: Found): FollowedFile | undefined => {
    const inode = inodeOf(seen.stat);
    const followed = this.#files.withInode(inode);
    if (followed !== undefined) {
      // Where it is expected, reading finds out when it is another one; elsewhere it is asked now.
      const isAtItsPath = seen.path === followed.realPath || (followed.state === "live" && seen.path === followed.path);
      if ((isAtItsPath && followed.state !== "archive") || this.#isStill(followed, seen.path)) return followed;
      this.letGo(followed);
    }
    const ended = this.#files.ended.get(inode);
    if (ended === undefined || this.#isStill(ended, seen.path)) return ended;
    this.drop(ended);
    return undefined;
  };

  #isStill(file: FollowedFile, path: string): boolean {
    const isArchive = file.state === "archive" || file.done;
    if (!isArchive && this.#shared.descriptors.of(file) !== undefined) return true;
    if (isArchive ? isSameArchive(path, file) : file.head.bytes > 0 && continues(path, file)) return true;
    // Names move on while they are looked at: what another file holds says nothing about this one.
    return !isAt(path, file.inode);
  }

  /** Follows a file that was never seen; `fromEnd` leaves out what it holds so far. Throws what the system says. */
  begin({ path, stat }: Found, place: Place, fromEnd: boolean): FollowedFile {
    const archive = isCompressedName(path);
    const start = fromEnd && !archive ? startAtEnd(path, this.#source.maxLineBytes) : undefined;
    const file = this.#make(path, inodeOf(stat), undefined, start?.firstLine);
    if (start !== undefined) file.continueFrom(start);
    file.done = archive && fromEnd;
    this.#follow(file, stat, place);
    faultPoint("begun");
    return file;
  }

  /** Follows a copy of a file from where the original was read to, with a reader that goes on as the original's. */
  takeOver({ path, stat }: Found, original: Identity, reader: Plain | undefined, place: Place): FollowedFile {
    const archive = isCompressedName(path);
    const file = this.#make(path, inodeOf(stat), reader);
    const size = Number(stat.size);
    file.continueFrom(
      archive || size >= original.offset ? original : { ...original, offset: size, tail: noFingerprint },
    );
    this.#follow(file, stat, place);
    faultPoint("copied");
    return file;
  }

  /** Follows a file again that was let go, or that an earlier process followed. */
  revive({ path, stat }: Found, id: number, saved: SavedFile, place: Place): FollowedFile {
    const file = this.#make(path, inodeOf(stat), saved.reader, undefined, id);
    file.restore(saved);
    file.realPath = realPathOf(path);
    return this.#follow(file, stat, place);
  }

  /** Follows a file again that was let go and has turned up. */
  wake(file: FollowedFile, { path, stat }: Found): FollowedFile {
    this.#files.remove(file);
    file.reader = this.#shared.open({ source: this.#source.name, path, firstLine: undefined }, file.reader.save());
    file.path = path;
    file.realPath = realPathOf(path);
    file.deleted = false;
    return this.#follow(file, stat, "live");
  }

  /** The file is found under `path` now, or, when that is undefined, under no path of the config. */
  place(file: FollowedFile, path: string | undefined): void {
    this.#files.remove(file);
    file.state = path === undefined ? "rotated" : "live";
    if (path !== undefined) {
      file.path = path;
      file.realPath = realPathOf(path);
    }
    file.restless = performance.now();
    this.#files.add(file);
    this.#shared.ledger.changed(file);
    this.awaken(file);
  }

  /** The open file; undefined when another one has taken its place. */
  descriptor(file: FollowedFile): number | undefined {
    const { descriptors } = this.#shared;
    const open = descriptors.of(file) !== undefined;
    const fd = descriptors.get(file, file.state === "live" ? file.path : file.realPath);
    if (open || inodeOf(fstatSync(fd, { bigint: true })) === file.inode) return fd;
    descriptors.close(file);
    return undefined;
  }

  /** The file may have more to read. */
  awaken(file: FollowedFile): void {
    if (file.state !== "archive") this.#shared.ready.add(file);
    else if (!file.done) this.#shared.archives.add(file);
  }

  /** Remembers a file that an earlier process had followed. */
  remember(id: number, saved: SavedFile): FollowedFile {
    const file = this.#make(saved.path, saved.inode, saved.reader, undefined, id);
    file.restore(saved);
    this.#files.add(file);
    this.#shared.ledger.kept(file);
    return file;
  }

  /** Ends following a file that nobody writes to any more: a last line without newline is all that comes of it. */
  end(file: FollowedFile): void {
    const fd = this.#shared.descriptors.of(file);
    if (fd !== undefined) readLastPart(file, fd);
    this.letGo(file);
  }

  /** Ends following a file, but remembers how far it was read. */
  letGo(file: FollowedFile): void {
    // Of a file of which nothing was read there is nothing to remember, and any other would be taken for it.
    if (file.head.bytes === 0 && !file.done) {
      this.drop(file);
      return;
    }
    this.#forgetWork(file);
    // What a reader holds in memory is not needed to remember where it was.
    const saved = file.reader.save();
    file.reader = { read: () => undefined, skipped: () => undefined, save: () => saved };
    file.state = "ended";
    file.endedAt = this.#shared.clock();
    this.#files.add(file);
    this.#shared.ledger.changed(file);
    faultPoint("ended");
  }

  /** Ends following a file that is another one by now, and forgets it. */
  drop(file: FollowedFile): void {
    this.#forgetWork(file);
    // Whoever still holds it (a look, an archive that is being read) must not go on with it beside its successor.
    file.state = "ended";
    this.#shared.ledger.removed(file.id);
  }

  /** The file begins anew: it was truncated or rewritten. */
  restart(file: FollowedFile): void {
    file.restart(this.#shared.open({ source: this.#source.name, path: file.path, firstLine: undefined }, undefined));
    this.#shared.ledger.changed(file);
    this.#shared.ready.add(file);
  }

  #forgetWork(file: FollowedFile): void {
    this.#shared.descriptors.close(file);
    this.#shared.ready.delete(file);
    this.#shared.archives.delete(file);
    this.#files.remove(file);
  }

  #make(path: string, inode: string, saved: Plain | undefined, firstLine?: Buffer, id?: number): FollowedFile {
    const reader = this.#shared.open({ source: this.#source.name, path, firstLine }, saved);
    const file = new FollowedFile(id ?? this.#shared.ledger.nextId(), this.#source, path, inode, reader);
    file.realPath = realPathOf(path);
    return file;
  }

  #follow(file: FollowedFile, stat: BigIntStats, place: Place): FollowedFile {
    if (place !== "live") file.path = place.rotatedFrom;
    const isLive = place === "live" ? "live" : "rotated";
    file.state = isCompressedName(file.realPath) ? "archive" : isLive;
    file.restless = performance.now();
    file.size = Number(stat.size);
    file.modified = stat.mtimeNs;
    this.#files.add(file);
    this.#shared.ledger.changed(file);
    this.awaken(file);
    return file;
  }
}
