import type { BigIntStats } from "node:fs";

/** The parts of a stat that tell whether an inode has changed. */
export type ChangeStat = Pick<BigIntStats, "size" | "mtimeNs">;

/** Last observed state of a file's inode. */
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

  /** Time of the last write (ns). */
  get modified(): bigint {
    return this.#modified;
  }

  /** `modified` as of the last read that gave lines. */
  get readModified(): bigint {
    return this.#readModified;
  }

  /** True if no path leads to it any more. */
  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** Monotonic time of its last growth or move (ms). */
  get lastActive(): number {
    return this.#lastActive;
  }

  /** Stat when its content was last verified; undefined if not in this process. */
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

  /** Records a stat. */
  see({ size, mtimeNs }: ChangeStat): void {
    if (Number(size) > this.#size) this.touch();
    this.#size = Number(size);
    this.#modified = mtimeNs;
  }

  /** Records a stat whose content was verified. */
  verify({ size, mtimeNs }: ChangeStat): void {
    this.#verified = { size, mtimeNs };
  }

  /** Records the number of names. */
  countNames({ nlink }: Pick<BigIntStats, "nlink">): void {
    this.#isDeleted = nlink === 0n;
  }

  /** Forgets the size, so that the file is read again. */
  forgetSize(): void {
    this.#size = -1;
  }

  /** Lines were read of what it holds: up to `offset` at least, of one that is not compressed. */
  read(offset: number): void {
    this.#readModified = this.#modified;
    this.#size = Math.max(this.#size, offset);
    this.touch();
  }

  /** Resets the time of the last growth to now. */
  touch(): void {
    this.#lastActive = performance.now();
  }
}
