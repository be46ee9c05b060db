import { basename, dirname } from "node:path";
import { logName } from "../identity/rotation-names.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** The order in which the files of each log were written, which is the one in which they are read, also after a restart. */
export class ReadingOrder {
  /** The file of each log that was begun last: the next one is read after it. */
  readonly #newest = new Map<string, TrackedFile>();
  /** Log of each file: its name may have changed by the time it is removed. */
  readonly #logs = new WeakMap<TrackedFile, string>();
  #last = 0;

  /** Takes over files that an earlier process has put in order. */
  restore(files: Iterable<TrackedFile>): void {
    for (const file of [...files].sort((a, b) => a.order - b.order)) this.#put(logKeyOf(file), file, file.order);
  }

  /** Appends a file to the end of its log's order. */
  append(file: TrackedFile, foundAt: string): void {
    this.#put(logKeyAt(foundAt, file), file, this.#last + 1);
  }

  /** Removes a file that will not be read: those of `others` that follow it now follow the one before it. */
  discard(file: TrackedFile, others: Iterable<TrackedFile>): void {
    const before = file.after?.state.kind === "retired" ? undefined : file.after;
    for (const other of others) if (other.after === file) other.after = before;
    file.after = undefined;
    this.#takeOut(file, before);
  }

  /** Removes a forgotten file. */
  forget(file: TrackedFile): void {
    this.#takeOut(file, undefined);
  }

  #takeOut(file: TrackedFile, before: TrackedFile | undefined): void {
    const log = this.#logs.get(file);
    if (log === undefined || this.#newest.get(log) !== file) return;
    if (before === undefined) this.#newest.delete(log);
    else this.#newest.set(log, before);
  }

  #put(log: string, file: TrackedFile, order: number): void {
    const before = this.#newest.get(log);
    if (before !== file && file.state.kind !== "retired") file.after = before;
    file.order = order;
    this.#last = Math.max(this.#last, order);
    this.#newest.set(log, file);
    this.#logs.set(file, log);
  }
}

/** Log of a file: the source, the directory and the common part of its files' names. */
export function logKeyOf(file: TrackedFile): string {
  return logKeyAt(file.realPath, file);
}

function logKeyAt(path: string, { source }: TrackedFile): string {
  return `${source.name}\n${dirname(path)}/${logName(basename(path))}`;
}
