import type { JsonValue } from "../../serializable.ts";
import type { LineReader } from "../source.ts";
import type { PositionStore } from "./position-store.ts";
import { logKeyOf } from "./reading-order.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** Reads pieces back that a reader has in a file which is not being read. */
export type Recall = (file: TrackedFile, reader: LineReader) => void;

/**
 * Takes care of lines that a container runtime cut into pieces and rotation parted: the first pieces are the last of one
 * file, the others the first of the next. What waits in the reader of the file that was read last goes to the next file of
 * the log once that gives lines. It is with one of them always: both are committed together.
 */
export class PendingLines {
  readonly #positions: PositionStore;
  readonly #recall: Recall;
  /** Last file read, by log. */
  readonly #last = new Map<string, TrackedFile>();

  constructor(positions: PositionStore, recall: Recall) {
    this.#positions = positions;
    this.#recall = recall;
  }

  /** Registers a file of an earlier process. */
  resume(file: TrackedFile): void {
    const last = this.#last.get(logKeyOf(file));
    if (file.position.offset > 0 && (last === undefined || last.order < file.order)) this.#turnTo(file);
  }

  /** Forgets a file. */
  forget(file: TrackedFile): void {
    const log = logKeyOf(file);
    if (this.#last.get(log) === file) this.#last.delete(log);
  }

  /** A reader of the file that gets what the file before it has left; `open` makes it, as `OpenReader` does. */
  reader(file: TrackedFile, open: (left: JsonValue | undefined) => LineReader): LineReader {
    let reader = open(undefined);
    const turn = (): void => {
      const left = file.position.offset === 0 ? this.#leftFor(file) : undefined;
      if (left !== undefined) reader = open(left);
      this.#turnTo(file);
    };
    return {
      read: (buffer, start, end, at) => {
        turn();
        reader.read(buffer, start, end, at);
      },
      skipped: (head) => {
        turn();
        reader.skipped(head);
      },
      save: () => reader.save(),
      handOn: () => reader.handOn(),
      get isWaiting() {
        return reader.isWaiting === true;
      },
      get recallFrom() {
        return reader.recallFrom;
      },
      recall: (buffer, start, end, at) => reader.recall?.(buffer, start, end, at),
      recalled: (isWhole) => reader.recalled?.(isWhole),
      expire: () => reader.expire?.() ?? false,
    };
  }

  #leftFor(file: TrackedFile): JsonValue | undefined {
    const last = this.#last.get(logKeyOf(file));
    if (last === undefined || last === file) return undefined;
    this.#recall(last, last.reader);
    const left = last.reader.handOn();
    if (left !== undefined) this.#positions.changed(last);
    return left;
  }

  #turnTo(file: TrackedFile): void {
    this.#last.set(logKeyOf(file), file);
  }
}

/**
 * Makes the reader of a retired file, which only remembers where it was, and is opened again for what it has to hand on. One
 * that has pieces in memory stays: they are let go by and by.
 */
export function retiredReader(
  file: TrackedFile,
  open: (saved: JsonValue | undefined) => LineReader,
  recall: Recall,
): LineReader {
  // Nobody reads it any more: now or never.
  recall(file, file.reader);
  if (file.reader.isWaiting === true) return file.reader;
  let saved = file.reader.save();
  const handOn = (): JsonValue | undefined => {
    const reader = open(saved);
    const left = reader.handOn();
    saved = reader.save();
    return left;
  };
  return { read: () => undefined, skipped: () => undefined, save: () => saved, handOn };
}
