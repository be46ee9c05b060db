import type { Plain } from "../plain.ts";

/** A buffer that grew past this is given back once its line is done. */
const keepBytes = 65_536;

/** A line that a container runtime cut into pieces, put together again. Of one that is too long only the beginning is kept. */
export class PartialLine {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(0);
  #length = 0;

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

  /** What was put together so far, up to `length`; good until the next `add` or `clear`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: Buffer, start: number, end: number): void {
    // One byte past the maximum shows that the line is too long, now and after a restart.
    const taken = Math.min(this.#length + end - start, this.#maxBytes + 1);
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
    if (this.#bytes.length > keepBytes) this.#bytes = Buffer.alloc(0);
  }

  /** One character per byte; undefined when nothing is waiting. */
  save(): string | undefined {
    return this.#length === 0 ? undefined : this.#bytes.toString("latin1", 0, this.#length);
  }
}
