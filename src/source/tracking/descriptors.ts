import { closeSync, readFileSync } from "node:fs";
import { errorCode } from "../../problem.ts";
import { openResolved } from "../identity/open-resolved.ts";

/**
 * Keeps files open, so that what is renamed or deleted can be read to its end, but no more of them than the system
 * allows: the one that was used longest ago is closed first and opened again when it is wanted. A deleted file could not
 * be opened again and stays open.
 */
export class Descriptors<T extends { readonly observed: { readonly isDeleted: boolean } }> {
  readonly #open = new Map<T, number>();
  #most: number;

  /** At most this many are open at a time (at least 1). */
  constructor(most: number = affordable()) {
    this.#most = Math.max(1, most);
  }

  /** The descriptor of a file that is open, or undefined. */
  of(file: T): number | undefined {
    return this.#open.get(file);
  }

  /**
   * The file's descriptor, opened at a resolved path when it is closed; undefined when nothing is there. Throws what the
   * system says.
   */
  get(file: T, path: string): number | undefined {
    const open = this.#open.get(file);
    if (open !== undefined) {
      this.#open.delete(file);
      this.#open.set(file, open);
      return open;
    }
    this.#shrinkBelow(this.#most);
    const fd = this.#openPath(path);
    if (fd !== undefined) this.#open.set(file, fd);
    return fd;
  }

  /** Adds a descriptor that was opened elsewhere. */
  put(file: T, fd: number): void {
    this.close(file);
    this.#shrinkBelow(this.#most);
    this.#open.set(file, fd);
  }

  close(file: T): void {
    const fd = this.#open.get(file);
    if (fd === undefined) return;
    this.#open.delete(file);
    closeSync(fd);
  }

  /** Open files with their descriptors. */
  [Symbol.iterator](): Iterator<readonly [T, number]> {
    return this.#open.entries();
  }

  closeAll(): void {
    for (const file of [...this.#open.keys()]) this.close(file);
  }

  #openPath(path: string): number | undefined {
    for (;;) {
      try {
        return openResolved(path);
      } catch (error) {
        const code = errorCode(error);
        if ((code !== "EMFILE" && code !== "ENFILE") || this.#open.size === 0) throw error;
        this.#most = Math.max(1, Math.floor(this.#open.size / 2));
        if (!this.#shrinkBelow(this.#most)) throw error;
      }
    }
  }

  /** Closes files until fewer than this many are open; whether any was closed. */
  #shrinkBelow(most: number): boolean {
    const before = this.#open.size;
    if (before < most) return false;
    for (const file of [...this.#open.keys()]) {
      if (this.#open.size < most) break;
      if (!file.observed.isDeleted) this.close(file);
    }
    return this.#open.size < before;
  }
}

/** Half of what the process may have open; the rest is for connections and the store. */
function affordable(): number {
  return Math.min(8192, Math.max(16, Math.floor(maxDescriptors() / 2)));
}

/** Returns how many descriptors this process may have; 1024 where the kernel does not tell. */
export function maxDescriptors(): number {
  try {
    const limit = /^Max open files\s+(\d+)/mu.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return Number(limit ?? 1024);
  } catch {
    return 1024;
  }
}
