import type { Cell } from "./cell-matrix.ts";

/** Cells (pairs of actual and predicted class) by number, in order of appearance. */
export class CellTable {
  readonly #describe: (actual: number, predicted: number) => Pick<Cell, "declared" | "folded">;
  /** `#numbers[actual][predicted]` is the cell's number plus one; 0 for no cell. */
  readonly #numbers: Uint32Array[] = [];
  readonly #cells: Cell[] = [];
  readonly #pairs: number[] = [];
  /** By a cell's number plus one, that of an earlier cell of the same classes: what was saved may have several. */
  readonly #earlier = new Map<number, number>();

  /** `describe` gives the flags of a new cell. */
  constructor(describe: (actual: number, predicted: number) => Pick<Cell, "declared" | "folded">) {
    this.#describe = describe;
  }

  /** The cells by number; more are added, and none changes. */
  get all(): readonly Cell[] {
    return this.#cells;
  }

  /** The class numbers of the cells, two a cell. */
  get pairs(): number[] {
    return this.#pairs.slice();
  }

  /** Outcomes of each class by its number, on either side, of counts by cell. */
  outcomes(windows: readonly Float64Array[]): readonly number[] {
    const outcomes: number[] = [];
    const add = (number: number, count: number): void => {
      outcomes[number] = (outcomes[number] ?? 0) + count;
    };
    for (const counts of windows) {
      for (const [number, { actual, predicted }] of this.#cells.entries()) {
        add(actual, counts[number] ?? 0);
        if (predicted !== actual) add(predicted, counts[number] ?? 0);
      }
    }
    return outcomes;
  }

  /** Numbers of all cells of two classes, the latest first; empty where there is none. */
  allOf(actual: number, predicted: number): number[] {
    const all: number[] = [];
    let number = this.#numbers[actual]?.[predicted] ?? 0;
    for (; number > 0; number = this.#earlier.get(number) ?? 0) all.push(number - 1);
    return all;
  }

  /** Number of the cell of two classes; added on first use. */
  at(actual: number, predicted: number): number {
    const known = this.#numbers[actual]?.[predicted] ?? 0;
    return known === 0 ? this.add(actual, predicted) : known - 1;
  }

  /** Adds a cell, and returns its number. */
  add(actual: number, predicted: number): number {
    this.#pairs.push(actual, predicted);
    const number = this.#cells.push({ actual, predicted, ...this.#describe(actual, predicted) });
    let row = this.#numbers[actual];
    if (row === undefined || predicted >= row.length) {
      const grown = new Uint32Array(Math.max(8, predicted + 1, (row?.length ?? 0) * 2));
      if (row !== undefined) grown.set(row);
      this.#numbers[actual] = row = grown;
    }
    const earlier = row[predicted] ?? 0;
    if (earlier > 0) this.#earlier.set(number, earlier);
    row[predicted] = number;
    return number - 1;
  }
}
