/** Limit per line; lines with more scalars are not listed. */
const maxValues = 512;

/** Scalars of one JSON line in order, from which the line's shape is learned. */
export class ScalarList {
  /** Number of scalars. */
  count = 0;
  readonly #numbers = new Int32Array(4 * maxValues);
  #records = false;

  /** Empties the list; `records` tells whether added scalars are kept. */
  clear(records: boolean): void {
    this.count = 0;
    this.#records = records;
  }

  /** True when the list holds all scalars of its line. */
  get isComplete(): boolean {
    return this.#records;
  }

  /** Stops recording: the line cannot be listed. */
  invalidate(): void {
    this.#records = false;
  }

  /** Adds a scalar: its byte range (a string's without quotes) and its slot or -1. */
  add(start: number, end: number, isString: boolean, slot: number): void {
    if (!this.#records) return;
    if (this.count === maxValues) {
      this.#records = false;
      return;
    }
    const at = 4 * this.count++;
    this.#numbers[at] = start;
    this.#numbers[at + 1] = end;
    this.#numbers[at + 2] = isString ? 1 : 0;
    this.#numbers[at + 3] = slot;
  }

  start(index: number): number {
    return this.#numbers[4 * index] ?? 0;
  }

  end(index: number): number {
    return this.#numbers[4 * index + 1] ?? 0;
  }

  isString(index: number): boolean {
    return this.#numbers[4 * index + 2] === 1;
  }

  slot(index: number): number {
    return this.#numbers[4 * index + 3] ?? -1;
  }
}
