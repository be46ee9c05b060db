import type { JsonValue } from "../serializable.ts";
import { CellCounts } from "./cell-counts.ts";
import type { Window } from "./window.ts";

/**
 * Sliding time window as a ring of panes. Pane `n` covers `[n * paneMs, (n + 1) * paneMs)`; the window holds the current
 * pane, the `panes` complete ones before it, and those within the tolerated future.
 *
 * Invariant: `totals` is the sum of the panes in the ring. Adding changes one pane; expiring a pane costs its cells,
 * whatever its number of outcomes. When the clock is set back, expired panes stay lost and none is counted twice.
 */
export class TimeWindow implements Window {
  readonly totals = new CellCounts();
  readonly #paneMs: number;
  readonly #panes: number;
  /** Pane number per slot of the ring; NaN for a free slot. */
  #paneNumbers: Float64Array;
  #slots: (CellCounts | undefined)[];
  readonly #changed = new Set<number>();
  /** The oldest pane in the window, and the range of now for which this holds. */
  #oldest = Number.NEGATIVE_INFINITY;
  #validFrom = 0;
  #validUntil = 0;
  /** Pane of the last outcome, cached since outcomes mostly come in order of time; NaN to look it up. */
  #lastPane = Number.NaN;
  #lastCounts = new CellCounts();

  /** `ms` is the window's length, `futureMs` the tolerated future. */
  constructor(ms: number, panes: number, futureMs: number) {
    this.#paneMs = ms / panes;
    this.#panes = panes;
    this.#paneNumbers = new Float64Array(panes + 2 + Math.ceil(futureMs / this.#paneMs)).fill(Number.NaN);
    this.#slots = new Array<CellCounts | undefined>(this.#paneNumbers.length).fill(undefined);
  }

  add(cell: number, time: number, now: number): boolean {
    if (now < this.#validFrom || now >= this.#validUntil) this.slide(now);
    const number = Math.floor(time / this.#paneMs);
    if (number < this.#oldest) return false;
    if (number !== this.#lastPane) this.#selectPane(number);
    this.#lastCounts.add(cell, 1);
    this.totals.add(cell, 1);
    return true;
  }

  slide(now: number): void {
    if (now >= this.#validFrom && now < this.#validUntil) return;
    const pane = Math.floor(now / this.#paneMs);
    this.#validFrom = pane * this.#paneMs;
    this.#validUntil = this.#validFrom + this.#paneMs;
    this.#oldest = pane - this.#panes;
    for (let slot = 0; slot < this.#paneNumbers.length; slot++) {
      if ((this.#paneNumbers[slot] ?? Number.NaN) < this.#oldest) this.#clear(slot);
    }
  }

  renumber(numbers: readonly number[]): void {
    const kept = this.#slots
      .map((counts, slot) => ({ slot, pairs: counts?.pairs() ?? [] }))
      .filter(({ pairs }) => pairs.length > 0);
    for (const { slot } of kept) this.#drop(slot);
    for (const { slot, pairs } of kept) {
      this.#load(slot, pairs, (cell) => numbers[cell] ?? 0);
      this.#changed.add(this.#paneNumbers[slot] ?? 0);
    }
  }

  changes(): [part: number, value: JsonValue | undefined][] {
    const changes = [...this.#changed].map((number): [number, JsonValue | undefined] => {
      const slot = this.#slot(number);
      return [number, this.#paneNumbers[slot] === number ? [this.#paneMs, ...this.#counts(slot).pairs()] : undefined];
    });
    this.#changed.clear();
    this.#lastPane = Number.NaN;
    return changes;
  }

  parts(): number[] {
    return [...new Set([...this.#changed, ...this.#paneNumbers.filter((number) => !Number.isNaN(number))])];
  }

  restore(part: number, value: JsonValue): boolean {
    const [paneMs, ...pairs] = Array.isArray(value) ? value.filter((item) => typeof item === "number") : [];
    // Panes of another length belong to another window.
    if (paneMs !== this.#paneMs || this.#paneNumbers[this.#slot(part)] === part) return false;
    while (!Number.isNaN(this.#paneNumbers[this.#slot(part)])) this.#lengthen();
    const slot = this.#slot(part);
    this.#paneNumbers[slot] = part;
    this.#load(slot, pairs, (cell) => cell);
    // Expired panes leave at the next slide.
    this.#validFrom = this.#validUntil = 0;
    return true;
  }

  #slot(number: number): number {
    const length = this.#paneNumbers.length;
    return ((number % length) + length) % length;
  }

  /**
   * Lengthens the ring until each pane has its own slot, for saved panes of a longer ring (of a larger tolerated future):
   * they have distinct slots in that ring, or in a multiple of its length.
   */
  #lengthen(): void {
    const held = [...this.#paneNumbers].flatMap((number, slot) => (Number.isNaN(number) ? [] : [{ number, slot }]));
    const slots = this.#slots;
    let length = this.#paneNumbers.length;
    do length++;
    while (new Set(held.map(({ number }) => number % length)).size < held.length);
    this.#paneNumbers = new Float64Array(length).fill(Number.NaN);
    this.#slots = new Array<CellCounts | undefined>(length).fill(undefined);
    for (const { number, slot } of held) {
      this.#paneNumbers[this.#slot(number)] = number;
      this.#slots[this.#slot(number)] = slots[slot];
    }
    this.#lastPane = Number.NaN;
  }

  /** Selects the pane to add to, and marks it as changed. */
  #selectPane(number: number): void {
    const slot = this.#slot(number);
    if (this.#paneNumbers[slot] !== number) {
      this.#clear(slot);
      this.#paneNumbers[slot] = number;
    }
    this.#changed.add(number);
    this.#lastPane = number;
    this.#lastCounts = this.#counts(slot);
  }

  #counts(slot: number): CellCounts {
    return (this.#slots[slot] ??= new CellCounts());
  }

  #load(slot: number, pairs: readonly number[], numberOf: (cell: number) => number): void {
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const cell = numberOf(pairs[at] ?? 0);
      this.#counts(slot).add(cell, pairs[at + 1] ?? 0);
      this.totals.add(cell, pairs[at + 1] ?? 0);
    }
  }

  #drop(slot: number): void {
    const counts = this.#slots[slot];
    if (counts === undefined) return;
    this.totals.subtract(counts);
    this.#slots[slot] = undefined;
    this.#lastPane = Number.NaN;
  }

  #clear(slot: number): void {
    const number = this.#paneNumbers[slot] ?? Number.NaN;
    if (Number.isNaN(number)) return;
    this.#drop(slot);
    this.#paneNumbers[slot] = Number.NaN;
    this.#changed.add(number);
  }
}
