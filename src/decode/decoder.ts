import { savedPart, type JsonValue } from "../serializable.ts";
import type { LineReader } from "../source/source.ts";
import { readBatch } from "./batch-events.ts";
import { DecodingReader, Gate } from "./decoding-reader.ts";
import { Recoder } from "./encoding.ts";
import type { EventSink, Reception, RejectReason, Rejection, SkipReason } from "./event.ts";
import { FieldReader } from "./field-reader.ts";
import { makeFormat, type LineParser } from "./formats.ts";
import { LineBudget } from "./line-budget.ts";
import { isBlank, textStart } from "./line-text.ts";
import { LineConditions } from "./line-conditions.ts";
import type { DecodeOptions } from "./options.ts";
import type { Pattern } from "./pattern/pattern.ts";
import { QuotedRecords } from "./quoted-records.ts";
import { Slots } from "./slots.ts";
import type { FieldSurvey } from "./field-survey.ts";
import { FieldTree } from "./field-tree.ts";
import type { FileValues } from "./value-reader.ts";
import { DockerEntries } from "./wrapper-docker.ts";
import { makeWrapper, type Content, type WrapperContext } from "./wrappers.ts";

/** Decoder of one source: opens a reader per file. */
export interface Decoder {
  /** `saved` is the result of `save` of this file's previous reader, or of `handOn` of the preceding file's reader. */
  open(
    file: { readonly path: string; readonly firstLine?: Buffer | undefined },
    saved: JsonValue | undefined,
  ): LineReader;
}

/**
 * Makes the decoder of a source. Each line becomes exactly one call of the sink, except lines that hold no event by
 * design: blank lines, runs of NUL bytes, CSV headers, parts of a longer line.
 */
export function makeDecoder(options: DecodeOptions, sink: EventSink, budget = new LineBudget()): Decoder {
  const tree = FieldTree.of(options);
  const fields = new FieldReader(options, tree);
  const where = options.where.length === 0 ? undefined : new LineConditions(options.where, tree);
  const slots = new Slots(tree.size);
  const openParser = makeFormat(options.format.kind, options.format, tree, slots);
  const context: WrapperContext = {
    needsTime: !fields.ownTime,
    maxLineBytes: options.maxLineBytes,
    budget,
    docker: new DockerEntries(),
  };
  const openUnwrapper = makeWrapper(options.wrapper, context);
  const open = (path: string, to: EventSink, saved: JsonValue | undefined): LineReader => {
    const parser = openParser(savedPart(saved, "format"));
    const content = new ContentReader(options, fields, where, slots, parser, to, path);
    const records =
      parser.quotesAfter === undefined
        ? undefined
        : new QuotedRecords(content, parser, context, savedPart(saved, "record"));
    const recoder = options.encoding === undefined ? undefined : new Recoder(records ?? content, options.encoding);
    const gate = new Gate(recoder ?? records ?? content);
    const wrapper = openUnwrapper(gate, savedPart(saved, "wrapper"));
    const parts = { wrapper, gate, parser, content, records, recoder };
    return new DecodingReader(parts, options.maxLineBytes, savedPart(saved, "pieces"));
  };
  return {
    open: ({ path, firstLine }, saved) => {
      if (firstLine === undefined || saved !== undefined) return open(path, sink, saved);
      // Only the format's memory of the line (a header) is needed; its event precedes the requested start.
      const before = open(path, silent, undefined);
      before.read(firstLine, 0, firstLine.length);
      return open(path, sink, before.save());
    },
  };
}

/** Longest line whose fields are listed, which takes many times its memory; the default of the longest line. */
const maxSurveyedBytes = 1_048_576;

const silent: EventSink = { event: () => "counted", skipped: () => undefined, rejected: () => undefined };

/** Reads the program's own lines, unwrapped. */
class ContentReader implements Content {
  readonly #fields: FieldReader;
  /** True when each line comes in a field of a JSON object. */
  readonly #isCarried: boolean;
  readonly #lines: Pattern | undefined;
  readonly #where: LineConditions | undefined;
  readonly #slots: Slots;
  readonly #parser: LineParser;
  readonly #sink: EventSink;
  readonly #fileValues: FileValues;
  readonly #maxLineBytes: number;
  /** True while lines that may be whole are told apart, and not taken. */
  isMuted = false;

  constructor(
    { wrapper, lines, maxLineBytes }: DecodeOptions,
    fields: FieldReader,
    where: LineConditions | undefined,
    slots: Slots,
    parser: LineParser,
    sink: EventSink,
    path: string,
  ) {
    this.#fields = fields;
    this.#isCarried = typeof wrapper === "object";
    this.#lines = lines;
    this.#where = where;
    this.#slots = slots;
    this.#parser = parser;
    this.#sink = sink;
    this.#fileValues = fields.fileValues(path);
    this.#maxLineBytes = maxLineBytes;
  }

  /** Selects this reader's file; call it before the lines of another file. */
  useFile(): void {
    this.#fields.useFile(this.#fileValues);
  }

  line(bytes: Buffer, start: number, end: number, time: number): void {
    this.#read(bytes, start, end, time, false);
  }

  wholeLine(bytes: Buffer, start: number, end: number, time: number): boolean {
    if (!this.#parser.selfDelimiting) return false;
    return this.isMuted ? this.#isWhole(bytes, start, end) : this.#read(bytes, start, end, time, true);
  }

  skipped(reason: SkipReason): void {
    this.#sink.skipped(reason);
  }

  rejected(reason: RejectReason, bytes: Buffer, start: number, end: number, detail: string): void {
    this.#sink.rejected(reason, bytes.subarray(start, end), detail);
  }

  #read(bytes: Buffer, from: number, to: number, time: number, mayBePartial: boolean): boolean {
    let end = to;
    if (end > from && bytes[end - 1] === 0x0d) end--;
    const start = textStart(bytes, from, end);
    if (isBlank(bytes, start, end)) return true;
    if (end - start > this.#maxLineBytes) {
      this.tooLong(bytes.subarray(start, end));
      return true;
    }
    // A line that may be a part is told by its end, which the pattern may ask for.
    if (!mayBePartial && !this.#isMeant(bytes, start, end)) return true;
    const parsed = this.#parser.parse(bytes, start, end);
    if (parsed === "ignored") return true;
    if (parsed === "malformed") {
      if (mayBePartial) return false;
      // Carriers mix a program's events with its other output; a damaged event is an error all the same.
      if (this.#isCarried && !(this.#parser.selfDelimiting && bytes[start] === 0x7b)) {
        this.#sink.skipped("wrapper");
        return true;
      }
      this.rejected("malformed", bytes, start, end, utf16Hint(bytes, start) ?? this.#parser.fault);
      return true;
    }
    if (mayBePartial && !this.#isMeant(bytes, start, end)) return true;
    if (this.#where?.hold(this.#slots) === false) {
      this.#survey(this.#sink.leftOut, bytes, start, end);
      this.#sink.skipped("where");
      return true;
    }
    const result = this.#events(time);
    if (typeof result === "string") return true;
    const fault = "skipped" in result ? undefined : "rejected" in result ? result.rejected : result;
    if (fault === undefined || fault.reason === "missing_field") this.#survey(this.#sink.survey, bytes, start, end);
    if (fault !== undefined) this.rejected(fault.reason, bytes, start, end, fault.detail);
    else if ("skipped" in result) this.#sink.skipped(result.skipped);
    return true;
  }

  /** Hands on the events of the line in the slots. */
  #events(time: number): Reception | Rejection {
    const fields = this.#fields;
    fields.begin(this.#slots);
    if (fields.batch !== undefined) return readBatch(fields, fields.batch, this.#slots, time, this.#sink);
    const result = fields.read(this.#slots, time) ?? this.#sink.event(fields.event);
    if (typeof result === "string") this.#sink.accepted?.(!Number.isNaN(fields.event.time));
    return result;
  }

  /** Tells whether the line matches `lines`; counts it as skipped if not. */
  #isMeant(bytes: Buffer, start: number, end: number): boolean {
    if (this.#lines === undefined || this.#lines.exec(bytes.toString("utf8", start, end)) !== null) return true;
    this.#sink.skipped("line");
    return false;
  }

  /** Shows the line's fields to a survey, if that is open. */
  #survey(survey: FieldSurvey | undefined, bytes: Buffer, start: number, end: number): void {
    if (survey?.isOpen === true && end - start <= maxSurveyedBytes)
      survey.take(this.#parser.fieldsOf(bytes.toString("utf8", start, end)));
  }

  /** Rejects a line that is too long; `head` is its beginning. */
  tooLong(head: Buffer, detail = `longer than ${this.#maxLineBytes} bytes (maxLineBytes)`): void {
    this.#sink.rejected("line_too_long", head, detail);
  }

  /** Tells of a line that may be a part whether `wholeLine` took it. */
  #isWhole(bytes: Buffer, from: number, to: number): boolean {
    const end = to > from && bytes[to - 1] === 0x0d ? to - 1 : to;
    const start = textStart(bytes, from, end);
    if (isBlank(bytes, start, end) || end - start > this.#maxLineBytes) return true;
    return this.#parser.parse(bytes, start, end) !== "malformed";
  }
}

/** Fault of a line of a UTF-16 file; undefined for other lines. */
function utf16Hint(bytes: Buffer, start: number): string | undefined {
  const first = bytes[start];
  const marked = (first === 0xff && bytes[start + 1] === 0xfe) || (first === 0xfe && bytes[start + 1] === 0xff);
  return marked ? "the file is UTF-16, expected UTF-8" : undefined;
}
