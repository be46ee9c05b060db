import { savedPart, type JsonValue } from "../serializable.ts";
import type { LineReader } from "../source/source.ts";
import type { Recoder } from "./encoding.ts";
import type { RejectReason, SkipReason } from "./event.ts";
import type { LineParser } from "./formats.ts";
import { isBlank, textStart } from "./line-text.ts";
import type { PartialLine } from "./partial-lines.ts";
import type { QuotedRecords } from "./quoted-records.ts";
import type { Content, Unwrapper } from "./wrappers.ts";

/** Content that is shut while lines are read that have been counted before. */
export class Gate implements Content {
  isShut = false;
  readonly #content: Content;

  constructor(content: Content) {
    this.#content = content;
  }

  line(bytes: Buffer, start: number, end: number, time: number): void {
    if (!this.isShut) this.#content.line(bytes, start, end, time);
  }

  wholeLine(bytes: Buffer, start: number, end: number, time: number): boolean {
    return this.#content.wholeLine(bytes, start, end, time);
  }

  skipped(reason: SkipReason): void {
    if (!this.isShut) this.#content.skipped(reason);
  }

  rejected(reason: RejectReason, bytes: Buffer, start: number, end: number, detail: string): void {
    if (!this.isShut) this.#content.rejected(reason, bytes, start, end, detail);
  }
}

/** What takes the program's own lines at last. */
interface LastContent extends Content {
  /** True while lines that may be whole are told apart, and not taken. */
  isMuted: boolean;
  /** Selects this reader's file; call it before the lines of another file. */
  useFile(): void;
  /** Rejects a line that is too long; `head` is its beginning. */
  tooLong(head: Buffer, detail?: string): void;
}

/** What the lines of a file pass through. */
interface Stages {
  readonly wrapper: Unwrapper;
  readonly gate: Gate;
  readonly recoder: Recoder | undefined;
  readonly records: QuotedRecords | undefined;
  readonly content: LastContent;
  readonly parser: LineParser;
}

/** Reader of the lines of one file, of which some may come in pieces. */
export class DecodingReader implements LineReader {
  readonly #stages: Stages;
  readonly #maxLineBytes: number;
  /** Where the file has the first piece that is to be read back, and how many lines wait for theirs. */
  #from: number | undefined;
  #waiting = 0;

  /** `pieces` is that part of what `save` gave. */
  constructor(stages: Stages, maxLineBytes: number, pieces: JsonValue | undefined) {
    this.#stages = stages;
    this.#maxLineBytes = maxLineBytes;
    const from = savedPart(pieces, "from");
    if (typeof from !== "number") return;
    this.#from = from;
    this.#waiting = Number(savedPart(pieces, "lines"));
  }

  read(buffer: Buffer, start: number, end: number, at = Number.NaN): void {
    this.#stages.content.useFile();
    this.#reportGivenUp();
    this.#lines(buffer, start, end, at);
  }

  skipped(head: Buffer): void {
    for (const partial of this.#stages.wrapper.partials) partial.clear();
    this.end();
    this.#stages.content.tooLong(this.#stages.recoder?.shown(head) ?? head);
  }

  end(): void {
    this.#stages.content.useFile();
    this.#stages.records?.giveUp();
  }

  get isWaiting(): boolean {
    const { wrapper, records } = this.#stages;
    return this.#from !== undefined || records?.isOpen === true || wrapper.partials.some((partial) => !partial.empty);
  }

  get recallFrom(): number | undefined {
    return this.#from;
  }

  recall(buffer: Buffer, start: number, end: number, at: number): void {
    const { wrapper, gate, content } = this.#stages;
    if (at === this.#from) for (const partial of wrapper.partials) partial.rewind();
    content.isMuted = gate.isShut = true;
    try {
      this.#lines(buffer, start, end, at);
    } finally {
      content.isMuted = gate.isShut = false;
    }
  }

  recalled(isWhole: boolean): void {
    this.#from = undefined;
    if (isWhole) return;
    const { wrapper, content } = this.#stages;
    for (const partial of wrapper.partials) partial.clear();
    content.useFile();
    for (; this.#waiting > 0; this.#waiting--) this.#lost(Buffer.alloc(0), unread);
  }

  expire(): boolean {
    if (this.#from !== undefined) return false;
    this.#stages.content.useFile();
    let hasChanged = this.#reportGivenUp();
    for (const partial of this.#stages.wrapper.partials) {
      const wasEmpty = partial.empty;
      const head = partial.expire();
      if (head !== undefined) this.#lost(head, endless);
      if (head !== undefined || wasEmpty !== partial.empty) hasChanged = true;
    }
    return hasChanged;
  }

  save(): JsonValue | undefined {
    const { parser, wrapper, records } = this.#stages;
    const pieces = this.#pieces();
    return partsOf({
      format: parser.save(),
      wrapper: wrapper.save(false),
      record: records?.save(),
      ...(pieces && { pieces }),
    });
  }

  handOn(): JsonValue | undefined {
    const { wrapper, records } = this.#stages;
    const left = partsOf({ wrapper: wrapper.save(true), record: records?.save() });
    for (const partial of wrapper.partials) partial.clear();
    records?.clear();
    return left;
  }

  /** Where the first piece is that the file has, and how many lines have some. */
  #pieces(): JsonValue | undefined {
    if (this.#from !== undefined) return { from: this.#from, lines: this.#waiting };
    const begun = this.#stages.wrapper.partials.map(({ begunAt }) => begunAt).filter((at) => !Number.isNaN(at));
    return begun.length === 0 ? undefined : { from: Math.min(...begun), lines: begun.length };
  }

  #lines(buffer: Buffer, start: number, end: number, at: number): void {
    // What is behind the end is not searched: it may be long, and each event of a posted array ends in the middle of it.
    const upToEnd = buffer.subarray(0, end);
    for (let p = start; p < end;) {
      const newline = upToEnd.indexOf(0x0a, p);
      const lineEnd = newline < 0 ? end : newline;
      this.#line(buffer, p, lineEnd, at + p - start);
      p = lineEnd + 1;
    }
  }

  #line(bytes: Buffer, from: number, to: number, at: number): void {
    const { records, gate, wrapper } = this.#stages;
    const end = to > from && bytes[to - 1] === 0x0d ? to - 1 : to;
    const start = textStart(bytes, from, end);
    if (isBlank(bytes, start, end) && records?.isOpen !== true) return;
    if (end - start <= this.#maxLineBytes) wrapper.line(bytes, start, end, at);
    else if (!gate.isShut) this.skipped(bytes.subarray(start, end));
  }

  /** Reports lines whose memory others needed. */
  #reportGivenUp(): boolean {
    const { wrapper, records, content } = this.#stages;
    let hasAny = false;
    const report = (partial: PartialLine): void => {
      const head = partial.takeGivenUp();
      if (head === undefined) return;
      hasAny = true;
      content.tooLong(head, tooMany);
    };
    for (const partial of wrapper.partials) report(partial);
    if (records !== undefined) report(records.partial);
    return hasAny;
  }

  #lost(head: Buffer, detail: string): void {
    this.#stages.content.rejected("line_lost", head, 0, head.length, detail);
  }
}

const tooMany = "it is the longest of the unfinished lines, which are longer than 32 MiB together";
const endless = "its pieces had no end for a minute";
const unread = "its pieces are not where they were before the restart";

/** The parts that are there; undefined without any. */
function partsOf(parts: Readonly<Record<string, JsonValue | undefined>>): JsonValue | undefined {
  const there = Object.entries(parts).filter((part): part is [string, JsonValue] => part[1] !== undefined);
  return there.length === 0 ? undefined : Object.fromEntries(there);
}
