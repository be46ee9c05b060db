import type { Additions } from "./measure.ts";
import type { NumberList } from "./number-list.ts";
import { pairsOf } from "./number-list.ts";
import type { NumberedSums } from "./numbered-sums.ts";

const most32 = 2 ** 32 - 1;

/** What a row holds, by cell and by limb. */
export interface RowCopy {
  readonly counts: Uint32Array | Float64Array;
  readonly limbs: Float64Array;
}

/**
 * The panes of a window, a row each: all counts in one array and all limbs in another, since an array for each pane costs
 * more in headers than in counts. Rows and columns come as they are used. Counts have 32 bits until one needs more.
 */
export class PaneSlab {
  #counts: Uint32Array | Float64Array = new Uint32Array(0);
  #limbs = new Float64Array(0);
  #cells = 0;
  #limbsWidth = 0;
  #rows = 0;
  readonly #free: number[] = [];

  /** Takes a row, in which all is 0. */
  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const from = this.#rows;
    this.#resize(more(from), this.#cells, this.#limbsWidth);
    for (let row = this.#rows - 1; row > from; row--) this.#free.push(row);
    return from;
  }

  /** Gives a row back, empty. */
  release(row: number): void {
    this.#countsOf(row).fill(0);
    this.#limbsOf(row).fill(0);
    this.#free.push(row);
  }

  /** Adds what a row holds to totals, or takes it out again. */
  addTo(totals: NumberedSums, row: number, sign: 1 | -1): void {
    addAll(this.#countsOf(row), totals.counts, sign);
    addAll(this.#limbsOf(row), totals.limbs, sign);
  }

  /** Adds what an outcome adds, or takes it out again. */
  add(row: number, additions: Additions, sign: 1 | -1): void {
    if (additions.onlyCell >= 0) {
      this.addCount(row, additions.onlyCell, sign);
      return;
    }
    const { cells, cellCount, limbs, amounts, limbCount } = additions;
    for (let at = 0; at < cellCount; at++) this.addCount(row, cells[at] ?? 0, sign);
    for (let at = 0; at < limbCount; at++) this.addLimb(row, limbs[at] ?? 0, sign * (amounts[at] ?? 0));
  }

  addCount(row: number, cell: number, by: number): void {
    if (cell >= this.#cells) this.#resize(this.#rows, more(cell), this.#limbsWidth);
    const at = row * this.#cells + cell;
    const count = (this.#counts[at] ?? 0) + by;
    if (count > most32 && this.#counts instanceof Uint32Array) this.#counts = Float64Array.from(this.#counts);
    this.#counts[at] = count;
  }

  addLimb(row: number, limb: number, by: number): void {
    if (limb >= this.#limbsWidth) this.#resize(this.#rows, this.#cells, limb + 4 - (limb % 4));
    const at = row * this.#limbsWidth + limb;
    this.#limbs[at] = (this.#limbs[at] ?? 0) + by;
  }

  /** Reads a count of a row. */
  countOf(row: number, cell: number): number {
    return cell < this.#cells ? (this.#counts[row * this.#cells + cell] ?? 0) : 0;
  }

  /** Lists the counts of a row that are not 0, as `[cell, count, ...]`. */
  counts(row: number): number[] {
    return pairsOf(this.#countsOf(row));
  }

  /** Copies a row. */
  copy(row: number): RowCopy {
    return { counts: this.#countsOf(row).slice(), limbs: this.#limbsOf(row).slice() };
  }

  /** Gives the cells of a row new numbers. */
  renumber(row: number, numbers: readonly number[]): void {
    const pairs = this.counts(row);
    this.#countsOf(row).fill(0);
    for (let at = 0; at < pairs.length; at += 2) {
      this.addCount(row, numbers[pairs[at] ?? 0] ?? 0, pairs[at + 1] ?? 0);
    }
  }

  #countsOf(row: number): Uint32Array | Float64Array {
    return this.#counts.subarray(row * this.#cells, (row + 1) * this.#cells);
  }

  #limbsOf(row: number): Float64Array {
    return this.#limbs.subarray(row * this.#limbsWidth, (row + 1) * this.#limbsWidth);
  }

  #resize(rows: number, cells: number, limbs: number): void {
    const size = rows * cells;
    const counts = this.#counts instanceof Uint32Array ? new Uint32Array(size) : new Float64Array(size);
    const limbValues = new Float64Array(rows * limbs);
    for (let row = 0; row < this.#rows; row++) {
      counts.set(this.#countsOf(row), row * cells);
      limbValues.set(this.#limbsOf(row), row * limbs);
    }
    this.#counts = counts;
    this.#limbs = limbValues;
    [this.#rows, this.#cells, this.#limbsWidth] = [rows, cells, limbs];
  }
}

/** A size past `needed`: an eighth is spare, so that growing costs little and little lies idle. */
function more(needed: number): number {
  return needed + Math.max(4, needed >> 3);
}

function addAll(values: Uint32Array | Float64Array, totals: NumberList, sign: 1 | -1): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value !== 0) totals.add(index, sign * value);
  }
}
