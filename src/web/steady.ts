/** Tells states that have come to stay from those between two steps of a writer. */
export class Steady {
  #current: string;
  #candidate: string | undefined;

  constructor(current: string) {
    this.#current = current;
  }

  /** Takes what is seen now; true once for another state that is seen twice in a row, which is then the current one. */
  isNew(seen: string): boolean {
    const isSecond = seen === this.#candidate;
    this.#candidate = seen;
    if (seen === this.#current || !isSecond) return false;
    this.#current = seen;
    return true;
  }
}
