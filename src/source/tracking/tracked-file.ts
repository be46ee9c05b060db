import type { JsonValue } from "../../serializable.ts";
import type { Copy } from "../identity/match.ts";
import { saveChecksums } from "../identity/prefix-checksums.ts";
import { isWhole, savedWord, stateOf, wasCutShort, type FileState } from "./state.ts";
import type { FileStatus, LineReader, SourceOptions } from "../source.ts";
import { Observation, type ChangeStat } from "./observation.ts";
import { ReadPosition } from "./read-position.ts";
import { ReadStats } from "./read-stats.ts";
import { saveCopy, type FileRecord } from "./record.ts";

/** A tracked file: identity, position, and the reader of its lines. */
export class TrackedFile {
  /** Number of its entry in the store. */
  readonly id: number;
  readonly source: SourceOptions;
  /** Configured path that leads, or led, to it. */
  path: string;
  /** Last known location, symbolic links resolved. */
  realPath: string;
  /** Device and inode; empty if unknown. */
  inode: string;
  /** Changed by transitions alone. */
  state: FileState = { kind: "live" };
  /** Files that hold the same, or the beginning of it, by inode. */
  readonly copies = new Map<string, Copy>();
  /**
   * Compressed files that begin like it, but were found to be other ones when they were unpacked as far as it was read. An
   * index of heads cannot tell them apart: without this, the same one would be taken for it again and again.
   */
  readonly refuted = new Set<string>();
  reader: LineReader;

  /** Moved by those who read it, and by transitions when it begins or goes on elsewhere. */
  readonly position = new ReadPosition();
  readonly observed = new Observation();
  readonly stats = new ReadStats();
  /** Rank in the reading order of its log. */
  order = 0;
  /** File to be read first, so that lines come in the order in which they were written. */
  after: TrackedFile | undefined;

  constructor(id: number, source: SourceOptions, path: string, inode: string, open: (file: TrackedFile) => LineReader) {
    this.id = id;
    this.source = source;
    this.path = path;
    this.realPath = path;
    this.inode = inode;
    this.reader = open(this);
  }

  /** Restores what `save` wrote. */
  restore(saved: FileRecord): void {
    this.position.moveTo(saved);
    this.observed.restore(saved.size, saved.modified);
    this.state = stateOf(saved);
    this.realPath = saved.realPath;
    this.order = saved.order;
    for (const [inode, copy] of saved.copies) this.copies.set(inode, copy);
  }

  /** Record for a restart. */
  save(): JsonValue {
    const reader = this.reader.save();
    const { state, observed } = this;
    const { offset, head, tail, checksums } = this.position;
    const isDone = isWhole(state);
    return {
      source: this.source.name,
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

  /** Status for metrics. */
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

  /** True for unread data: tells after a restart, should the file be gone, that some was left. */
  #isBehind(): boolean {
    return this.state.kind !== "archive" && this.observed.size > this.position.offset;
  }

  /** Unread compressed bytes; 0 for a damaged archive, which will never be read. */
  #packedLeft(): number {
    return isWhole(this.state) || this.stats.isDamaged ? 0 : this.observed.size - this.stats.unpackedBytes;
  }
}

/** Tells whether an inode has the size and the time of its last verification. */
export function isUnchanged({ observed, position, state }: TrackedFile, { size, mtimeNs }: ChangeStat): boolean {
  const { verified } = observed;
  // Of what nothing was seen, nothing is proven: empty files are all the same.
  if (verified === undefined || (position.head.bytes === 0 && !isWhole(state))) return false;
  return verified.size === size && verified.mtimeNs === mtimeNs;
}

function shownWord(kind: FileState["kind"]): FileStatus["state"] {
  return kind === "live" || kind === "archive" ? kind : "rotated";
}
