import { limbsPerSum, splitIntoLimbs } from "./exact-sum.ts";

/** What happened, as numbers: all that measures read and count windows keep. Made once and filled anew for each outcome. */
export interface Outcome {
  /** Number of the confusion matrix's cell. */
  cell: number;
  /** Values that measures ask for, in the order of the measures; NaN where the outcome has none. */
  readonly values: Float64Array;
  /** Hash of the outcome's id, by which a count window finds it again; 0 and 0 where it has none. */
  keyLow: number;
  keyHigh: number;
}

/** What an outcome adds to the numbered sums of a tag. The same outcome always adds the same, so it can be taken out again. */
export interface Measure {
  readonly id: string;
  /** How many sums of real numbers it keeps. */
  readonly sums: number;
  /** How many values it reads of an outcome. */
  readonly values: number;
  /** Adds an outcome; `firstValue` and `firstSum` are where its values and sums begin. */
  add(outcome: Outcome, to: Additions, firstValue: number, firstSum: number): void;
}

/** Sums of real numbers, by the measure that keeps them. */
export type Sums = ReadonlyMap<string, readonly number[]>;

/** Counts outcomes by actual and predicted class. */
const confusion: Measure = {
  id: "confusion",
  sums: 0,
  values: 0,
  add({ cell }, to) {
    to.count(cell);
  },
};

/** What one outcome adds: counts by cell, and limbs of sums by number. Filled anew for each outcome. */
export class Additions {
  cells = new Uint32Array(4);
  cellCount = 0;
  limbs = new Uint32Array(4);
  amounts = new Float64Array(4);
  limbCount = 0;
  /** The cell, where an outcome is counted there and adds nothing else, as nearly all are; -1 otherwise. */
  onlyCell = -1;
  #first = 0;
  readonly #put = (limb: number, value: number): void => {
    if (value !== 0) this.#add(this.#first + limb, value);
  };

  clear(): void {
    this.cellCount = 0;
    this.limbCount = 0;
    this.onlyCell = -1;
  }

  /** Counts one in a cell. */
  count(cell: number): void {
    if (this.cellCount === this.cells.length) this.cells = grown(this.cells, new Uint32Array(this.cellCount * 2));
    this.cells[this.cellCount++] = cell;
    this.onlyCell = this.cellCount === 1 && this.limbCount === 0 ? cell : -1;
  }

  /** Adds a real number to a sum; not a number adds nothing. */
  sum(number: number, x: number): void {
    if (Number.isNaN(x)) return;
    this.#first = number * limbsPerSum;
    splitIntoLimbs(x, this.#put);
  }

  #add(limb: number, value: number): void {
    if (this.limbCount === this.limbs.length) {
      this.limbs = grown(this.limbs, new Uint32Array(this.limbCount * 2));
      this.amounts = grown(this.amounts, new Float64Array(this.limbCount * 2));
    }
    this.onlyCell = -1;
    this.limbs[this.limbCount] = limb;
    this.amounts[this.limbCount++] = value;
  }
}

function grown<Numbers extends Uint32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** Measures of a tag: the confusion matrix, and those that keep sums, each with its place among values and sums. */
export class Measures {
  /** How many values an outcome has. */
  readonly values: number;
  readonly #all: readonly { readonly measure: Measure; readonly firstValue: number; readonly firstSum: number }[];

  /** `measures` are those besides the confusion matrix. */
  constructor(measures: readonly Measure[] = []) {
    let firstValue = 0;
    let firstSum = 0;
    this.#all = [confusion, ...measures].map((measure) => {
      const placed = { measure, firstValue, firstSum };
      firstValue += measure.values;
      firstSum += measure.sums;
      return placed;
    });
    this.values = firstValue;
  }

  /** Whether an outcome adds one to its cell and nothing else. */
  get isConfusionAlone(): boolean {
    return this.#all.length === 1;
  }

  /** What saved sums are told by: those that were kept by other measures are not taken back. */
  get ids(): string {
    return this.#all.map(({ measure }) => measure.id).join(" ");
  }

  /** Makes an outcome without values and key. */
  outcome(): Outcome {
    return { cell: 0, values: new Float64Array(this.values).fill(Number.NaN), keyLow: 0, keyHigh: 0 };
  }

  /** Works out what an outcome adds. */
  measure(outcome: Outcome, to: Additions): void {
    to.clear();
    for (const { measure, firstValue, firstSum } of this.#all) measure.add(outcome, to, firstValue, firstSum);
  }

  /** The sums of each measure, read by their numbers. */
  sums(read: (number: number) => number): Sums {
    const sums = this.#all.map(({ measure, firstSum }): [string, number[]] => [
      measure.id,
      Array.from({ length: measure.sums }, (_sum, index) => read(firstSum + index)),
    ]);
    return new Map(sums);
  }
}
