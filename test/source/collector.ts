import type { JsonValue } from "../../src/serializable.ts";
import type { LineReader } from "../../src/source/source.ts";

/** A reader that keeps what it is handed, line by line. */
export class Collector implements LineReader {
  readonly lines: string[] = [];
  readonly heads: string[] = [];
  readonly #maxLineBytes: number;

  /** Lines longer than this are left out and shown by `heads`, as the decoder does with those that fit the buffer. */
  constructor(maxLineBytes = Number.POSITIVE_INFINITY) {
    this.#maxLineBytes = maxLineBytes;
  }

  read(buffer: Buffer, start: number, end: number): void {
    for (let from = start; from < end;) {
      const newline = buffer.subarray(from, end).indexOf("\n");
      const stop = newline < 0 ? end : from + newline;
      const line = buffer.toString("latin1", from, stop);
      if (stop - from > this.#maxLineBytes) this.skipped(Buffer.from(line.slice(0, 512), "latin1"));
      else this.lines.push(line);
      from = stop + 1;
    }
  }

  skipped(head: Buffer): void {
    this.heads.push(head.toString("latin1"));
  }

  save(): JsonValue | undefined {
    return undefined;
  }

  handOn(): JsonValue | undefined {
    return undefined;
  }
}
