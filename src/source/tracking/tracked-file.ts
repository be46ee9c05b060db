import type { JsonValue } from "../../serializable.ts";
import type { Copy } from "../identity/match.ts";
import { saveChecksums } from "../identity/prefix-checksums.ts";
import { isWhole, savedWord, stateOf, wasCutShort, type FileState } from "./state.ts";
import type { FileStatus, LineReader, SourceOptions } from "../source.ts";
import { Observation, type ChangeStat } from "./observation.ts";
import { ReadPosition } from "./read-position.ts";
import { ReadStats } from "./read-stats.ts";
import { saveCopy, type FileRecord } from "./record.ts";

/** A file that is followed: who it is, how far it is read, and the reader that takes its lines. */
export class TrackedFile {
  /** Names its entry in the store. */
  readonly id: number;
  readonly source: SourceOptions;
  /** The path that the config finds it under, or found it under. */
  path: string;
  /** Where it is, symbolic links resolved, as far as is known. */
  realPath: string;
  /** Empty when it is not known which file holds it now. */
  inode: string;
  /** Changed by transitions alone. */
  state: FileState = { kind: "live" };
  /** Files that hold the same, or the beginning of it, by inode. */
  readonly copies = new Map<string, Copy>();
  /** Inodes that begin like it, but were found to be other files. */
  readonly refuted = new Set<string>();
  reader: LineReader;

  /** Moved by those who read it, and by transitions when it begins or goes on elsewhere. */
  readonly position = new ReadPosition();
  readonly observed = new Observation();
  readonly stats = new ReadStats();
  /** The files of a log are read in this order. */
  order = 0;
  /** What must be read first, so that lines come in the order in which they were written. */
  after: TrackedFile | undefined;

  constructor(id: number, source: SourceOptions, path: string, inode: string, open: (file: TrackedFile) => LineReader) {
    this.id = id;
    this.source = source;
    this.path = path;
    this.realPath = path;
    this.inode = inode;
    this.reader = open(this);
  }

  /** Takes back what `save` wrote. */
  restore(saved: FileRecord): void {
    this.position.moveTo(saved);
    this.observed.restore(saved.size, saved.modified);
    this.state = stateOf(saved);
    this.realPath = saved.realPath;
    this.order = saved.order;
    for (const [inode, copy] of saved.copies) this.copies.set(inode, copy);
  }

  /** What must be known of it after a restart. */
  save(): JsonValue {
    const reader = this.reader.save();
    const { state, observed } = this;
    const { offset, head, tail, checksums } = this.position;
    const isDone = isWhole(state);
    return {
      path: this.path,
      realPath: this.realPath,
      inode: this.inode,
      state: savedWord(state),
      order: this.order,
      offset,
      head: [head.bytes, head.hash],
      tail: [tail.bytes, tail.hash],
      ...(checksums.length === 0 ? {} : { milestones: saveChecksums(checksums) }),
      modified: String(observed.readModified),
      ...(isDone ? { done: true } : {}),
      ...(isDone || this.#isBehind() ? { size: observed.size } : {}),
      ...(wasCutShort(state) ? { incomplete: true } : {}),
      ...(this.copies.size === 0 ? {} : { copies: [...this.copies].map(([inode, copy]) => saveCopy(inode, copy)) }),
      ...(state.kind === "retired" ? { endedAt: state.at } : {}),
      ...(reader === undefined ? {} : { reader }),
    };
  }

  /** How it stands, for metrics. */
  status(): FileStatus {
    const { stats, observed, position } = this;
    const { kind } = this.state;
    return {
      source: this.source.name,
      path: kind === "live" ? this.path : this.realPath,
      lagBytes: Math.max(0, kind === "archive" ? this.#packedLeft() : observed.size - position.offset),
      readBytes: stats.readBytes,
      lastReadSeconds: stats.lastReadSeconds,
      lagSeconds: stats.lagSeconds,
      state: stats.problem === undefined ? shownWord(kind) : "refused",
      problem: stats.problem?.text,
    };
  }

  /** Should it be gone when it is looked for again, this is how it is known that something was left. */
  #isBehind(): boolean {
    return this.state.kind !== "archive" && this.observed.size > this.position.offset;
  }

  /** What is damaged does not wait: it will never be read. */
  #packedLeft(): number {
    return isWhole(this.state) || this.stats.isDamaged ? 0 : this.observed.size - this.stats.unpackedBytes;
  }
}

/** Whether an inode has the size and the time that it had when it was last seen to hold the file. */
export function isUnchanged({ observed, position, state }: TrackedFile, { size, mtimeNs }: ChangeStat): boolean {
  const { verified } = observed;
  // Of what nothing was seen, nothing is proven: empty files are all the same.
  if (verified === undefined || (position.head.bytes === 0 && !isWhole(state))) return false;
  return verified.size === size && verified.mtimeNs === mtimeNs;
}

function shownWord(kind: FileState["kind"]): FileStatus["state"] {
  return kind === "live" || kind === "archive" ? kind : "rotated";
}
