/** Numbers by index that grow as new indices appear; those past the end are 0. */
export class NumberList {
  /** Number of changes so far: where it is the same, so are all numbers. */
  changes = 0;
  #values = new Float64Array(4);

  get(index: number): number {
    return this.#values[index] ?? 0;
  }

  add(index: number, by: number): void {
    if (index >= this.#values.length) {
      const grown = new Float64Array(Math.max(index + 1, this.#values.length + (this.#values.length >> 1)));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[index] = (this.#values[index] ?? 0) + by;
    this.changes++;
  }

  /** The numbers by index as they are now; others may follow in another array. */
  get values(): Float64Array {
    return this.#values;
  }

  /** Sets all to 0. */
  clear(): void {
    this.changes++;
    this.#values.fill(0);
  }

  /** Lists what is not 0, as `[index, value, index, value, ...]`. */
  pairs(): number[] {
    return pairsOf(this.#values);
  }
}

/** Lists what is not 0, as `[index, value, index, value, ...]`. */
export function pairsOf(values: Float64Array | Uint32Array): number[] {
  const pairs: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value !== 0) pairs.push(index, value);
  }
  return pairs;
}
