import type { JsonValue } from "../serializable.ts";
import { Additions, type Measures, type Outcome } from "./measure.ts";
import { NumberedSums } from "./numbered-sums.ts";
import { PaneSlab } from "./pane-slab.ts";
import { savedPane, savedPanes } from "./saved-panes.ts";
import type { Pane, Window } from "./window.ts";

/** Filled anew for each outcome that is mended, since to make one takes longer than to count with it. */
const mending = new Additions();

/**
 * Sliding time window as a ring of panes. Pane `n` covers `[n * paneMs, (n + 1) * paneMs)`; the window holds the current
 * pane, the `panes` complete ones before it, and those within the tolerated future. A matured window holds the `panes`
 * complete ones that ended `olderMs` ago; younger ones wait in its ring until they are as old.
 *
 * Invariant: `totals` is the sum of the panes in the ring that have neither expired nor wait. Adding changes one pane;
 * expiring a pane costs its cells, whatever its number of outcomes. An expired pane stays in the ring until its place is
 * needed: it counts again when the clock is set back.
 */
export class TimeWindow implements Window {
  readonly totals = new NumberedSums();
  readonly #paneMs: number;
  readonly #panes: number;
  readonly #measures: Measures;
  readonly #olderMs: number;
  /** Panes that outcomes of one moment may be in. */
  readonly #reach: number;
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
    this.#reach = panes + 2 + Math.ceil((futureMs + olderMs) / this.#paneMs);
    this.#paneNumbers = new Float64Array(this.#reach).fill(Number.NaN);
    this.#rows = new Int32Array(this.#reach).fill(-1);
  }

  add(_outcome: Outcome, additions: Additions, time: number, now: number): boolean {
    this.slide(now);
    const number = Math.floor(time / this.#paneMs);
    const isInWindow = number >= this.#oldest;
    // It counts if the clock is set back to where its pane does.
    if (!isInWindow && this.#slotOf(number) < 0) return false;
    if (number !== this.#lastPane) this.#selectPane(number);
    this.#slab.add(this.#lastRow, additions, 1);
    if (isInWindow && number < this.#waiting) this.totals.add(additions, 1);
    return isInWindow;
  }

  mend(from: Outcome, to: Outcome, time: number): boolean {
    const number = Math.floor(time / this.#paneMs);
    if (number < this.#oldest) return false;
    const row = this.#rows[this.#slotOf(number)] ?? -1;
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
    this.#countWithin(pane - this.#panes, this.#olderMs > 0 ? pane : Number.POSITIVE_INFINITY);
  }

  forget(): void {
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
      if (this.#counts(number)) this.#addCounts(this.#slab.counts(row));
      this.#changed.add(number);
    }
    this.#lastPane = Number.NaN;
  }

  panes(): readonly Pane[] {
    const held = new Map([...this.inPanes()].map((pane) => [pane.from, pane]));
    // But for a matured window, the current pane is one of them.
    const current = this.#oldest + this.#panes - (this.#olderMs === 0 ? 0 : 1);
    // One of a clock that was ahead may be years away.
    const last = Math.min(this.#newest * this.#paneMs, Math.max(current * this.#paneMs, ...held.keys()));
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
      if (row >= 0 && (areWaiting ? number >= this.#oldest : this.#counts(number)))
        yield this.#pane(number, this.#slab.counts(row));
    }
  }

  #pane(number: number, counts: readonly number[]): Pane {
    return { from: number * this.#paneMs, to: (number + 1) * this.#paneMs, counts };
  }

  changes(): Iterable<readonly [part: number, value: JsonValue | undefined]> {
    const copies = [...this.#changed].map((number) => {
      const slot = this.#slotOf(number);
      return [number, slot >= 0 ? this.#slab.copy(this.#row(slot)) : undefined] as const;
    });
    this.#changed.clear();
    this.#lastPane = Number.NaN;
    return savedPanes(this.#paneMs, copies);
  }

  parts(): number[] {
    return [...new Set([...this.#changed, ...this.#paneNumbers.filter((number) => !Number.isNaN(number))])];
  }

  restore(part: number, value: JsonValue): boolean {
    const [[paneMs, ...counts], limbs] = savedPane(value);
    // Panes of another length belong to another window.
    if (paneMs !== this.#paneMs || this.#slotOf(part) >= 0) return false;
    if (this.#freeSlot(part) < 0) this.#lengthen();
    const slot = this.#freeSlot(part);
    this.#paneNumbers[slot] = part;
    const row = this.#row(slot);
    for (let at = 0; at + 1 < counts.length; at += 2) this.#slab.addCount(row, counts[at] ?? 0, counts[at + 1] ?? 0);
    for (let at = 0; at + 1 < limbs.length; at += 2) this.#slab.addLimb(row, limbs[at] ?? 0, limbs[at + 1] ?? 0);
    if (this.#counts(part)) this.#slab.addTo(this.totals, row, 1);
    // What has expired leaves at the next slide.
    this.#validFrom = this.#validUntil = 0;
    return true;
  }

  /** Counts the panes from one number on and before another in the totals, and no others. */
  #countWithin(oldest: number, waiting: number): void {
    for (let slot = 0; slot < this.#rows.length; slot++) {
      const row = this.#rows[slot] ?? -1;
      const number = this.#paneNumbers[slot] ?? Number.NaN;
      const counts = number >= oldest && number < waiting;
      if (row >= 0 && counts !== this.#counts(number)) this.#slab.addTo(this.totals, row, counts ? 1 : -1);
    }
    this.#oldest = oldest;
    this.#waiting = waiting;
  }

  /** Tells whether a pane is part of the totals. */
  #counts(number: number): boolean {
    return number >= this.#oldest && number < this.#waiting;
  }

  /** Adds an outcome to the selected pane, or takes it out again. */
  #addToLast(outcome: Outcome, sign: 1 | -1): void {
    this.#measures.measure(outcome, mending);
    this.#slab.add(this.#lastRow, mending, sign);
    if (this.#counts(this.#lastPane)) this.totals.add(mending, sign);
  }

  #addCounts(pairs: readonly number[]): void {
    for (let at = 0; at < pairs.length; at += 2) this.totals.counts.add(pairs[at] ?? 0, pairs[at + 1] ?? 0);
  }

  /** Slot of a pane; below 0 for none. */
  #slotOf(number: number): number {
    const home = this.#homeOf(number);
    return this.#paneNumbers[home] === number ? home : this.#paneNumbers.indexOf(number);
  }

  /** A free slot, the pane's home if that is one; below 0 for none. */
  #freeSlot(number: number): number {
    const home = this.#homeOf(number);
    if (Number.isNaN(this.#paneNumbers[home])) return home;
    // A loop, here and below: of a log whose lines are far apart each takes a new pane.
    for (let slot = 0; slot < this.#paneNumbers.length; slot++) if (Number.isNaN(this.#paneNumbers[slot])) return slot;
    return -1;
  }

  /** Where a pane stands but when the clock was set, or was idle: then another may stand there. */
  #homeOf(number: number): number {
    const length = this.#paneNumbers.length;
    return ((number % length) + length) % length;
  }

  /** Frees the slot of the pane that is the furthest from those that outcomes of now may be in. */
  #makeRoom(): number {
    const newest = this.#newest;
    let furthest = 0;
    let distance = Number.NEGATIVE_INFINITY;
    for (let slot = 0; slot < this.#paneNumbers.length; slot++) {
      const number = this.#paneNumbers[slot] ?? Number.NaN;
      const own = Math.max(this.#oldest - number, number - newest);
      if (own > distance) [furthest, distance] = [slot, own];
    }
    this.#clear(furthest);
    return furthest;
  }

  /** The youngest pane that an outcome of now may be in. */
  get #newest(): number {
    return this.#oldest + this.#reach - 1;
  }

  /** Doubles the ring, for saved panes of a longer one (of a larger tolerated future). */
  #lengthen(): void {
    const [numbers, rows] = [this.#paneNumbers, this.#rows];
    this.#paneNumbers = new Float64Array(2 * numbers.length).fill(Number.NaN);
    this.#rows = new Int32Array(2 * rows.length).fill(-1);
    this.#paneNumbers.set(numbers);
    this.#rows.set(rows);
  }

  /** Selects the pane to add to, and marks it as changed. */
  #selectPane(number: number): void {
    let slot = this.#slotOf(number);
    if (slot < 0) {
      slot = this.#freeSlot(number);
      if (slot < 0) slot = this.#makeRoom();
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

  #clear(slot: number): void {
    const number = this.#paneNumbers[slot] ?? Number.NaN;
    if (Number.isNaN(number)) return;
    const row = this.#rows[slot] ?? -1;
    if (row >= 0 && this.#counts(number)) this.#slab.addTo(this.totals, row, -1);
    if (row >= 0) this.#slab.release(row);
    this.#rows[slot] = -1;
    this.#paneNumbers[slot] = Number.NaN;
    this.#lastPane = Number.NaN;
    this.#changed.add(number);
  }
}
