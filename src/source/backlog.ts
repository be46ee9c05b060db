import type { TrackedFile } from "./tracking/tracked-file.ts";

/** Time without a line from any file of the backlog after which it is not waited for (ms). */
const defaultEndlessMs = 60_000;

/** Files that were there at the start, until each is read as far as it was long then. */
export class Backlog {
  readonly #endlessMs: number;
  readonly #isUnread: (file: TrackedFile) => boolean;
  readonly #sizes = new Map<TrackedFile, number>();
  #offsets = 0;
  #movedAt = performance.now();

  /** `endlessMs`: what gives no line for so long, a hole or a bomb, does not hold up the rest. */
  constructor(isUnread: (file: TrackedFile) => boolean, endlessMs = defaultEndlessMs) {
    this.#isUnread = isUnread;
    this.#endlessMs = endlessMs;
  }

  /** Takes the files to be read. */
  begin(files: Iterable<TrackedFile>): void {
    for (const file of files) this.#sizes.set(file, file.observed.size);
    this.#movedAt = performance.now();
  }

  /** Files that are not read yet. */
  get files(): TrackedFile[] {
    return [...this.#sizes.keys()];
  }

  /** Tells whether all are read, or no line has come from the rest for too long. A long log gives lines, and is waited for. */
  isOver(): boolean {
    let offsets = 0;
    let isProgress = false;
    for (const [file, size] of this.#sizes) {
      const isWaiting = this.#isUnread(file) && (file.state.kind === "archive" || file.position.scanned < size);
      if (isWaiting) offsets += file.position.offset;
      else isProgress = this.#sizes.delete(file);
    }
    const now = performance.now();
    if (isProgress || offsets !== this.#offsets) this.#movedAt = now;
    this.#offsets = offsets;
    return this.#sizes.size === 0 || now - this.#movedAt > this.#endlessMs;
  }
}
