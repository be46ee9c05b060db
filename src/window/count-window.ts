import type { JsonValue } from "../serializable.ts";
import { CellCounts } from "./cell-counts.ts";
import type { Window } from "./window.ts";

/** Outcomes per saved part: a commit rewrites the changed parts, not the whole ring. */
const partSize = 256;

/**
 * Window of exactly the last `size` outcomes in order of arrival, whatever their times. A ring of cell numbers: the
 * `k`-th outcome is at `k % size`.
 */
export class CountWindow implements Window {
  readonly totals = new CellCounts();
  readonly #size: number;
  #ring = new Uint32Array(16);
  #added = 0;
  readonly #changed = new Set<number>();
  /** The part of the last outcome, if it is marked as changed. */
  #lastPart = -1;

  constructor(size: number) {
    this.#size = size;
  }

  add(cell: number): boolean {
    const at = this.#added % this.#size;
    if (this.#added >= this.#size) this.totals.add(this.#ring[at] ?? 0, -1);
    this.#put(at, cell);
    this.#added++;
    this.totals.add(cell, 1);
    const part = Math.floor(at / partSize);
    if (part !== this.#lastPart) this.#changed.add((this.#lastPart = part));
    return true;
  }

  slide(): void {
    // Outcomes do not expire in a count window.
  }

  renumber(numbers: readonly number[]): void {
    const pairs = this.totals.pairs();
    for (let at = 0; at < pairs.length; at += 2) this.totals.add(pairs[at] ?? 0, -(pairs[at + 1] ?? 0));
    for (let at = 0; at < Math.min(this.#added, this.#size); at++) {
      const cell = numbers[this.#ring[at] ?? 0] ?? 0;
      this.#ring[at] = cell;
      this.totals.add(cell, 1);
      this.#changed.add(Math.floor(at / partSize));
    }
  }

  changes(): [part: number, value: JsonValue | undefined][] {
    const held = Math.min(this.#added, this.#size);
    const changes = [...this.#changed].map((part): [number, JsonValue] => {
      const from = part * partSize;
      return [part, [...this.#ring.subarray(from, Math.min(from + partSize, held))]];
    });
    if (changes.length > 0) changes.push([-1, this.#added]);
    this.#changed.clear();
    this.#lastPart = -1;
    return changes;
  }

  parts(): number[] {
    const count = Math.ceil(Math.min(this.#added, this.#size) / partSize);
    return [-1, ...Array.from({ length: count }, (_part, number) => number)];
  }

  restore(part: number, value: JsonValue): boolean {
    if (part === -1 && typeof value === "number") {
      this.#added = value;
      return true;
    }
    if (part < 0 || !Array.isArray(value)) return false;
    value.forEach((cell: JsonValue, index) => {
      if (typeof cell !== "number") return;
      this.#put(part * partSize + index, cell);
      this.totals.add(cell, 1);
    });
    return true;
  }

  #put(at: number, cell: number): void {
    if (at >= this.#ring.length) {
      const grown = new Uint32Array(Math.min(Math.max(at + 1, this.#ring.length * 2), Math.max(this.#size, at + 1)));
      grown.set(this.#ring);
      this.#ring = grown;
    }
    this.#ring[at] = cell;
  }
}
