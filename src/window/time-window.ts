import type { Plain } from "../plain.ts";
import { CellCounts } from "./cell-counts.ts";
import type { Window } from "./window.ts";

/**
 * The last stretch of time, as a ring of panes. Pane `n` holds the outcomes of `[n * paneMs, (n + 1) * paneMs)`; in the
 * window are the pane of now, the `panes` full ones before it, and those that the tolerated future reaches.
 *
 * Invariant: `totals` is the sum of the panes in the ring. Adding touches one pane; expiring a pane costs its cells,
 * however many outcomes it held. When the clock is set back, panes that had left stay lost; none is counted twice.
 */
export class TimeWindow implements Window {
  readonly totals = new CellCounts();
  readonly #paneMs: number;
  readonly #panes: number;
  /** The number of the pane that a slot of the ring holds; NaN when it is free. */
  #numbers: Float64Array;
  #slots: (CellCounts | undefined)[];
  readonly #changed = new Set<number>();
  /** The oldest pane in the window, and the span of now for which it is that. */
  #oldest = Number.NEGATIVE_INFINITY;
  #from = 0;
  #until = 0;
  /** The pane that was added to last: outcomes mostly come in the order of their times. NaN when it must be looked up. */
  #lastNumber = Number.NaN;
  #lastCounts = new CellCounts();

  /** `ms` is the window's length, `futureMs` how far past now an outcome may lie. */
  constructor(ms: number, panes: number, futureMs: number) {
    this.#paneMs = ms / panes;
    this.#panes = panes;
    this.#numbers = new Float64Array(panes + 2 + Math.ceil(futureMs / this.#paneMs)).fill(Number.NaN);
    this.#slots = new Array<CellCounts | undefined>(this.#numbers.length).fill(undefined);
  }

  add(cell: number, time: number, now: number): boolean {
    if (now < this.#from || now >= this.#until) this.slide(now);
    const number = Math.floor(time / this.#paneMs);
    if (number < this.#oldest) return false;
    if (number !== this.#lastNumber) this.#turnTo(number);
    this.#lastCounts.add(cell, 1);
    this.totals.add(cell, 1);
    return true;
  }

  slide(now: number): void {
    if (now >= this.#from && now < this.#until) return;
    const pane = Math.floor(now / this.#paneMs);
    this.#from = pane * this.#paneMs;
    this.#until = this.#from + this.#paneMs;
    this.#oldest = pane - this.#panes;
    for (let slot = 0; slot < this.#numbers.length; slot++) {
      if ((this.#numbers[slot] ?? Number.NaN) < this.#oldest) this.#clear(slot);
    }
  }

  renumber(numbers: readonly number[]): void {
    const kept = this.#slots
      .map((counts, slot) => ({ slot, pairs: counts?.pairs() ?? [] }))
      .filter(({ pairs }) => pairs.length > 0);
    for (const { slot } of kept) this.#drop(slot);
    for (const { slot, pairs } of kept) {
      this.#load(slot, pairs, (cell) => numbers[cell] ?? 0);
      this.#changed.add(this.#numbers[slot] ?? 0);
    }
  }

  changes(): [part: number, value: Plain | undefined][] {
    const changes = [...this.#changed].map((number): [number, Plain | undefined] => {
      const slot = this.#slot(number);
      return [number, this.#numbers[slot] === number ? [this.#paneMs, ...this.#counts(slot).pairs()] : undefined];
    });
    this.#changed.clear();
    this.#lastNumber = Number.NaN;
    return changes;
  }

  parts(): number[] {
    return [...new Set([...this.#changed, ...this.#numbers.filter((number) => !Number.isNaN(number))])];
  }

  restore(part: number, value: Plain): boolean {
    const [paneMs, ...pairs] = Array.isArray(value) ? value.filter((item) => typeof item === "number") : [];
    // Panes of another length are of another window.
    if (paneMs !== this.#paneMs || this.#numbers[this.#slot(part)] === part) return false;
    while (!Number.isNaN(this.#numbers[this.#slot(part)])) this.#lengthen();
    const slot = this.#slot(part);
    this.#numbers[slot] = part;
    this.#load(slot, pairs, (cell) => cell);
    // Whatever is too old by now leaves with the first look at the clock.
    this.#from = this.#until = 0;
    return true;
  }

  #slot(number: number): number {
    const length = this.#numbers.length;
    return ((number % length) + length) % length;
  }

  /**
   * Makes the ring longer, until its panes have a place each. The saved ones are of a ring that was longer when more of
   * the future was tolerated: they have places of their own in that one, or in one of a multiple of its length.
   */
  #lengthen(): void {
    const held = [...this.#numbers].flatMap((number, slot) => (Number.isNaN(number) ? [] : [{ number, slot }]));
    const slots = this.#slots;
    let length = this.#numbers.length;
    do length++;
    while (new Set(held.map(({ number }) => number % length)).size < held.length);
    this.#numbers = new Float64Array(length).fill(Number.NaN);
    this.#slots = new Array<CellCounts | undefined>(length).fill(undefined);
    for (const { number, slot } of held) {
      this.#numbers[this.#slot(number)] = number;
      this.#slots[this.#slot(number)] = slots[slot];
    }
    this.#lastNumber = Number.NaN;
  }

  /** Makes this pane the one that is added to, and marks it as changed. */
  #turnTo(number: number): void {
    const slot = this.#slot(number);
    if (this.#numbers[slot] !== number) {
      this.#clear(slot);
      this.#numbers[slot] = number;
    }
    this.#changed.add(number);
    this.#lastNumber = number;
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
    this.#lastNumber = Number.NaN;
  }

  #clear(slot: number): void {
    const number = this.#numbers[slot] ?? Number.NaN;
    if (Number.isNaN(number)) return;
    this.#drop(slot);
    this.#numbers[slot] = Number.NaN;
    this.#changed.add(number);
  }
}
