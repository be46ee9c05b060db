import { idleMs } from "./seats.ts";

/** Time until classes that gave way, or folds, may have left the windows (ms). */
const patienceMs = 60_000;

/** What the choice of a class that gives way depends on. */
export interface Candidates {
  /** Numbers of the classes that may give way. */
  readonly numbers: readonly number[];
  /** Outcomes in the windows by class number. */
  readonly outcomes: () => readonly number[];
}

/**
 * Which classes of a full table are idle, and which have given way: what the windows hold of those is folded under their old
 * number. They are as many as have a seat, at most.
 */
export class ClassSeats {
  readonly #maxClasses: number;
  /** When each class was last counted, by number and the steady clock (Unix ms); NaN where that is not known. */
  #seen = new Float64Array(8).fill(Number.NaN);
  readonly #left: Set<number>;
  /** Classes that gave way and of which nothing was folded since, by name: they can have their number again. */
  readonly #returning = new Map<string, number>();
  /** When a search may find an idle class (Unix ms, steady). */
  #searchAt = Number.NEGATIVE_INFINITY;

  /** `left` are the numbers of classes that have given way. */
  constructor(maxClasses: number, left: Iterable<number> = []) {
    this.#maxClasses = maxClasses;
    this.#left = new Set(left);
  }

  /** Numbers of classes that gave way. */
  get left(): ReadonlySet<number> {
    return this.#left;
  }

  /** Notes that a class was counted. */
  note(number: number, steady: number): void {
    if (number >= this.#seen.length) this.#grow(number + 1);
    this.#seen[number] = steady;
  }

  /** Tells whether a search may find a class that gives way: a flood of new ones must not look through all at each. */
  mayFind(steady: number): boolean {
    return steady >= this.#searchAt;
  }

  /** Finds the idle class with the fewest outcomes; undefined where none gives way. */
  find({ numbers, outcomes }: Candidates, steady: number): number | undefined {
    this.#searchAt = steady + patienceMs;
    if (this.#left.size >= this.#maxClasses) return undefined;
    // What a restart has brought was counted just now, as far as known.
    for (const number of numbers) if (Number.isNaN(this.#since(number))) this.note(number, steady);
    const idle = numbers.filter((number) => steady - this.#since(number) >= idleMs);
    if (numbers.length === 0) return undefined;
    this.#searchAt = Math.min(...numbers.map((number) => this.#since(number) + idleMs));
    if (idle.length === 0) return undefined;
    const held = outcomes();
    const fewest = (a: number, b: number): number => (held[a] ?? 0) - (held[b] ?? 0) || this.#since(a) - this.#since(b);
    return idle.sort(fewest)[0];
  }

  /** Lets a class give way. */
  leave(name: string, number: number): void {
    this.#left.add(number);
    this.#returning.set(name, number);
  }

  /** Gives a class that gave way its number again; undefined where that may be part of a fold by now. */
  comeBack(name: string): number | undefined {
    const number = this.#returning.get(name);
    if (number === undefined) return undefined;
    this.#returning.delete(name);
    this.#left.delete(number);
    return number;
  }

  /** Notes that an outcome of a class is folded. */
  fold(name: string): void {
    this.#returning.delete(name);
  }

  /** The same with other numbers, given by the old ones; classes without a new number are gone. */
  renumbered(numbers: ReadonlyMap<number, number>): ClassSeats {
    const gone = -1;
    const left = [...this.#left].map((number) => numbers.get(number) ?? gone).filter((number) => number !== gone);
    const renumbered = new ClassSeats(this.#maxClasses, left);
    for (const [before, now] of numbers) renumbered.note(now, this.#since(before));
    for (const [name, before] of this.#returning) {
      const now = numbers.get(before);
      if (now !== undefined) renumbered.#returning.set(name, now);
    }
    return renumbered;
  }

  #since(number: number): number {
    return this.#seen[number] ?? Number.NaN;
  }

  #grow(length: number): void {
    const grown = new Float64Array(Math.max(length, this.#seen.length * 2)).fill(Number.NaN);
    grown.set(this.#seen);
    this.#seen = grown;
  }
}
