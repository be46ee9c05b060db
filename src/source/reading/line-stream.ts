import type { LineReader } from "../source.ts";
import { byteOrderMark, handLines, headOf, newlineFrom, skipNuls, unreadable } from "./split-lines.ts";

/** Room for what is read at a time beside the longest line. */
const chunkBytes = 256 * 1024;

/**
 * Splits bytes that come once and in order (a pipe, a decompressed archive) into whole lines. What is kept is one buffer
 * of the longest line and one chunk, whatever comes.
 *
 * The caller reads into `room()` and says with `filled(n)` how much came, so that nothing is copied but the beginning of
 * the line that goes on in the next chunk.
 */
export class LineStream {
  readonly #reader: LineReader;
  readonly #maxLineBytes: number;
  readonly #buffer: Buffer;
  /** End of the unfinished line, which is `[0, #kept)` of the buffer. */
  #kept = 0;
  /** The first bytes of the line that is being passed over. */
  #skipping: Buffer | undefined;
  /** Number of bytes consumed. */
  #passed = 0;
  #consumed = 0;
  #atStart = true;

  /** `start` is the offset that the first byte to come has; a byte order mark is looked for at offset 0 only. */
  constructor(reader: LineReader, maxLineBytes: number, start = 0) {
    this.#reader = reader;
    this.#maxLineBytes = maxLineBytes;
    this.#buffer = Buffer.allocUnsafeSlow(maxLineBytes + chunkBytes);
    this.#consumed = start;
    this.#atStart = start === 0;
  }

  /** The offset after the last line that was handed on. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Free part of the buffer for the next bytes; never empty. */
  room(): Buffer {
    return this.#buffer.subarray(this.#kept);
  }

  /** Takes bytes that lie elsewhere, by copying them. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(this.#buffer, this.#kept, at);
      at += copied;
      this.filled(copied);
    }
  }

  /** `bytes` were put into `room()`: hands on the lines that are whole now. Throws `UnreadableEncoding` at the start. */
  filled(bytes: number): void {
    const end = this.#kept + bytes;
    let start = 0;
    if (this.#atStart) {
      if (end < 3 && newlineFrom(this.#buffer, 0, end) < 0) {
        this.#kept = end;
        return;
      }
      start = this.#passMark(end);
    }
    if (this.#skipping !== undefined) {
      const stop = newlineFrom(this.#buffer, start, end);
      if (stop < 0) {
        this.#passed += end - start;
        this.#kept = 0;
        return;
      }
      this.#endSkip();
      this.#consumed += stop + 1 - start;
      start = stop + 1;
    }
    const stop = handLines(this.#reader, this.#buffer, start, end, this.#consumed);
    this.#consumed += stop - start;
    this.#keep(stop, end);
  }

  /** Ends the stream: a last line without a newline is a line. */
  end(): void {
    if (this.#atStart && this.#kept > 0) {
      const start = this.#passMark(this.#kept);
      this.#keep(start, this.#kept);
    }
    if (this.#skipping !== undefined) this.#endSkip();
    else {
      const start = skipNuls(this.#buffer, 0, this.#kept);
      if (start < this.#kept) this.#reader.read(this.#buffer, start, this.#kept, this.#consumed + start);
    }
    this.#consumed += this.#kept;
    this.#kept = 0;
  }

  /** Moves the beginning of the line that goes on to the front, or begins to pass over it when it is too long. */
  #keep(start: number, end: number): void {
    const from = skipNuls(this.#buffer, start, end);
    this.#consumed += from - start;
    // One byte more than a line may have: a carriage return is the decoder's to judge.
    if (end - from > this.#maxLineBytes + 1) {
      this.#skipping = headOf(this.#buffer, from, end);
      this.#passed = end - from;
      this.#kept = 0;
      return;
    }
    this.#buffer.copyWithin(0, from, end);
    this.#kept = end - from;
  }

  #endSkip(): void {
    if (this.#skipping !== undefined) this.#reader.skipped(this.#skipping);
    this.#consumed += this.#passed;
    this.#passed = 0;
    this.#skipping = undefined;
  }

  #passMark(end: number): number {
    this.#atStart = false;
    const mark = byteOrderMark(this.#buffer.subarray(0, end));
    if (mark === undefined) return 0;
    if (mark.encoding !== "UTF-8") throw new UnreadableEncoding(mark.encoding);
    this.#consumed += mark.bytes;
    return mark.bytes;
  }
}

/** A file whose byte order mark names an encoding that is not read. */
class UnreadableEncoding extends Error {
  readonly code = "ENCODING";

  constructor(encoding: string) {
    super(unreadable(encoding));
    this.name = "UnreadableEncoding";
  }
}
