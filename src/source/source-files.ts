import { fstatSync, type BigIntStats } from "node:fs";
import { errorCode } from "../problem.ts";
import { isYoung, openArchive, readArchive } from "./archive.ts";
import { DeadLinks } from "./dead-links.ts";
import { baseOf, discover, lookAt, namedBy, type Found, type Search } from "./discover.ts";
import { Doubts } from "./doubts.ts";
import { FileSet } from "./file-set.ts";
import type { FollowedFile } from "./followed-file.ts";
import { inodeOf } from "./identity.ts";
import { Lifecycle, type Shared } from "./lifecycle.ts";
import { isAsItWas } from "./locate.ts";
import { readSome } from "./read-file.ts";
import type { Household, Moves, Question } from "./look.ts";
import { ReadingOrder } from "./reading-order.ts";
import { reconcile } from "./reconciler.ts";
import type { SavedFile } from "./saved-file.ts";
import type { FileStatus, SourceCounts, SourceOptions } from "./source.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { Troubles } from "./troubles.ts";

/** The files of one source: which there are, what became of them, and how far each is read. */
export class SourceFiles {
  readonly source: SourceOptions;
  readonly #shared: Shared;
  readonly #files: FileSet;
  readonly #lives: Lifecycle;
  readonly #troubles: Troubles;
  readonly #deadLinks: DeadLinks;
  readonly #moves: Moves = { rotations: 0, truncations: 0 };
  readonly #household: Household;
  readonly #doubts: Doubts;
  readonly #order = new ReadingOrder();
  #isFirstSearch = true;
  #since: Question["since"] = () => 0;

  constructor(source: SourceOptions, shared: Shared) {
    this.source = source;
    this.#shared = shared;
    this.#files = new FileSet((file) => {
      shared.ledger.changed(file);
    });
    this.#lives = new Lifecycle(source, shared, this.#files, this.#order);
    this.#troubles = new Troubles(shared.log);
    this.#deadLinks = new DeadLinks(this.#files);
    this.#doubts = new Doubts(this.#files);
    this.#household = {
      shared,
      files: this.#files,
      lives: this.#lives,
      troubles: this.#troubles,
      moves: this.#moves,
      isNamed: namedBy(source),
      order: this.#order,
      fromEnd: new Set(),
    };
  }

  /** Whether it must look again at once, because names have moved on while it looked. */
  get isInDoubt(): boolean {
    return this.#doubts.areAny;
  }

  /** Goes on where an earlier tail was; takes out of `released`, by number, the files that it left open. */
  resume(saved: readonly (readonly [id: number, file: SavedFile])[], released: Map<number, number>): void {
    // In the order in which they were begun: of two that have had a number, the later one has it.
    for (const [id, file] of saved.toSorted(([one], [other]) => one - other)) {
      this.#lives.resume(id, file, released.get(id));
      released.delete(id);
    }
    this.#order.restore(this.#files.all());
    for (const file of this.#files.followed()) this.#doubts.add(file);
  }

  /** Looks for files that are not known yet, and measures what that takes of the event loop. */
  async discover(own: Stopwatch): Promise<void> {
    const search = await discover(this.source, own);
    if (!this.#shared.isClosed()) own.measure(() => this.#take(search));
  }

  #take({ found, refused, missing }: Search): void {
    this.#troubles.refuse([...refused, ...this.#deadLinks.lasting(missing)]);
    // What comes to a path that was empty meanwhile is new.
    for (const path of this.#household.fromEnd) if (lookAt(path) === undefined) this.#household.fromEnd.delete(path);
    const now = this.#shared.clock();
    const before = this.#isFirstSearch ? this.#shared.ledger.begin(this.source, now) : this.#since;
    this.#since = before;
    for (const seen of found) if (this.#isNews(seen)) this.#doubts.addPath(seen.path);
    for (const { path, realPath } of this.#files.outgrown())
      if (this.#household.isNamed(path)) this.#doubts.addUnknown(realPath);
    this.#doubts.recall();
    if (this.#isFirstSearch) this.#leaveOthers();
    this.#settle();
    // What is found from now on has come since.
    if (this.#isFirstSearch) this.#since = (path) => before(path) ?? now;
    this.#isFirstSearch = false;
    for (const file of this.#files.forget(now)) this.#lives.forget(file);
  }

  /** An earlier process followed more than the config names by now. */
  #leaveOthers(): void {
    for (const file of [...this.#files.live.values()]) {
      if (!this.#household.isNamed(file.path)) this.#lives.letGo(file);
    }
  }

  /** Whether it is not known what is at a path. */
  #isNews({ path, stat }: Found): boolean {
    const inode = inodeOf(stat);
    const file = this.#files.withInode(inode);
    if (file === undefined) return !this.#files.knows({ inode, stat });
    if (file.isLost) return true;
    if (file.state === "live") return file.path !== path && !this.#isSecondName(file, inode);
    if (file.state === "rotated") return true;
    return file.state === "ended" && !isAsItWas(file, stat);
  }

  #isSecondName(file: FollowedFile, inode: string): boolean {
    const seen = lookAt(file.path);
    return seen !== undefined && "stat" in seen && inodeOf(seen.stat) === inode;
  }

  /** Looks at every file that is known: has it grown, was it truncated, replaced, renamed, deleted? */
  look(): void {
    for (const file of [...this.#files.followed()]) {
      try {
        if (file.state === "live") this.#lookAtLive(file);
        else if (file.state === "rotated") this.#lookAtRotated(file);
        else this.#lookAtArchive(file);
      } catch (error) {
        this.#troubles.failed(file, error);
      }
    }
    for (const path of this.#files.changedUndecided()) {
      if (this.#household.isNamed(path)) this.#doubts.addPath(path);
      else this.#doubts.addUnknown(path);
    }
    this.#settle();
  }

  /** Reads once from a file; whether there may be more. */
  read(file: FollowedFile, buffer: Buffer): boolean {
    const before = file.offset;
    try {
      const fd = this.#lives.descriptor(file);
      if (fd === undefined) {
        this.#doubts.add(file);
        return false;
      }
      if (file.problem?.code !== "ENCODING") file.problem = undefined;
      const outcome = readSome(file, fd, buffer);
      if (file.offset > before) {
        if (file.problem?.code === "ENCODING") file.problem = undefined;
        this.#progressed(file);
      }
      if (file.problem !== undefined) this.#troubles.report(file, file.problem.code, file.problem.text);
      if (outcome === "rewritten") this.#doubts.add(file);
      if (outcome === "end") file.behindSince = undefined;
      return outcome === "more";
    } catch (error) {
      if (errorCode(error) === "ENOENT") this.#doubts.add(file);
      else this.#troubles.failed(file, error);
      return false;
    }
  }

  /** Reads a compressed file to its end. */
  async readArchive(file: FollowedFile): Promise<void> {
    file.problem = undefined;
    file.isBeingRead = true;
    try {
      const fd = openArchive(file);
      if (fd === undefined) {
        // Its name has moved on; whatever size it is found with, it is to be read then.
        file.size = -1;
        this.#doubts.add(file);
        return;
      }
      const isStopped = (): boolean => this.#shared.isClosed() || file.state !== "archive";
      const outcome = await readArchive(file, fd, isStopped, () => {
        this.#progressed(file);
      });
      if (outcome === "whole") file.behindSince = undefined;
      if (outcome === "shorter") this.#lives.leaveShort(file);
      if (outcome === "other") {
        this.#shared.log.info({ file: file.realPath }, "the compressed file is not the one that was read before");
        file.refuted.add(file.inode);
        this.#lives.lose(file, "");
      }
      if (outcome === "shorter" || outcome === "other") this.#doubts.add(file);
    } catch (error) {
      if (this.#shared.isClosed()) return;
      file.isTentative = false;
      // It is cut short: as long as it is young, it is being written.
      const young = isYoung(Number(file.modified / 1_000_000n));
      if (errorCode(error) !== "Z_BUF_ERROR" || !young) this.#troubles.failed(file, error);
    } finally {
      file.isBeingRead = false;
    }
  }

  /** Where the files are, and where some may appear. */
  directories(): Set<string> {
    return new Set([...this.source.files.map((path) => baseOf(path)), ...this.#files.directories()]);
  }

  status(): FileStatus[] {
    const followed = [...this.#files.followed()].filter(({ isLost }) => !isLost).map((file) => file.status());
    return [...followed, ...this.#troubles.status(this.source.name)];
  }

  counts(): SourceCounts {
    return {
      source: this.source.name,
      followed: [...this.#files.followed()].filter(({ isLost }) => !isLost).length,
      rotations: this.#moves.rotations,
      truncations: this.#moves.truncations,
      readErrors: this.#troubles.counts,
    };
  }

  #lookAtLive(file: FollowedFile): void {
    const seen = lookAt(file.path);
    if (seen === undefined || ("stat" in seen && inodeOf(seen.stat) !== file.inode)) this.#doubts.add(file);
    else if ("stat" in seen) this.#measure(file, seen.stat);
    else if (seen.code === "kind" || seen.code === "EISDIR") this.#doubts.add(file);
    else if (performance.now() > file.retryAt) this.#troubles.report(file, seen.code, seen.problem);
  }

  #lookAtRotated(file: FollowedFile): void {
    const { deletedMs, rotatedMs, ready, descriptors } = this.#shared;
    if (file.isLost) {
      this.#doubts.keep(file);
      return;
    }
    const fd = descriptors.of(file);
    const seen = fd === undefined ? lookAt(file.realPath) : { stat: fstatSync(fd, { bigint: true }) };
    if (seen === undefined || !("stat" in seen) || inodeOf(seen.stat) !== file.inode) {
      this.#doubts.add(file);
      return;
    }
    file.deleted = seen.stat.nlink === 0n;
    this.#measure(file, seen.stat);
    const quiet = performance.now() - file.restless;
    const isOver = quiet > (file.deleted ? deletedMs : rotatedMs) && !ready.has(file);
    if (isOver && performance.now() > file.retryAt) this.#lives.end(file);
  }

  #lookAtArchive(file: FollowedFile): void {
    const seen = lookAt(file.realPath);
    if (seen !== undefined && "stat" in seen && inodeOf(seen.stat) === file.inode) {
      // It may go on in a further member. Of one of which nothing was wanted, nothing is.
      const isRead = file.done && file.offset > 0;
      const isChanged = Number(seen.stat.size) !== file.size || seen.stat.mtimeNs !== file.modified;
      if (isRead && isChanged) file.done = false;
      if (!file.done) this.#measure(file, seen.stat);
      return;
    }
    // As long as it is being read it is open.
    if (!file.isBeingRead) this.#doubts.add(file);
  }

  #measure(file: FollowedFile, stat: BigIntStats): void {
    const size = Number(stat.size);
    // What the file holds will not be better for being read again.
    const isOfContent = file.problem?.code === "ENCODING" || file.problem?.code.startsWith("Z_") === true;
    const retry = file.problem !== undefined && !isOfContent && performance.now() > file.retryAt;
    if (size === file.size && stat.mtimeNs === file.modified && !retry) return;
    if (size > file.size) file.restless = performance.now();
    // Of a file of which nothing was seen yet, what was written first may be gone, into a copy.
    if (file.state !== "archive" && (size < file.scanned || file.head.bytes === 0)) this.#doubts.add(file);
    file.size = size;
    file.modified = stat.mtimeNs;
    this.#lives.awaken(file);
  }

  #progressed(file: FollowedFile): void {
    file.lastReadSeconds = this.#shared.clock() / 1000;
    file.restless = performance.now();
    file.readModified = file.modified;
    if (file.state !== "archive") file.size = Math.max(file.size, file.offset);
    this.#shared.ledger.changed(file);
  }

  /** Finds out what is in doubt. */
  #settle(): void {
    const startsAtEnd = this.source.startAt === "end";
    this.#doubts.settle((doubt) => {
      try {
        return reconcile(this.#household, { ...doubt, since: this.#since, startsAtEnd });
      } catch (error) {
        this.#shared.log.error({ dir: doubt.dir, error }, "cannot look at the directory");
        return "growing";
      }
    });
  }
}
