import { fstatSync, type BigIntStats } from "node:fs";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { errorCode, errorMessage } from "../problem.ts";
import type { Descriptors } from "./descriptors.ts";
import { discover, lookAt, type Found, type Refused } from "./discover.ts";
import { FollowedFile } from "./followed-file.ts";
import { inodeOf, isContinued } from "./identity.ts";
import type { Ledger } from "./ledger.ts";
import { readLastPart, readSome } from "./read-file.ts";
import type { SavedFile } from "./saved-file.ts";
import type { FileStatus, OpenReader, SourceCounts, SourceOptions } from "./source.ts";
import { startAtEnd } from "./start-at-end.ts";

/** What the sources of a tail share. */
export interface Following {
  readonly open: OpenReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly descriptors: Descriptors<FollowedFile>;
  readonly ledger: Ledger;
  /** Files that may have bytes which were not read yet. */
  readonly ready: Set<FollowedFile>;
  /** How long a file that left its path is watched after it last grew (ms): one that is deleted, and one that is not. */
  readonly deletedMs: number;
  readonly rotatedMs: number;
}

/** How long until what could not be opened or read is tried again (ms). */
const retryMs = 1000;

/** The files of one source: which there are, what became of them, and how far each is read. */
export class SourceFiles {
  readonly source: SourceOptions;
  readonly #shared: Following;
  readonly #live = new Map<string, FollowedFile>();
  readonly #rotated = new Set<FollowedFile>();
  readonly #byInode = new Map<string, FollowedFile>();
  #refused = new Map<string, Refused>();
  readonly #readErrors = new Map<string, number>();
  #rotations = 0;
  #truncations = 0;

  constructor(source: SourceOptions, shared: Following) {
    this.source = source;
    this.#shared = shared;
  }

  /** Looks for files that are not known yet. */
  async discover(atStart: boolean): Promise<void> {
    const { found, refused } = await discover(this.source);
    this.#refuse(refused);
    const oldestFirst = found.toSorted((a, b) => Number(a.stat.mtimeNs - b.stat.mtimeNs));
    for (const file of oldestFirst) this.#adopt(file, atStart && this.source.startAt === "end");
  }

  /** Looks at every file that is known: has it grown, was it truncated, replaced, renamed, deleted? */
  look(): void {
    for (const file of [...this.#live.values()]) this.#lookAtLive(file);
    for (const file of [...this.#rotated]) this.#lookAtRotated(file);
  }

  /** Reads once from a file; whether there may be more. */
  read(file: FollowedFile, buffer: Buffer): boolean {
    const before = file.offset;
    try {
      const fd = this.#descriptor(file);
      if (fd === undefined) return false;
      const outcome = readSome(file, fd, buffer);
      if (file.offset > before) this.#progressed(file);
      if (file.problem?.code === "ENCODING") this.#report(file, file.problem.code, file.problem.text);
      else file.problem = undefined;
      if (outcome === "rewritten") this.#truncated(file);
      return outcome !== "end";
    } catch (error) {
      this.#failed(file, error);
      return false;
    }
  }

  /** Goes on where an earlier process was; whether the file was found. */
  resume(id: number, saved: SavedFile): boolean {
    const seen = lookAt(saved.path);
    if (seen === undefined || !("stat" in seen) || inodeOf(seen.stat) !== saved.inode) return false;
    const reader = this.#shared.open(
      { source: this.source.name, path: saved.path, firstLine: undefined },
      saved.reader,
    );
    const file = new FollowedFile(id, this.source, saved.path, saved.inode, reader);
    file.seek(saved.offset);
    file.head = saved.head;
    file.tail = saved.tail;
    this.#follow(file, seen.stat);
    this.#shared.ledger.kept(file);
    return true;
  }

  status(): FileStatus[] {
    const refused = [...this.#refused.values()].map(({ path, problem }): FileStatus => {
      const nothing = { offset: 0, size: 0, readBytes: 0, lastReadSeconds: 0 };
      return { source: this.source.name, path, ...nothing, state: "refused", problem };
    });
    return [...[...this.#live.values(), ...this.#rotated].map((file) => file.status()), ...refused];
  }

  counts(): SourceCounts {
    return {
      source: this.source.name,
      followed: this.#live.size + this.#rotated.size,
      rotations: this.#rotations,
      truncations: this.#truncations,
      readErrors: this.#readErrors,
    };
  }

  #adopt({ path, stat }: Found, fromEnd: boolean): void {
    const inode = inodeOf(stat);
    const known = this.#byInode.get(inode);
    if (known !== undefined) {
      if (known.path !== path || known.state === "rotated") this.#moved(known, path);
      return;
    }
    const there = this.#live.get(path);
    if (there !== undefined) this.#displace(there);
    const { open, ledger } = this.#shared;
    const start = fromEnd ? startAtEnd(path, this.source.maxLineBytes) : undefined;
    const reader = open({ source: this.source.name, path, firstLine: start?.firstLine }, undefined);
    const file = new FollowedFile(ledger.nextId(), this.source, path, inode, reader);
    if (start !== undefined) {
      file.seek(start.offset);
      file.head = start.head;
      file.tail = start.tail;
    }
    file.after = there;
    this.#follow(file, stat);
    ledger.changed(file);
  }

  #follow(file: FollowedFile, stat: BigIntStats): void {
    this.#live.set(file.path, file);
    this.#byInode.set(file.inode, file);
    file.restless = performance.now();
    this.#measure(file, stat);
    this.#shared.ready.add(file);
  }

  /** A file that is known was found under another path: it was renamed, or the path is a second name of it. */
  #moved(file: FollowedFile, path: string): void {
    if (file.state === "live") {
      const seen = lookAt(file.path);
      if (seen !== undefined && "stat" in seen && inodeOf(seen.stat) === file.inode) return;
      this.#live.delete(file.path);
      this.#rotations++;
    }
    this.#rotated.delete(file);
    file.state = "live";
    file.path = path;
    const there = this.#live.get(path);
    if (there !== undefined) this.#displace(there);
    this.#live.set(path, file);
    this.#shared.ledger.changed(file);
    this.#shared.ready.add(file);
  }

  #lookAtLive(file: FollowedFile): void {
    const seen = lookAt(file.path);
    if (seen === undefined) this.#displace(file);
    else if (!("stat" in seen)) {
      if (seen.code === "kind" || seen.code === "EISDIR") this.#displace(file);
      else this.#report(file, seen.code, seen.problem);
    } else if (inodeOf(seen.stat) !== file.inode) {
      this.#displace(file);
      this.#adopt(seen, false);
    } else this.#measure(file, seen.stat);
  }

  #lookAtRotated(file: FollowedFile): void {
    const fd = this.#shared.descriptors.of(file);
    if (fd !== undefined) {
      const stat = fstatSync(fd, { bigint: true });
      file.deleted = stat.nlink === 0n;
      this.#measure(file, stat);
    }
    const { deletedMs, rotatedMs, ready } = this.#shared;
    const quiet = performance.now() - file.restless;
    if (!ready.has(file) && quiet > (file.deleted || fd === undefined ? deletedMs : rotatedMs)) this.#letGo(file);
  }

  #measure(file: FollowedFile, stat: BigIntStats): void {
    const size = Number(stat.size);
    const retry = file.problem !== undefined && file.problem.code !== "ENCODING" && performance.now() > file.retryAt;
    if (size === file.size && stat.mtimeNs === file.modified && !retry) return;
    if (size > file.size) file.restless = performance.now();
    file.size = size;
    file.modified = stat.mtimeNs;
    if (size < file.offset) this.#truncated(file);
    this.#shared.ready.add(file);
  }

  /** The file has left its path. Whoever has it open may go on writing to it. */
  #displace(file: FollowedFile): void {
    this.#rotations++;
    this.#live.delete(file.path);
    this.#rotated.add(file);
    file.state = "rotated";
    file.restless = performance.now();
    this.#shared.ready.add(file);
    this.#shared.ledger.changed(file);
    this.#lookAtRotated(file);
  }

  #letGo(file: FollowedFile): void {
    const { descriptors, ledger } = this.#shared;
    const fd = descriptors.of(file);
    try {
      // Nobody writes to it any more: a last line without newline is all that comes of it.
      if (fd !== undefined) readLastPart(file, fd);
    } catch (error) {
      this.#failed(file, error);
    }
    descriptors.close(file);
    this.#rotated.delete(file);
    this.#byInode.delete(file.inode);
    ledger.removed(file.id);
  }

  #truncated(file: FollowedFile): void {
    this.#truncations++;
    this.#shared.log.info({ file: file.path, offset: file.offset, size: file.size }, "the file was truncated");
    file.restart(this.#shared.open({ source: this.source.name, path: file.path, firstLine: undefined }, undefined));
    this.#shared.ledger.changed(file);
  }

  #progressed(file: FollowedFile): void {
    file.lastReadSeconds = this.#shared.clock() / 1000;
    file.restless = performance.now();
    file.size = Math.max(file.size, file.offset);
    this.#shared.ledger.changed(file);
  }

  /** The open file, or undefined when its path leads to another one by now. */
  #descriptor(file: FollowedFile): number | undefined {
    const { descriptors } = this.#shared;
    const wasOpen = descriptors.of(file) !== undefined;
    const fd = descriptors.get(file, file.path);
    if (wasOpen) return fd;
    if (inodeOf(fstatSync(fd, { bigint: true })) === file.inode && isContinued(fd, file)) return fd;
    descriptors.close(file);
    return undefined;
  }

  #failed(file: FollowedFile, error: unknown): void {
    this.#report(file, errorCode(error) ?? "unknown", errorMessage(error));
  }

  #report(file: FollowedFile, code: string, text: string): void {
    this.#shared.ready.delete(file);
    file.retryAt = performance.now() + retryMs;
    this.#readErrors.set(code, (this.#readErrors.get(code) ?? 0) + 1);
    if (!file.reported.has(code))
      this.#shared.log.warn({ file: file.path, code, problem: text }, "cannot read the file");
    file.reported.add(code);
    file.problem = { code, text };
  }

  #refuse(refused: readonly Refused[]): void {
    const before = this.#refused;
    this.#refused = new Map(refused.map((file) => [file.path, file]));
    for (const { path, code, problem } of refused) {
      if (before.get(path)?.code === code) continue;
      this.#readErrors.set(code, (this.#readErrors.get(code) ?? 0) + 1);
      this.#shared.log.warn({ path, problem }, "cannot follow the path");
    }
  }
}
