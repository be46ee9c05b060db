import type { JsonValue } from "../serializable.ts";
import { Additions, type Measures, type Outcome } from "./measure.ts";
import { NumberedSums } from "./numbered-sums.ts";
import { savedNumbers } from "./saved-numbers.ts";
import type { Window } from "./window.ts";

/** Outcomes per saved part: a commit rewrites the changed parts, not the whole ring. */
const partSize = 256;

/**
 * Window of exactly the last `size` outcomes in order of arrival, whatever their times. A ring of outcomes as numbers, of
 * which the measures compute again what an outcome that leaves had added: the `k`-th outcome is at `k % size`.
 */
export class CountWindow implements Window {
  readonly totals = new NumberedSums();
  readonly #size: number;
  readonly #measures: Measures;
  readonly #isConfusionAlone: boolean;
  #cells = new Uint32Array(16);
  /** Values of the measures, so many for each outcome. */
  #values = new Float64Array(0);
  /** Two halves of each outcome's key; empty while no outcome has one. */
  #keys = new Uint32Array(0);
  #added = 0;
  readonly #changed = new Set<number>();
  /** The part of the last outcome, if it is marked as changed. */
  #lastPart = -1;
  readonly #leaving: Outcome;
  readonly #additions = new Additions();

  constructor(size: number, measures: Measures) {
    this.#size = size;
    this.#measures = measures;
    this.#isConfusionAlone = measures.isConfusionAlone;
    this.#leaving = measures.outcome();
  }

  add(outcome: Outcome, additions: Additions): boolean {
    const at = this.#added % this.#size;
    if (this.#added >= this.#size) {
      if (this.#isConfusionAlone) this.totals.counts.add(this.#cells[at] ?? 0, -1);
      else this.#count(this.#at(at), -1);
    }
    this.#put(at, outcome);
    this.#added++;
    this.totals.add(additions, 1);
    const part = Math.floor(at / partSize);
    if (part !== this.#lastPart) this.#changed.add((this.#lastPart = part));
    return true;
  }

  mend(from: Outcome, to: Outcome): boolean {
    if (from.keyLow === 0 && from.keyHigh === 0) return false;
    // From the latest on: an id may have come again after the join forgot it.
    for (let back = 1; back <= this.#held; back++) {
      const at = (this.#added - back) % this.#size;
      if (this.#keys[2 * at] !== from.keyLow || this.#keys[2 * at + 1] !== from.keyHigh) continue;
      this.#count(this.#at(at), -1);
      this.#put(at, to);
      this.#count(to, 1);
      this.#changed.add(Math.floor(at / partSize));
      return true;
    }
    return false;
  }

  cells(): Iterable<number> {
    return this.totals.counts.pairs().filter((_cell, index) => index % 2 === 0);
  }

  forget(): void {
    // An outcome that has left is gone.
  }

  isAsOf(): boolean {
    return true;
  }

  slide(): void {
    // Outcomes do not expire in a count window.
  }

  renumber(numbers: readonly number[]): void {
    this.totals.counts.clear();
    for (let at = 0; at < this.#held; at++) {
      const cell = numbers[this.#cells[at] ?? 0] ?? 0;
      this.#cells[at] = cell;
      this.totals.counts.add(cell, 1);
      this.#changed.add(Math.floor(at / partSize));
    }
  }

  panes(): readonly [] {
    return [];
  }

  changes(): [part: number, value: JsonValue | undefined][] {
    const changes = [...this.#changed].map((part): [number, JsonValue] => [part, this.#saved(part)]);
    if (changes.length > 0) changes.push([-1, this.#added]);
    this.#changed.clear();
    this.#lastPart = -1;
    return changes;
  }

  parts(): number[] {
    const count = Math.ceil(this.#held / partSize);
    return [-1, ...Array.from({ length: count }, (_part, number) => number)];
  }

  restore(part: number, value: JsonValue): boolean {
    if (part === -1 && typeof value === "number") {
      this.#added = value;
      return true;
    }
    if (part < 0 || typeof value !== "object" || value === null) return false;
    const saved = "cells" in value ? value : { cells: value };
    const values = Array.isArray(saved["values"]) ? saved["values"] : [];
    const keys = savedNumbers(saved["keys"]);
    const width = this.#measures.values;
    savedNumbers(saved["cells"]).forEach((cell, index) => {
      const outcome = this.#leaving;
      outcome.cell = cell;
      for (let each = 0; each < width; each++) {
        const given: unknown = values[index * width + each];
        outcome.values[each] = typeof given === "number" ? given : Number.NaN;
      }
      outcome.keyLow = keys[2 * index] ?? 0;
      outcome.keyHigh = keys[2 * index + 1] ?? 0;
      this.#put(part * partSize + index, outcome);
      this.#count(outcome, 1);
    });
    return true;
  }

  get #held(): number {
    return Math.min(this.#added, this.#size);
  }

  #count(outcome: Outcome, sign: 1 | -1): void {
    this.#measures.measure(outcome, this.#additions);
    this.totals.add(this.#additions, sign);
  }

  /** The outcome at a place of the ring; the next call fills the same object. */
  #at(at: number): Outcome {
    const outcome = this.#leaving;
    const width = this.#measures.values;
    outcome.cell = this.#cells[at] ?? 0;
    for (let each = 0; each < width; each++) outcome.values[each] = this.#values[at * width + each] ?? Number.NaN;
    return outcome;
  }

  #saved(part: number): JsonValue {
    const from = part * partSize;
    const to = Math.min(from + partSize, this.#held);
    const width = this.#measures.values;
    const cells = [...this.#cells.subarray(from, to)];
    if (width === 0 && this.#keys.length === 0) return cells;
    return {
      cells,
      // A value that an outcome has not is written as null: JSON has no NaN.
      values: [...this.#values.subarray(from * width, to * width)].map((each) => (Number.isNaN(each) ? null : each)),
      keys: [...this.#keys.subarray(2 * from, 2 * to)],
    };
  }

  #put(at: number, outcome: Outcome): void {
    const width = this.#measures.values;
    if (at >= this.#cells.length) {
      const length = Math.min(Math.max(at + 1, this.#cells.length * 2), Math.max(this.#size, at + 1));
      this.#cells = copied(this.#cells, new Uint32Array(length));
      this.#values = copied(this.#values, new Float64Array(length * width));
      if (this.#keys.length > 0) this.#keys = copied(this.#keys, new Uint32Array(2 * length));
    }
    if (width > 0 && this.#values.length === 0) this.#values = new Float64Array(this.#cells.length * width);
    const hasKey = outcome.keyLow !== 0 || outcome.keyHigh !== 0;
    if (hasKey && this.#keys.length === 0) this.#keys = new Uint32Array(2 * this.#cells.length);
    this.#cells[at] = outcome.cell;
    if (width > 0) this.#values.set(outcome.values, at * width);
    if (this.#keys.length === 0) return;
    this.#keys[2 * at] = outcome.keyLow;
    this.#keys[2 * at + 1] = outcome.keyHigh;
  }
}

function copied<Numbers extends Uint32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
