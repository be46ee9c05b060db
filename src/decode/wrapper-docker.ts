import type { JsonValue } from "../serializable.ts";
import { JsonParser } from "./format-json.ts";
import { PartialStreams, type PartialLine } from "./partial-lines.ts";
import { slotKind, Slots } from "./slots.ts";
import { readTimestamp } from "./timestamp.ts";
import { unescapeInto } from "./unescape.ts";
import { FieldTree } from "./field-tree.ts";
import type { Content, Unwrapper, WrapperContext } from "./wrappers.ts";

/** Parser of entries of Docker's json-file log driver, shared by all files of a source. */
export class DockerEntries {
  readonly slots: Slots;
  readonly parser: JsonParser;
  readonly log: number;
  readonly stream: number;
  readonly time: number;
  /** The unescaped `log` of the current entry. */
  scratch = Buffer.alloc(4096);

  constructor() {
    const tree = new FieldTree();
    const slot = (name: string): number => tree.slot([name]);
    this.log = slot("log");
    this.stream = slot("stream");
    this.time = slot("time");
    this.slots = new Slots(tree.size);
    this.parser = new JsonParser(tree, this.slots);
  }
}

/**
 * Unwraps Docker's json-file entries, `{"log":"<line>\n","stream":"stdout","time":"..."}`. Docker splits lines at 16 KiB:
 * an entry without a line end is joined with the next one of its stream, unless it can only be a complete line (the last
 * output of a program, without a line end).
 */
export class DockerUnwrapper implements Unwrapper {
  readonly #context: WrapperContext;
  readonly #entries: DockerEntries;
  readonly #content: Content;
  readonly #partial: PartialStreams;

  constructor(context: WrapperContext, content: Content, saved: JsonValue | undefined) {
    this.#context = context;
    this.#entries = context.docker;
    this.#content = content;
    this.#partial = new PartialStreams(context.maxLineBytes, context.budget, saved);
  }

  line(bytes: Buffer, start: number, end: number, at: number): void {
    const { slots, parser, log } = this.#entries;
    let detail = 'expected a string "log"';
    if (parser.parse(bytes, start, end) === "malformed") detail = parser.fault;
    else if (isString(slots.kinds[log])) detail = this.#entry(bytes, at);
    if (detail !== "") this.#content.rejected("bad_wrapper", bytes, start, end, detail);
  }

  /** Unwraps a line that is a Docker entry; false, without effect, for other lines. */
  take(bytes: Buffer, start: number, end: number, at: number): boolean {
    const { slots, parser, log, stream, time } = this.#entries;
    if (parser.parse(bytes, start, end) === "malformed" || !isString(slots.kinds[log])) return false;
    if (!isString(slots.kinds[stream]) && !isString(slots.kinds[time])) return false;
    return this.#entry(bytes, at) === "";
  }

  get partials(): readonly PartialLine[] {
    return this.#partial.all;
  }

  save(isAll: boolean): JsonValue | undefined {
    return this.#partial.save(isAll);
  }

  /** Unwraps the entry in the slots; returns its fault or "". */
  #entry(bytes: Buffer, at: number): string {
    const { slots, log } = this.#entries;
    const time = this.#time(bytes);
    if (Number.isNaN(time)) return "the entry's time is invalid";
    let text = bytes;
    let start = slots.starts[log] ?? 0;
    let end = slots.ends[log] ?? 0;
    if (slots.kinds[log] === slotKind.escaped) {
      text = this.#scratch(end - start);
      end = unescapeInto(bytes, start, end, text, 0);
      start = 0;
    }
    const partial = this.#isStderr(bytes) ? this.#partial.stderr : this.#partial.stdout;
    for (;;) {
      const newline = text.subarray(start, end).indexOf(0x0a);
      const lineEnd = newline < 0 ? end : start + newline;
      if (newline < 0) {
        if (partial.empty && this.#content.wholeLine(text, start, lineEnd, time)) return "";
        partial.add(text, start, lineEnd, at);
        return "";
      }
      if (partial.empty) {
        this.#content.line(text, start, lineEnd, time);
      } else {
        partial.add(text, start, lineEnd, at);
        // The rest of a line that was given up is none.
        if (!partial.isSkipping) this.#content.line(partial.bytes, 0, partial.length, time);
        partial.clear();
      }
      start = lineEnd + 1;
      if (start >= end) return "";
    }
  }

  #scratch(length: number): Buffer {
    if (this.#entries.scratch.length < length) this.#entries.scratch = Buffer.allocUnsafe(2 * length);
    return this.#entries.scratch;
  }

  #isStderr(bytes: Buffer): boolean {
    const { slots, stream } = this.#entries;
    return isString(slots.kinds[stream]) && bytes[(slots.starts[stream] ?? 0) + 3] === 0x65;
  }

  /** The entry's time; 0 when it is not needed, NaN when it is invalid. */
  #time(bytes: Buffer): number {
    const { slots, time } = this.#entries;
    if (!this.#context.needsTime || slots.kinds[time] === slotKind.missing) return 0;
    return readTimestamp(bytes, slots.starts[time] ?? 0, slots.ends[time] ?? 0);
  }
}

function isString(kind: number | undefined): boolean {
  return kind === slotKind.text || kind === slotKind.escaped;
}
