import { fstatSync, type BigIntStats } from "node:fs";
import { basename, dirname } from "node:path";
import { faultPoint } from "../fault-points.ts";
import { errorCode } from "../problem.ts";
import { readArchive } from "./archive.ts";
import { continues, findCopy, isSameArchive, originalOf } from "./copies.ts";
import { baseOf, discover, lookAt, realPathOf, type Found } from "./discover.ts";
import { FileSet } from "./file-set.ts";
import type { FollowedFile } from "./followed-file.ts";
import { inodeOf } from "./identity.ts";
import { Lifecycle, type Shared } from "./lifecycle.ts";
import { readSome } from "./read-file.ts";
import { byAge, filesBetween, findInode, type Relative } from "./relatives.ts";
import { resumeFiles, type Resumed } from "./resume.ts";
import { familyOf } from "./rotation-names.ts";
import type { FileStatus, SourceCounts, SourceOptions } from "./source.ts";
import { Troubles } from "./troubles.ts";

/** A compressed file that has changed within this time (ms) may still be written. */
const youngMs = 60_000;

/** The files of one source: which there are, what became of them, and how far each is read. */
export class SourceFiles {
  readonly source: SourceOptions;
  readonly #shared: Shared;
  readonly #files = new FileSet();
  readonly #lives: Lifecycle;
  readonly #troubles: Troubles;
  /** Files of which only what comes is wanted, but that could not be read yet. */
  readonly #fromEnd = new Set<string>();
  #rotations = 0;
  #truncations = 0;

  constructor(source: SourceOptions, shared: Shared) {
    this.source = source;
    this.#shared = shared;
    this.#lives = new Lifecycle(source, shared, this.#files);
    this.#troubles = new Troubles(shared.log);
  }

  /** Goes on where an earlier process was. */
  resume(saved: readonly Resumed[]): void {
    const { rotations, truncations } = resumeFiles(saved, this.#shared, this.#files, this.#lives);
    this.#rotations += rotations;
    this.#truncations += truncations;
  }

  /** Looks for files that are not known yet; with `fromEnd`, what they hold so far is not wanted. */
  async discover(fromEnd: boolean): Promise<void> {
    const { found, refused } = await discover(this.source);
    if (this.#shared.isClosed()) return;
    this.#troubles.refuse(refused);
    const newest = new Map<string, FollowedFile>();
    for (const { path, stat } of found.toSorted(byAge)) {
      if (this.#files.live.get(path)?.inode === inodeOf(stat)) continue;
      // Time has passed since the search looked at it.
      const seen = lookAt(path);
      const file = seen !== undefined && "stat" in seen ? this.#adopt(seen, fromEnd) : undefined;
      if (file === undefined) continue;
      const family = `${dirname(file.realPath)}/${familyOf(basename(file.realPath))}`;
      file.after ??= newest.get(family);
      newest.set(family, file);
    }
    for (const { id } of this.#files.forget(this.#shared.clock())) this.#shared.ledger.removed(id);
  }

  /** Looks at every file that is known: has it grown, was it truncated, replaced, renamed, deleted? */
  look(): void {
    for (const file of [...this.#files.live.values()]) this.#lookAtLive(file);
    for (const file of [...this.#files.rotated]) this.#lookAtRotated(file);
    for (const file of [...this.#files.archives]) this.#lookAtArchive(file);
  }

  /** Reads once from a file; whether there may be more. */
  read(file: FollowedFile, buffer: Buffer): boolean {
    const before = file.offset;
    try {
      const fd = this.#descriptor(file);
      if (fd === undefined) return false;
      if (file.problem?.code !== "ENCODING") file.problem = undefined;
      const outcome = readSome(file, fd, buffer);
      if (file.offset > before) this.#progressed(file);
      if (file.problem !== undefined) this.#troubles.report(file, file.problem.code, file.problem.text);
      if (outcome === "rewritten") this.#truncated(file);
      return outcome !== "end";
    } catch (error) {
      this.#troubles.failed(file, error);
      return false;
    }
  }

  /** Reads a compressed file to its end. */
  async readArchive(file: FollowedFile): Promise<void> {
    file.problem = undefined;
    try {
      const outcome = await readArchive(file, this.#shared.isClosed, () => {
        this.#progressed(file);
      });
      if (outcome !== "other") return;
      this.#shared.log.info({ file: file.realPath }, "the compressed file is not the one that was read before");
      this.#lives.drop(file);
    } catch (error) {
      if (this.#shared.isClosed()) return;
      // It is cut short: as long as it is young, it is being written.
      const young = Date.now() - Number(file.modified / 1_000_000n) < youngMs;
      if (errorCode(error) !== "Z_BUF_ERROR" || !young) this.#troubles.failed(file, error);
    }
  }

  /** Where the files are, and where some may appear. */
  directories(): Set<string> {
    const directories = new Set(this.source.files.map((path) => baseOf(path)));
    for (const file of this.#files.live.values()) {
      directories.add(dirname(file.path));
      directories.add(dirname(file.realPath));
    }
    return directories;
  }

  status(): FileStatus[] {
    const { live, rotated, archives } = this.#files;
    return [
      ...[...live.values(), ...rotated, ...archives].map((file) => file.status()),
      ...this.#troubles.status(this.source.name),
    ];
  }

  counts(): SourceCounts {
    const { live, rotated, archives } = this.#files;
    return {
      source: this.source.name,
      followed: live.size + rotated.size + archives.size,
      rotations: this.#rotations,
      truncations: this.#truncations,
      readErrors: this.#troubles.counts,
    };
  }

  /** Follows what is at a path from now on; undefined when it is known already, or no file of its own. */
  #adopt(seen: Found, fromEnd: boolean): FollowedFile | undefined {
    const { path, stat } = seen;
    const inode = inodeOf(stat);
    const known = this.#files.withInode(inode);
    if (known !== undefined && known.state !== "rotated" && known.path === path) return undefined;
    if (known !== undefined) {
      if (this.#isStill(known, path)) {
        this.#moved(known, seen);
        return undefined;
      }
      this.#lives.letGo(known);
    }
    const there = this.#files.live.get(path);
    if (there !== undefined) this.#displace(there);
    const ended = this.#files.ended.get(inode);
    if (ended !== undefined) {
      if (this.#isStill(ended, path)) return this.#lives.wake(ended, seen);
      this.#lives.drop(ended);
    }
    const last = this.#files.lastAt.get(path);
    const original = originalOf(seen, this.#othersThan(last));
    if (original !== undefined) {
      // As long as the original is followed, it is the one that counts.
      if (original.state !== "ended") return undefined;
      return this.#lives.takeOver(seen, original, original.reader.save(), "live");
    }
    if (last === undefined) return this.#begin(seen, "live", fromEnd, undefined);
    const previous = this.#fillGap(last, path);
    // What filled the gap may be this very file, under a name that has changed since.
    return this.#files.isKnown(inode) ? undefined : this.#begin(seen, "live", false, previous);
  }

  *#othersThan(last: Relative | undefined): Iterable<FollowedFile> {
    for (const file of this.#files.all()) if (file !== last) yield file;
  }

  #begin(
    seen: Found,
    place: "live" | "rotated",
    fromEnd: boolean,
    after: FollowedFile | undefined,
  ): FollowedFile | undefined {
    try {
      const file = this.#lives.begin(seen, place, fromEnd || this.#fromEnd.has(seen.path));
      file.after = after;
      this.#fromEnd.delete(seen.path);
      return file;
    } catch (error) {
      if (fromEnd) this.#fromEnd.add(seen.path);
      this.#troubles.unreadable(seen.path, error);
      return undefined;
    }
  }

  /** Whether the file under a path is a known one, whose inode it has: inodes are used again once a file is gone. */
  #isStill(file: FollowedFile, path: string): boolean {
    if (file.state === "archive" || file.done) return isSameArchive(path, file);
    return this.#shared.descriptors.of(file) !== undefined || continues(path, file);
  }

  /** A file that is known was found under another path: it was renamed, or the path is a second name of it. */
  #moved(file: FollowedFile, { path }: Found): void {
    if (file.state === "archive") {
      file.realPath = path;
      return;
    }
    if (file.state === "live") {
      const seen = lookAt(file.path);
      if (seen !== undefined && "stat" in seen && inodeOf(seen.stat) === file.inode) return;
      this.#rotations++;
      this.#files.lastAt.set(file.path, file);
    }
    const there = this.#files.live.get(path);
    if (there !== undefined && there !== file) this.#displace(there);
    const left = file.state === "live" ? file.path : undefined;
    this.#lives.place(file, path);
    const next = left === undefined ? undefined : lookAt(left);
    if (next !== undefined && "stat" in next) this.#adopt(next, false);
  }

  #lookAtLive(file: FollowedFile): void {
    const seen = lookAt(file.path);
    if (seen === undefined) this.#displace(file);
    else if (!("stat" in seen)) {
      if (seen.code === "kind" || seen.code === "EISDIR") this.#displace(file);
      else if (performance.now() > file.retryAt) this.#troubles.report(file, seen.code, seen.problem);
    } else if (inodeOf(seen.stat) !== file.inode) {
      this.#displace(file);
      this.#adopt(seen, false);
    } else this.#measure(file, seen.stat);
  }

  #lookAtRotated(file: FollowedFile): void {
    const { deletedMs, rotatedMs, ready, descriptors, log } = this.#shared;
    const fd = descriptors.of(file);
    const stat = fd === undefined ? this.#find(file) : fstatSync(fd, { bigint: true });
    file.deleted = stat === undefined || stat.nlink === 0n;
    if (stat !== undefined) this.#measure(file, stat);
    else if (file.size > file.offset) {
      log.warn(
        { file: file.path, offset: file.offset, size: file.size },
        "the file is gone before it was read to its end",
      );
    }
    const quiet = performance.now() - file.restless;
    if (stat !== undefined && (ready.has(file) || quiet <= (file.deleted ? deletedMs : rotatedMs))) return;
    this.#lives.letGo(file);
    // A copy that was made before it was deleted may hold what was written after the last read.
    if (file.deleted) this.#followCopy(file);
  }

  /** Where a file is that is not open: under the name it had last, or another one in the same directory. */
  #find(file: FollowedFile): BigIntStats | undefined {
    const there = lookAt(file.realPath);
    if (there !== undefined && "stat" in there && inodeOf(there.stat) === file.inode) return there.stat;
    const renamed = findInode(dirname(file.realPath), file.inode, basename(file.realPath));
    if (renamed !== undefined) file.realPath = renamed.path;
    return renamed?.stat;
  }

  #lookAtArchive(file: FollowedFile): void {
    const stat = this.#find(file);
    if (stat === undefined) this.#lives.letGo(file);
    else if (!file.done) this.#measure(file, stat);
  }

  #measure(file: FollowedFile, stat: BigIntStats): void {
    const size = Number(stat.size);
    const passes = file.problem !== undefined && file.problem.code !== "ENCODING" && file.state !== "archive";
    const retry = passes && performance.now() > file.retryAt;
    if (size === file.size && stat.mtimeNs === file.modified && !retry) return;
    if (size > file.size) file.restless = performance.now();
    file.size = size;
    file.modified = stat.mtimeNs;
    if (size < file.offset && file.state !== "archive") this.#truncated(file);
    this.#lives.awaken(file);
  }

  /** The file has left its path. Whoever has it open may go on writing to it. */
  #displace(file: FollowedFile): void {
    this.#rotations++;
    this.#files.lastAt.set(file.path, file);
    this.#lives.place(file, undefined);
    const fd = this.#shared.descriptors.of(file);
    const stat = fd === undefined ? undefined : fstatSync(fd, { bigint: true });
    file.deleted = stat?.nlink === 0n;
    if (stat !== undefined) this.#measure(file, stat);
    if (!file.deleted) this.#find(file);
    faultPoint("displaced");
  }

  /** Follows the files that were at a path after `last` and are gone from it; returns what is to be read before the next. */
  #fillGap(last: Relative, path: string): FollowedFile | undefined {
    let previous = this.#files.withInode(last.inode);
    for (const missed of filesBetween(last, realPathOf(path), this.#files.isKnown)) {
      this.#rotations++;
      const original = originalOf(missed, this.#files.all());
      if (original === undefined) previous = this.#begin(missed, "rotated", false, previous) ?? previous;
    }
    return previous;
  }

  #truncated(file: FollowedFile): void {
    this.#truncations++;
    faultPoint("truncated");
    this.#shared.log.info({ file: file.path, offset: file.offset, size: file.size }, "the file was truncated");
    const copy = this.#followCopy(file);
    this.#lives.restart(file);
    file.after = copy;
  }

  /** Goes on in a copy of a file that is no longer what it was. */
  #followCopy(file: FollowedFile): FollowedFile | undefined {
    const copy = findCopy(file, this.#files.isKnown);
    if (copy === undefined) return undefined;
    this.#shared.log.info({ file: file.path, copy: copy.path, offset: file.offset }, "going on in a copy of the file");
    return this.#lives.takeOver(copy, file, file.reader.save(), "rotated");
  }

  #progressed(file: FollowedFile): void {
    file.lastReadSeconds = this.#shared.clock() / 1000;
    file.restless = performance.now();
    if (file.state !== "archive") file.size = Math.max(file.size, file.offset);
    this.#shared.ledger.changed(file);
  }

  /** The open file; undefined when another one has taken its place. */
  #descriptor(file: FollowedFile): number | undefined {
    const { descriptors } = this.#shared;
    const open = descriptors.of(file) !== undefined;
    const fd = descriptors.get(file, file.state === "live" ? file.path : file.realPath);
    if (open || inodeOf(fstatSync(fd, { bigint: true })) === file.inode) return fd;
    descriptors.close(file);
    return undefined;
  }
}
