/** Values of one line that are listed; a line with more of them is not listed. */
const maxValues = 512;

/** The strings and other scalars of one JSON line in their order: what the line's shape is learned from. */
export class ValueList {
  /** How many there are. */
  count = 0;
  readonly #numbers = new Int32Array(4 * maxValues);
  #open = false;

  /** Empties the list; what is added is kept only when `open`. */
  begin(open: boolean): void {
    this.count = 0;
    this.#open = open;
  }

  /** Whether the list holds all values of its line. */
  get whole(): boolean {
    return this.#open;
  }

  /** The line cannot be listed. */
  spoil(): void {
    this.#open = false;
  }

  /** A value's bytes (a string's without the quotes) and its slot, or -1. */
  add(start: number, end: number, isString: boolean, slot: number): void {
    if (!this.#open) return;
    if (this.count === maxValues) {
      this.#open = false;
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
