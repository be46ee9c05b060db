import { dirname } from "node:path";
import type { FollowedFile } from "./followed-file.ts";
import type { Relative } from "./relatives.ts";

/** How long a file is remembered after it was let go (ms), and how many such files are. */
const rememberMs = 7 * 24 * 3_600_000;
const rememberMost = 2000;

/** The files of a source that are known, by path and by inode. */
export class FileSet {
  /** By the path that the config finds them under. */
  readonly live = new Map<string, FollowedFile>();
  /** Moved away from their path, but perhaps still written to. */
  readonly rotated = new Set<FollowedFile>();
  readonly archives = new Set<FollowedFile>();
  /** Let go, by inode, the one that was let go longest ago first. */
  readonly ended = new Map<string, FollowedFile>();
  /** Which file was at a path before the one that is there. */
  readonly lastAt = new Map<string, Relative>();
  readonly #byInode = new Map<string, FollowedFile>();

  /** The followed file that is this inode, or undefined. */
  withInode(inode: string): FollowedFile | undefined {
    return this.#byInode.get(inode);
  }

  /** Puts the file where its state says. */
  add(file: FollowedFile): void {
    this.remove(file);
    if (file.state === "ended") {
      this.ended.set(file.inode, file);
      return;
    }
    this.#byInode.set(file.inode, file);
    if (file.state === "live") this.live.set(file.path, file);
    else if (file.state === "rotated") this.rotated.add(file);
    else this.archives.add(file);
  }

  remove(file: FollowedFile): void {
    if (this.live.get(file.path) === file) this.live.delete(file.path);
    this.rotated.delete(file);
    this.archives.delete(file);
    if (this.ended.get(file.inode) === file) this.ended.delete(file.inode);
    if (this.#byInode.get(file.inode) === file) this.#byInode.delete(file.inode);
  }

  /** Those that are followed, in whatever state. */
  *followed(): Iterable<FollowedFile> {
    yield* this.live.values();
    yield* this.rotated;
    yield* this.archives;
  }

  /** Those that are followed and those that are remembered. */
  *all(): Iterable<FollowedFile> {
    yield* this.followed();
    yield* this.ended.values();
  }

  /** The directories of the files that are under a path of the config, links resolved and not. */
  *directories(): Iterable<string> {
    for (const file of this.live.values()) {
      yield dirname(file.path);
      yield dirname(file.realPath);
    }
  }

  /** Takes out the files that were let go too long ago, and returns them; `now` in Unix ms. */
  forget(now: number): FollowedFile[] {
    const forgotten: FollowedFile[] = [];
    for (const file of this.ended.values()) {
      if (this.ended.size <= rememberMost && now - file.endedAt < rememberMs) break;
      this.ended.delete(file.inode);
      if (this.lastAt.get(file.path) === file) this.lastAt.delete(file.path);
      forgotten.push(file);
    }
    return forgotten;
  }
}
