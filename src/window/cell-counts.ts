/** Growable array of counts per cell number; integers, exact to 2^53. */
export class CellCounts {
  #counts = new Float64Array(4);

  /** Capacity; cells at and past it are 0. */
  get length(): number {
    return this.#counts.length;
  }

  get(cell: number): number {
    return this.#counts[cell] ?? 0;
  }

  add(cell: number, by: number): void {
    if (cell >= this.#counts.length) {
      const grown = new Float64Array(Math.max(cell + 1, this.#counts.length * 2));
      grown.set(this.#counts);
      this.#counts = grown;
    }
    this.#counts[cell] = this.get(cell) + by;
  }

  /** Subtracts other counts. */
  subtract(other: CellCounts): void {
    for (let cell = 0; cell < other.length; cell++) {
      const by = other.get(cell);
      if (by !== 0) this.add(cell, -by);
    }
  }

  /** Non-zero cells as `[cell, count, cell, count, ...]`. */
  pairs(): number[] {
    const pairs: number[] = [];
    for (let cell = 0; cell < this.length; cell++) {
      const count = this.get(cell);
      if (count !== 0) pairs.push(cell, count);
    }
    return pairs;
  }
}
