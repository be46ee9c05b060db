import type { JsonValue } from "../serializable.ts";
import type { RejectReason, SkipReason } from "./event.ts";
import type { LineParser } from "./formats.ts";
import type { LineBudget } from "./line-budget.ts";
import { PartialLine } from "./partial-lines.ts";
import type { Content } from "./wrappers.ts";

/** State of the quotes after a line: all closed, one open, or used as the format does not. */
export type QuoteState = "closed" | "open" | "broken";

const newline = Buffer.from("\n");

/**
 * Joins the lines of a record that has line ends in quotes. When a record turns out to be none, or outgrows the longest
 * line, only the line that opened its quote is lost: those after it are read as they stand, each once, so that no input
 * makes the work grow with the square of its size.
 */
export class QuotedRecords implements Content {
  readonly #content: Content;
  readonly #parser: LineParser;
  readonly #maxLineBytes: number;
  readonly #record: PartialLine;
  #isEscaped = false;

  /** `saved` is the result of `save`. */
  constructor(
    content: Content,
    parser: LineParser,
    { maxLineBytes, budget }: { maxLineBytes: number; budget: LineBudget },
    saved: JsonValue | undefined,
  ) {
    this.#content = content;
    this.#parser = parser;
    this.#maxLineBytes = maxLineBytes;
    this.#record = new PartialLine(maxLineBytes, budget, saved);
    this.#isEscaped = this.isOpen && this.#stateOfRecord(false) !== "open";
  }

  /** True while a record waits for its next line. */
  get isOpen(): boolean {
    return !this.#record.empty && !this.#record.isSkipping;
  }

  /** The record that may wait. */
  get partial(): PartialLine {
    return this.#record;
  }

  line(bytes: Buffer, start: number, end: number, time: number): void {
    const record = this.#record;
    // The lines after one that was given up are read as they stand.
    if (record.isSkipping) record.clear();
    if (record.empty) {
      if (this.#begin(bytes, start, end) === "open") record.add(bytes, start, end);
      else this.#content.line(bytes, start, end, time);
      return;
    }
    if (record.length + 1 + end - start > this.#maxLineBytes) {
      this.#restart(bytes, start, end, time);
      return;
    }
    const before = record.length;
    record.add(newline, 0, 1);
    record.add(bytes, start, end);
    if (record.isSkipping) return;
    const state = this.#goOn(bytes, start, end);
    if (state === "open") return;
    if (state === "broken") {
      record.cut(before);
      this.#restart(bytes, start, end, time);
      return;
    }
    this.#content.line(record.bytes, 0, record.length, time);
    record.clear();
  }

  /** Always false: a line may be the beginning of a record. */
  wholeLine(): boolean {
    return false;
  }

  skipped(reason: SkipReason): void {
    this.#content.skipped(reason);
  }

  rejected(reason: RejectReason, bytes: Buffer, start: number, end: number, detail: string): void {
    this.#content.rejected(reason, bytes, start, end, detail);
  }

  /** Reads the lines of an unfinished record each by itself; the first is malformed. */
  giveUp(time = NaN): void {
    const { bytes, length } = this.#record;
    for (let start = 0; start < length;) {
      const stop = bytes.subarray(start, length).indexOf(newline);
      const end = stop < 0 ? length : start + stop;
      this.#content.line(bytes, start, end, time);
      start = end + 1;
    }
    this.#record.clear();
  }

  /** The lines of an unfinished record; undefined without one. */
  save(): JsonValue | undefined {
    return this.#record.save();
  }

  /** Forgets an unfinished record, which another reader goes on with. */
  clear(): void {
    this.#record.clear();
  }

  #restart(bytes: Buffer, start: number, end: number, time: number): void {
    this.giveUp(time);
    this.line(bytes, start, end, time);
  }

  #begin(bytes: Buffer, start: number, end: number): QuoteState {
    this.#isEscaped = false;
    const state = this.#parser.quotesAfter?.(bytes, start, end, false, false) ?? "closed";
    if (state !== "broken") return state;
    this.#isEscaped = true;
    return this.#parser.quotesAfter?.(bytes, start, end, false, true) ?? "closed";
  }

  /** The state after the last line of the record; quotes may turn out to be escaped only there. */
  #goOn(bytes: Buffer, start: number, end: number): QuoteState {
    const state = this.#parser.quotesAfter?.(bytes, start, end, true, this.#isEscaped) ?? "broken";
    if (state !== "broken" || this.#isEscaped) return state;
    this.#isEscaped = true;
    return this.#stateOfRecord(true);
  }

  #stateOfRecord(isEscaped: boolean): QuoteState {
    return this.#parser.quotesAfter?.(this.#record.bytes, 0, this.#record.length, false, isEscaped) ?? "broken";
  }
}
