import { savedPart, type JsonValue } from "../serializable.ts";

/** Larger buffers are released after their line. */
const keepBytes = 65_536;

/** Reassembles a line that came in parts; keeps only the beginning of one that is too long. */
export class PartialLine {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** `saved` is the result of `save`. */
  constructor(maxBytes: number, saved: JsonValue | undefined) {
    this.#maxBytes = maxBytes;
    if (typeof saved === "string") {
      const bytes = Buffer.from(saved, "latin1");
      this.add(bytes, 0, bytes.length);
    }
  }

  /** True while no part is pending. */
  get empty(): boolean {
    return this.#length === 0;
  }

  /** The parts so far, up to `length`; valid until the next `add` or `clear`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: Buffer, start: number, end: number): void {
    // One byte past the maximum marks the line as too long, across restarts as well.
    const taken = Math.min(this.#length + end - start, this.#maxBytes + 1);
    if (taken > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(taken, 2 * this.#bytes.length, 4096));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    bytes.copy(this.#bytes, this.#length, start, start + taken - this.#length);
    this.#length = taken;
  }

  /** Drops what was added past the first `length` bytes. */
  cut(length: number): void {
    this.#length = length;
  }

  /** Starts the next line. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > keepBytes) this.#bytes = Buffer.alloc(0);
  }

  /** The pending bytes as one character each; undefined when there are none. */
  save(): string | undefined {
    return this.#length === 0 ? undefined : this.#bytes.toString("latin1", 0, this.#length);
  }
}

/** Incomplete lines of a container's two streams, which are interleaved in one file. */
export class PartialStreams {
  readonly stdout: PartialLine;
  readonly stderr: PartialLine;

  /** `saved` is the result of `save`. */
  constructor(maxBytes: number, saved: JsonValue | undefined) {
    this.stdout = new PartialLine(maxBytes, savedPart(saved, "stdout"));
    this.stderr = new PartialLine(maxBytes, savedPart(saved, "stderr"));
  }

  clear(): void {
    this.stdout.clear();
    this.stderr.clear();
  }

  save(): JsonValue | undefined {
    const stdout = this.stdout.save();
    const stderr = this.stderr.save();
    if (stdout === undefined && stderr === undefined) return undefined;
    return { ...(stdout !== undefined && { stdout }), ...(stderr !== undefined && { stderr }) };
  }
}
