import { fstatSync, type BigIntStats } from "node:fs";
import { basename, dirname } from "node:path";
import { faultPoint } from "../fault-points.ts";
import { errorCode } from "../problem.ts";
import { readArchive } from "./archive.ts";
import { baseOf, discover, isAt, lookAt, type Found } from "./discover.ts";
import { FileSet } from "./file-set.ts";
import type { FollowedFile } from "./followed-file.ts";
import { inodeOf, isContinued } from "./identity.ts";
import { Lifecycle, type Shared } from "./lifecycle.ts";
import { readSome } from "./read-file.ts";
import { asOf, byAge } from "./relatives.ts";
import { resumeFiles, type Resumed } from "./resume.ts";
import { familyOf, isMarked } from "./rotation-names.ts";
import type { FileStatus, SourceCounts, SourceOptions } from "./source.ts";
import { Succession, type Moves } from "./succession.ts";
import { Troubles } from "./troubles.ts";
import { openArchive, whereabouts } from "./whereabouts.ts";

/** A compressed file that has changed within this time (ms) may still be written. */
const youngMs = 60_000;

/** The files of one source: which there are, what became of them, and how far each is read. */
export class SourceFiles {
  readonly source: SourceOptions;
  readonly #shared: Shared;
  readonly #files = new FileSet();
  readonly #lives: Lifecycle;
  readonly #troubles: Troubles;
  readonly #succession: Succession;
  #isFirstSearch = true;
  readonly #moves: Moves = { rotations: 0, truncations: 0 };

  constructor(source: SourceOptions, shared: Shared) {
    this.source = source;
    this.#shared = shared;
    this.#lives = new Lifecycle(source, shared, this.#files);
    this.#troubles = new Troubles(shared.log);
    this.#succession = new Succession(shared, this.#files, this.#lives, this.#troubles, this.#moves);
  }

  /** Goes on where an earlier process was. */
  resume(saved: readonly Resumed[]): void {
    resumeFiles(saved, this.#shared, this.#files, this.#lives, this.#moves);
  }

  /** Looks for files that are not known yet; with `fromEnd`, what they hold so far is not wanted. */
  async discover(fromEnd: boolean): Promise<void> {
    const { found, refused } = await discover(this.source);
    if (this.#shared.isClosed()) return;
    this.#troubles.refuse(refused);
    const newest = new Map<string, FollowedFile>();
    const fresh = found.filter(({ path, stat }) => this.#files.live.get(path)?.inode !== inodeOf(stat));
    // Before a copy can be told from a file of its own, it must be known what became of the others.
    if (fresh.some(({ path }) => isMarked(path))) this.#lookClosely();
    for (const { path } of fresh.sort(byAge)) {
      // Time has passed since the search looked at it.
      const seen = lookAt(path);
      const file = seen !== undefined && "stat" in seen ? this.#adopt(seen, fromEnd) : undefined;
      if (file === undefined) continue;
      const family = `${dirname(file.realPath)}/${familyOf(basename(file.realPath))}`;
      file.after ??= newest.get(family);
      newest.set(family, file);
    }
    if (this.#isFirstSearch) this.#leaveOthers(new Set(found.map(({ path }) => path)));
    this.#isFirstSearch = false;
    this.#succession.fillOpenGaps();
    for (const { id } of this.#files.forget(this.#shared.clock())) this.#shared.ledger.removed(id);
  }

  /** An earlier process followed more than the config names by now. */
  #leaveOthers(found: ReadonlySet<string>): void {
    for (const file of [...this.#files.live.values()]) {
      if (!found.has(file.path) && lookAt(file.path) !== undefined) this.#lives.letGo(file);
    }
  }

  /** Looks at every file that is known: has it grown, was it truncated, replaced, renamed, deleted? */
  look(): void {
    for (const file of [...this.#files.followed()]) {
      try {
        if (file.state === "live") this.#lookAtLive(file);
        else if (file.state === "rotated") this.#lookAtRotated(file);
        else if (file.state === "archive") this.#lookAtArchive(file);
      } catch (error) {
        this.#troubles.failed(file, error);
      }
    }
  }

  /** Looks, and asks of what has changed whether it was rewritten, which else is seen when it is read. */
  #lookClosely(): void {
    this.look();
    for (const file of [...this.#shared.ready]) {
      const fd = this.#shared.descriptors.of(file);
      if (file.source === this.source && fd !== undefined && !isContinued(fd, file)) this.#truncated(file);
    }
  }

  /** Reads once from a file; whether there may be more. */
  read(file: FollowedFile, buffer: Buffer): boolean {
    const before = file.offset;
    try {
      const fd = this.#lives.descriptor(file);
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
      const fd = openArchive(file);
      if (fd === undefined) return;
      const isStopped = (): boolean => this.#shared.isClosed() || file.state === "ended";
      const outcome = await readArchive(file, fd, isStopped, () => {
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
    return new Set([...this.source.files.map((path) => baseOf(path)), ...this.#files.directories()]);
  }

  status(): FileStatus[] {
    const followed = [...this.#files.followed()].map((file) => file.status());
    return [...followed, ...this.#troubles.status(this.source.name)];
  }

  counts(): SourceCounts {
    return {
      source: this.source.name,
      followed: [...this.#files.followed()].length,
      rotations: this.#moves.rotations,
      truncations: this.#moves.truncations,
      readErrors: this.#troubles.counts,
    };
  }

  /** Follows what is at a path from now on; undefined when it is known already, or no file of its own. */
  #adopt(seen: Found, fromEnd: boolean): FollowedFile | undefined {
    const { path } = seen;
    const known = this.#lives.known(seen);
    if (known !== undefined && known.state !== "ended") {
      if (known.state === "rotated" || known.path !== path) this.#moved(known, seen);
      return undefined;
    }
    const there = this.#files.live.get(path);
    if (there !== undefined) this.#displace(there);
    if (known !== undefined) return this.#lives.wake(known, seen);
    const last = this.#files.lastAt.get(path);
    const original = this.#succession.originalOf(seen, last);
    // Its name has moved on, and what was compared was another file: the next search finds it under the new one.
    if (!isAt(path, inodeOf(seen.stat))) return undefined;
    if (original !== undefined) {
      // As long as the original is followed, it is the one that counts.
      if (original.state !== "ended") return undefined;
      return this.#lives.takeOver(seen, original, original.reader.save(), "live");
    }
    if (last === undefined) return this.#succession.begin(seen, "live", fromEnd, undefined);
    const previous = this.#succession.fillGap(last, path, this.#files.withInode(last.inode));
    // What filled the gap may be this very file, under a name that has changed since.
    return this.#lives.known(seen) !== undefined ? undefined : this.#succession.begin(seen, "live", false, previous);
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
      this.#moves.rotations++;
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
    if (seen === undefined) {
      this.#displace(file);
      this.#succession.fillGap(file, file.path, file);
    } else if (!("stat" in seen)) {
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
    const stat = fd === undefined ? whereabouts(file) : fstatSync(fd, { bigint: true });
    file.deleted = stat === undefined || stat.nlink === 0n;
    if (stat !== undefined) this.#measure(file, stat);
    else if (file.size > file.offset) {
      log.warn(
        { file: file.path, offset: file.offset, size: file.size },
        "the file is gone before it was read to its end",
      );
    }
    const quiet = performance.now() - file.restless;
    if (quiet <= (file.deleted ? deletedMs : rotatedMs) || (stat !== undefined && ready.has(file))) return;
    this.#lives.end(file);
    // A copy that was made before it was deleted may hold what was written after the last read.
    if (file.deleted) this.#succession.followCopy(file);
  }

  #lookAtArchive(file: FollowedFile): void {
    const stat = whereabouts(file);
    if (stat !== undefined) {
      if (!file.done) this.#measure(file, stat);
      return;
    }
    const { archives, deletedMs } = this.#shared;
    // As long as it is being read it is open.
    if (!archives.has(file) && performance.now() - file.restless > deletedMs) this.#lives.letGo(file);
  }

  #measure(file: FollowedFile, stat: BigIntStats): void {
    const size = Number(stat.size);
    const passes = file.problem !== undefined && file.problem.code !== "ENCODING" && file.state !== "archive";
    const retry = passes && performance.now() > file.retryAt;
    if (size === file.size && stat.mtimeNs === file.modified && !retry) return;
    if (size > file.size) file.restless = performance.now();
    // Nothing was read of it yet, and it was written to: what was written first may be gone, into a copy.
    const mayHaveBeenCopied = size <= file.size || this.#files.lastAt.has(file.path);
    if (file.offset === 0 && file.state !== "archive" && mayHaveBeenCopied) {
      file.after = this.#succession.fillGap(asOf(file, { inode: "" }), file.path, undefined) ?? file.after;
    }
    file.size = size;
    file.modified = stat.mtimeNs;
    if (size < file.offset && file.state !== "archive") this.#truncated(file);
    this.#lives.awaken(file);
  }

  /** The file has left its path. Whoever has it open may go on writing to it. */
  #displace(file: FollowedFile): void {
    this.#moves.rotations++;
    this.#files.lastAt.set(file.path, file);
    this.#lives.place(file, undefined);
    const fd = this.#shared.descriptors.of(file);
    const stat = fd === undefined ? undefined : fstatSync(fd, { bigint: true });
    file.deleted = stat?.nlink === 0n;
    if (stat !== undefined) this.#measure(file, stat);
    // What comes after it can be told from copies of it only when it is known what it holds.
    if (fd !== undefined && !isContinued(fd, file)) this.#truncated(file);
    if (!file.deleted) whereabouts(file);
    faultPoint("displaced");
  }

  #truncated(file: FollowedFile): void {
    this.#moves.truncations++;
    faultPoint("truncated");
    this.#shared.log.info({ file: file.path, offset: file.offset, size: file.size }, "the file was truncated");
    const copy = this.#succession.followCopy(file);
    const last = asOf(file, { modified: file.readModified });
    this.#lives.restart(file);
    // It may have been copied and truncated more than once since the last look.
    file.after = this.#succession.fillGap(last, file.path, copy);
  }

  #progressed(file: FollowedFile): void {
    file.lastReadSeconds = this.#shared.clock() / 1000;
    file.restless = performance.now();
    file.readModified = file.modified;
    if (file.state !== "archive") file.size = Math.max(file.size, file.offset);
    this.#shared.ledger.changed(file);
  }
}
