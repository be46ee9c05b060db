import { savedPart, type JsonValue } from "../serializable.ts";
import type { LineBudget } from "./line-budget.ts";

/** Bytes of a line given up that are shown. */
const headBytes = 512;

/** Time in which a line in pieces must have its end (ms). */
const endsWithinMs = 60_000;

/**
 * Reassembles a line that came in parts; keeps only the beginning of one that is too long. A budget of all such lines may
 * take its bytes.
 */
export class PartialLine {
  readonly #maxBytes: number;
  readonly #budget: LineBudget;
  #bytes = Buffer.alloc(0);
  #length = 0;
  /** Where the file has the first part that is not among the first `#given` bytes; NaN for no such part. */
  #begunAt = Number.NaN;
  /** Bytes that are of another file, or of a place not known. */
  #given = 0;
  /** True while the rest of a line that was given up is passed over. */
  #isSkipping = false;
  /** The beginning of a line that the budget took, until it is reported. */
  #taken: Buffer | undefined;
  /** By the budget's clock. */
  #firstMs = 0;
  #lastMs = 0;

  /** `saved` is the result of `save` or `all`. */
  constructor(maxBytes: number, budget: LineBudget, saved: JsonValue | undefined) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
    if (typeof saved === "string") {
      const bytes = Buffer.from(saved, "latin1");
      this.add(bytes, 0, bytes.length);
    }
    if (saved === true) {
      this.#isSkipping = true;
      this.#firstMs = this.#lastMs = budget.now();
    }
  }

  /** True while no part is pending. */
  get empty(): boolean {
    return this.#length === 0 && !this.#isSkipping;
  }

  /** True while the rest of a line that was given up is passed over. */
  get isSkipping(): boolean {
    return this.#isSkipping;
  }

  /** The parts so far, up to `length`; valid until the next `add` or `clear`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory. */
  get size(): number {
    return this.#bytes.length;
  }

  /** Where the file has the first part that is to be read again after a restart; NaN for none. */
  get begunAt(): number {
    return this.#begunAt;
  }

  /** Adds a part; `at` is where the file has it, NaN if that is not known. */
  add(bytes: Buffer, start: number, end: number, at = Number.NaN): void {
    this.#lastMs = this.#budget.now();
    if (this.empty) this.#firstMs = this.#lastMs;
    if (this.#isSkipping) return;
    // One byte past the maximum marks the line as too long, across restarts as well.
    const taken = Math.min(this.#length + end - start, this.#maxBytes + 1);
    if (taken > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(taken, 2 * this.#bytes.length, 4096));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#setBytes(grown);
    }
    bytes.copy(this.#bytes, this.#length, start, start + taken - this.#length);
    this.#length = taken;
    if (Number.isNaN(at)) this.#given = taken;
    else if (Number.isNaN(this.#begunAt) && taken > 0) this.#begunAt = at;
    this.#budget.keepWithin();
  }

  /** Drops what was added past the first `length` bytes. */
  cut(length: number): void {
    this.#length = length;
    this.#given = Math.min(this.#given, length);
  }

  /** Goes back to what is not of this file. */
  rewind(): void {
    this.#length = this.#given;
    this.#begunAt = Number.NaN;
  }

  /** Starts the next line. */
  clear(): void {
    this.#length = this.#given = 0;
    this.#begunAt = Number.NaN;
    this.#isSkipping = false;
    this.#setBytes(none);
  }

  /** Gives its bytes up to other lines, and passes over the rest of its line. */
  giveUp(): void {
    this.#taken = Buffer.from(this.#bytes.subarray(0, Math.min(this.#length, headBytes)));
    this.clear();
    this.#isSkipping = true;
  }

  /** The beginning of a line that was given up since the last call; undefined for none. */
  takeGivenUp(): Buffer | undefined {
    const taken = this.#taken;
    this.#taken = undefined;
    return taken;
  }

  /** Lets go of a line that has had no end for too long; returns its beginning, undefined for none. */
  expire(): Buffer | undefined {
    const now = this.#budget.now();
    if (this.empty || now - this.#firstMs < endsWithinMs) return undefined;
    // What still goes on is the rest of that line, and no other one.
    const goesOn = now - this.#lastMs < endsWithinMs;
    const head = this.#isSkipping ? undefined : Buffer.from(this.#bytes.subarray(0, Math.min(this.#length, headBytes)));
    this.clear();
    this.#isSkipping = goesOn;
    return head;
  }

  /** The pending bytes that the file does not have, as one character each; true while the rest of a line is passed over. */
  save(): string | true | undefined {
    if (this.#isSkipping) return true;
    return this.#given === 0 ? undefined : this.#bytes.toString("latin1", 0, this.#given);
  }

  /** As `save`, with all pending bytes. */
  all(): string | true | undefined {
    if (this.#isSkipping) return true;
    return this.#length === 0 ? undefined : this.#bytes.toString("latin1", 0, this.#length);
  }

  #setBytes(bytes: Buffer<ArrayBuffer>): void {
    const before = this.#bytes.length;
    this.#bytes = bytes;
    this.#budget.note(this, bytes.length - before);
  }
}

const none = Buffer.alloc(0);

/** Incomplete lines of a container's two streams, which are interleaved in one file. */
export class PartialStreams {
  readonly stdout: PartialLine;
  readonly stderr: PartialLine;
  /** Both of them. */
  readonly all: readonly PartialLine[];

  /** `saved` is the result of `save`. */
  constructor(maxBytes: number, budget: LineBudget, saved: JsonValue | undefined) {
    this.stdout = new PartialLine(maxBytes, budget, savedPart(saved, "stdout"));
    this.stderr = new PartialLine(maxBytes, budget, savedPart(saved, "stderr"));
    this.all = [this.stdout, this.stderr];
  }

  /** What of them is to be saved: all bytes, or those that the file does not have. */
  save(isAll: boolean): JsonValue | undefined {
    const stdout = isAll ? this.stdout.all() : this.stdout.save();
    const stderr = isAll ? this.stderr.all() : this.stderr.save();
    if (stdout === undefined && stderr === undefined) return undefined;
    return { ...(stdout !== undefined && { stdout }), ...(stderr !== undefined && { stderr }) };
  }
}
