import type { BigIntStats } from "node:fs";

/** The parts of a stat that tell whether an inode has changed. */
export type ChangeStat = Pick<BigIntStats, "size" | "mtimeNs">;

/** How a file's inode looked when it was last looked at. */
export class Observation {
  #size = 0;
  #modified = 0n;
  #readModified = 0n;
  #isDeleted = false;
  #lastActive = 0;
  #verified: ChangeStat | undefined;

  /** In bytes; -1 when it is to be read again, whatever its size. */
  get size(): number {
    return this.#size;
  }

  /** When it was last written (ns). */
  get modified(): bigint {
    return this.#modified;
  }

  /** `modified` as of the last read that gave lines. */
  get readModified(): bigint {
    return this.#readModified;
  }

  /** Whether no path leads to it any more. */
  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** When it last grew or was moved, by the monotonic clock (ms). */
  get lastActive(): number {
    return this.#lastActive;
  }

  /** How it looked when it was last seen to hold what was read; undefined: not since this process began. */
  get verified(): ChangeStat | undefined {
    return this.#verified;
  }

  /** Takes over what an earlier process saw. */
  restore(size: number, modified: bigint): void {
    this.#size = size;
    this.#modified = modified;
    this.#readModified = modified;
    this.touch();
  }

  /** The inode looks so. */
  see({ size, mtimeNs }: ChangeStat): void {
    if (Number(size) > this.#size) this.touch();
    this.#size = Number(size);
    this.#modified = mtimeNs;
  }

  /** The inode looks so, and holds what was read. */
  verify({ size, mtimeNs }: ChangeStat): void {
    this.#verified = { size, mtimeNs };
  }

  /** The inode has so many names. */
  countNames({ nlink }: Pick<BigIntStats, "nlink">): void {
    this.#isDeleted = nlink === 0n;
  }

  /** It is to be read again, whatever size it is found with. */
  forgetSize(): void {
    this.#size = -1;
  }

  /** Lines were read of what it holds: up to `offset` at least, of one that is not compressed. */
  read(offset: number): void {
    this.#readModified = this.#modified;
    this.#size = Math.max(this.#size, offset);
    this.touch();
  }

  /** It is as if it had grown just now. */
  touch(): void {
    this.#lastActive = performance.now();
  }
}
