import type { JsonValue } from "../serializable.ts";
import { Additions, type Measures, type Outcome } from "./measure.ts";
import { NumberedSums } from "./numbered-sums.ts";
import { PaneSlab } from "./pane-slab.ts";
import { savedNumbers } from "./saved-numbers.ts";
import type { Pane, Window } from "./window.ts";

/** Filled anew for each outcome that is mended, since to make one takes longer than to count with it. */
const mending = new Additions();

/**
 * Sliding time window as a ring of panes. Pane `n` covers `[n * paneMs, (n + 1) * paneMs)`; the window holds the current
 * pane, the `panes` complete ones before it, and those within the tolerated future. A matured window holds the `panes`
 * complete ones that ended `olderMs` ago; younger ones wait in its ring until they are as old.
 *
 * Invariant: `totals` is the sum of the panes in the ring that do not wait. Adding changes one pane; expiring a pane costs
 * its cells, whatever its number of outcomes. When the clock is set back, expired panes stay lost and none is counted twice.
 */
export class TimeWindow implements Window {
  readonly totals = new NumberedSums();
  readonly #paneMs: number;
  readonly #panes: number;
  readonly #measures: Measures;
  readonly #olderMs: number;
  /** Panes from this number on wait to be old enough. */
  #waiting: number;
  /** Pane number per slot of the ring; NaN for a free slot. */
  #paneNumbers: Float64Array;
  /** Row of the slab per slot; -1 while it counts nothing. */
  #rows: Int32Array;
  readonly #slab = new PaneSlab();
  readonly #changed = new Set<number>();
  /** The oldest pane in the window, and the range of now for which this holds. */
  #oldest = Number.NEGATIVE_INFINITY;
  #validFrom = 0;
  #validUntil = 0;
  /** Pane of the last outcome, cached since outcomes mostly come in order of time; NaN to look it up. */
  #lastPane = Number.NaN;
  #lastRow = 0;

  /** `ms` is the window's length, `futureMs` the tolerated future, `olderMs` the age of the youngest outcomes that count. */
  constructor(ms: number, panes: number, futureMs: number, measures: Measures, olderMs = 0) {
    this.#paneMs = ms / panes;
    this.#panes = panes;
    this.#measures = measures;
    this.#olderMs = olderMs;
    this.#waiting = olderMs === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const others = 2 + Math.ceil((futureMs + olderMs) / this.#paneMs);
    this.#paneNumbers = new Float64Array(panes + others).fill(Number.NaN);
    this.#rows = new Int32Array(this.#paneNumbers.length).fill(-1);
  }

  add(_outcome: Outcome, additions: Additions, time: number, now: number): boolean {
    this.slide(now);
    const number = Math.floor(time / this.#paneMs);
    if (number < this.#oldest) return false;
    if (number !== this.#lastPane) this.#selectPane(number);
    this.#slab.add(this.#lastRow, additions, 1);
    if (number < this.#waiting) this.totals.add(additions, 1);
    return true;
  }

  mend(from: Outcome, to: Outcome, time: number): boolean {
    const number = Math.floor(time / this.#paneMs);
    if (number < this.#oldest || this.#paneNumbers[this.#slot(number)] !== number) return false;
    const row = this.#rows[this.#slot(number)] ?? -1;
    // It was counted under another cell where classes have been folded since.
    if (row < 0 || this.#slab.countOf(row, from.cell) === 0) return false;
    this.#selectPane(number);
    this.#addToLast(from, -1);
    this.#addToLast(to, 1);
    return true;
  }

  isAsOf(now: number): boolean {
    return now >= this.#validFrom && now < this.#validUntil;
  }

  slide(now: number): void {
    if (this.isAsOf(now)) return;
    const pane = Math.floor((now - this.#olderMs) / this.#paneMs);
    this.#validFrom = pane * this.#paneMs + this.#olderMs;
    this.#validUntil = this.#validFrom + this.#paneMs;
    this.#oldest = pane - this.#panes;
    if (this.#olderMs > 0) this.#countUntil(pane);
    for (let slot = 0; slot < this.#paneNumbers.length; slot++) {
      if ((this.#paneNumbers[slot] ?? Number.NaN) < this.#oldest) this.#clear(slot);
    }
  }

  renumber(numbers: readonly number[]): void {
    this.totals.counts.clear();
    for (let slot = 0; slot < this.#rows.length; slot++) {
      const row = this.#rows[slot] ?? -1;
      if (row < 0) continue;
      this.#slab.renumber(row, numbers);
      const number = this.#paneNumbers[slot] ?? 0;
      if (number < this.#waiting) this.#addCounts(this.#slab.counts(row));
      this.#changed.add(number);
    }
    this.#lastPane = Number.NaN;
  }

  panes(): readonly Pane[] {
    const held = new Map([...this.inPanes()].map((pane) => [pane.from, pane]));
    // But for a matured window, the current pane is one of them.
    const current = this.#oldest + this.#panes - (this.#olderMs === 0 ? 0 : 1);
    const last = Math.max(current * this.#paneMs, ...held.keys());
    const panes: Pane[] = [];
    for (let number = this.#oldest; number * this.#paneMs <= last; number++) {
      panes.push(held.get(number * this.#paneMs) ?? this.#pane(number, []));
    }
    return panes;
  }

  cells(): Iterable<number> {
    const cells = new Set<number>();
    for (const { counts } of this.inPanes(true)) {
      for (let at = 0; at < counts.length; at += 2) cells.add(counts[at] ?? 0);
    }
    return cells;
  }

  /** The panes that hold anything and count, in no order; with `areWaiting` also those that wait to be old enough. */
  *inPanes(areWaiting = false): Iterable<Pane> {
    for (let slot = 0; slot < this.#rows.length; slot++) {
      const row = this.#rows[slot] ?? -1;
      const number = this.#paneNumbers[slot] ?? Number.NaN;
      if (row >= 0 && (areWaiting || number < this.#waiting)) yield this.#pane(number, this.#slab.counts(row));
    }
  }

  #pane(number: number, counts: readonly number[]): Pane {
    return { from: number * this.#paneMs, to: (number + 1) * this.#paneMs, counts };
  }

  changes(): [part: number, value: JsonValue | undefined][] {
    const changes = [...this.#changed].map((number): [number, JsonValue | undefined] => {
      const slot = this.#slot(number);
      return [number, this.#paneNumbers[slot] === number ? this.#saved(slot) : undefined];
    });
    this.#changed.clear();
    this.#lastPane = Number.NaN;
    return changes;
  }

  parts(): number[] {
    return [...new Set([...this.#changed, ...this.#paneNumbers.filter((number) => !Number.isNaN(number))])];
  }

  restore(part: number, value: JsonValue): boolean {
    const [[paneMs, ...counts], limbs] = savedPane(value);
    // Panes of another length belong to another window.
    if (paneMs !== this.#paneMs || this.#paneNumbers[this.#slot(part)] === part) return false;
    while (!Number.isNaN(this.#paneNumbers[this.#slot(part)])) this.#lengthen();
    const slot = this.#slot(part);
    this.#paneNumbers[slot] = part;
    const row = this.#row(slot);
    for (let at = 0; at + 1 < counts.length; at += 2) this.#slab.addCount(row, counts[at] ?? 0, counts[at + 1] ?? 0);
    for (let at = 0; at + 1 < limbs.length; at += 2) this.#slab.addLimb(row, limbs[at] ?? 0, limbs[at + 1] ?? 0);
    if (part < this.#waiting) this.#slab.addTo(this.totals, row, 1);
    // Expired panes leave at the next slide.
    this.#validFrom = this.#validUntil = 0;
    return true;
  }

  /** Counts the panes before a number in the totals, and no others. */
  #countUntil(waiting: number): void {
    for (let slot = 0; slot < this.#rows.length; slot++) {
      const row = this.#rows[slot] ?? -1;
      const number = this.#paneNumbers[slot] ?? Number.NaN;
      if (row < 0 || number < this.#waiting === number < waiting) continue;
      this.#slab.addTo(this.totals, row, number < waiting ? 1 : -1);
    }
    this.#waiting = waiting;
  }

  /** Adds an outcome to the selected pane, or takes it out again. */
  #addToLast(outcome: Outcome, sign: 1 | -1): void {
    this.#measures.measure(outcome, mending);
    this.#slab.add(this.#lastRow, mending, sign);
    if (this.#lastPane < this.#waiting) this.totals.add(mending, sign);
  }

  #addCounts(pairs: readonly number[]): void {
    for (let at = 0; at < pairs.length; at += 2) this.totals.counts.add(pairs[at] ?? 0, pairs[at + 1] ?? 0);
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
    const rows = this.#rows;
    let length = this.#paneNumbers.length;
    do length++;
    while (new Set(held.map(({ number }) => number % length)).size < held.length);
    this.#paneNumbers = new Float64Array(length).fill(Number.NaN);
    this.#rows = new Int32Array(length).fill(-1);
    for (const { number, slot } of held) {
      this.#paneNumbers[this.#slot(number)] = number;
      this.#rows[this.#slot(number)] = rows[slot] ?? -1;
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
    this.#lastRow = this.#row(slot);
  }

  #row(slot: number): number {
    const known = this.#rows[slot] ?? -1;
    return known < 0 ? (this.#rows[slot] = this.#slab.take()) : known;
  }

  /** What is written down of a pane: its length and its counts; with sums, these beside it. */
  #saved(slot: number): JsonValue {
    const row = this.#row(slot);
    const counts = [this.#paneMs, ...this.#slab.counts(row)];
    const limbs = this.#slab.limbs(row);
    return limbs.length === 0 ? counts : { counts, limbs };
  }

  #clear(slot: number): void {
    const number = this.#paneNumbers[slot] ?? Number.NaN;
    if (Number.isNaN(number)) return;
    const row = this.#rows[slot] ?? -1;
    if (row >= 0 && number < this.#waiting) this.#slab.addTo(this.totals, row, -1);
    if (row >= 0) this.#slab.release(row);
    this.#rows[slot] = -1;
    this.#paneNumbers[slot] = Number.NaN;
    this.#lastPane = Number.NaN;
    this.#changed.add(number);
  }
}

/** Parts of a saved pane: its length before its counts, and its limbs. */
export function savedPane(value: JsonValue): readonly [counts: readonly number[], limbs: readonly number[]] {
  if (typeof value !== "object" || value === null || !("counts" in value)) return [savedNumbers(value), []];
  return [savedNumbers(value["counts"]), savedNumbers(value["limbs"])];
}
