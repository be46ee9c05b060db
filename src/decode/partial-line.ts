import type { Plain } from "../plain.ts";

/** A buffer that grew past this is given back once its line is done. */
const keepBytes = 65_536;

/** A line that a container runtime cut into pieces, put together again. Bounded: what is too long is dropped, not kept. */
export class PartialLine {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(0);
  #length = 0;
  #tooLong = false;

  /** `saved` is what `save` of an earlier one gave. */
  constructor(maxBytes: number, saved: Plain | undefined) {
    this.#maxBytes = maxBytes;
    if (typeof saved === "string") {
      const bytes = Buffer.from(saved, "latin1");
      this.add(bytes, 0, bytes.length);
    }
  }

  /** Whether nothing is waiting. */
  get empty(): boolean {
    return this.#length === 0;
  }

  /** Whether the line has outgrown the maximum: then `bytes` holds only its beginning. */
  get tooLong(): boolean {
    return this.#tooLong;
  }

  /** What was put together so far, up to `length`; good until the next `add` or `clear`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#maxBytes) this.#tooLong = true;
    if (this.#tooLong && this.#length > 0) return;
    const taken = Math.min(length, this.#maxBytes + 1);
    if (taken > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(taken, 2 * this.#bytes.length, 4096));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    bytes.copy(this.#bytes, this.#length, start, start + taken - this.#length);
    this.#length = taken;
  }

  /** Makes ready for the next line. */
  clear(): void {
    this.#length = 0;
    this.#tooLong = false;
    if (this.#bytes.length > keepBytes) this.#bytes = Buffer.alloc(0);
  }

  /** One character per byte; undefined when nothing is waiting. A line that is too long is still so when it is back. */
  save(): string | undefined {
    if (this.#length === 0) return undefined;
    const text = this.#bytes.toString("latin1", 0, this.#length);
    return this.#tooLong ? text.padEnd(this.#maxBytes + 1) : text;
  }
}
