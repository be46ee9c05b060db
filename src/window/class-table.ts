import { confusionMatrix, type ConfusionMatrix } from "./confusion-matrix.ts";
import { isFoldedName, otherClass, wrongClass } from "./folded-classes.ts";
import type { ModelClasses } from "./options.ts";

/** With so many numbers of `__other__` in the windows no seats are given up, so that their number is bounded. */
const mostFolds = 4;

interface Cell {
  readonly actual: number;
  readonly predicted: number;
  /** Whether both classes are declared, or none had to be. */
  readonly declared: boolean;
  /** Whether at least one class is past the limit. */
  readonly folded: boolean;
}

/** What is written down of a table: names by class number, and for each cell its two class numbers. */
export interface SavedClasses {
  readonly classes: readonly string[];
  readonly cells: readonly number[];
  /** Whether it was written by 0.1.0, where misses of folded classes counted as hits. */
  readonly unfolded: boolean;
  /** The spellings that held when the counts were made. */
  readonly spellings: string;
}

/**
 * The classes of a tag by number, and its cells (pairs of actual and predicted class), numbered as they appear; the
 * windows know cells by number alone.
 *
 * Classes past the limit have no seat: their outcomes are folded into `__other__` and `__wrong__`, right or wrong as the
 * log has it. Numbers are given in the order of time, and a class that gets a seat after something was folded makes the
 * next fold take a new number of `__other__`. So a class with a higher number than an `__other__` that a window holds may
 * be among what that stands for; the window's matrix then shows the class folded as well. What it shows is exact.
 */
export class ClassTable {
  readonly #model: ModelClasses;
  readonly #maxClasses: number;
  /** The classes whose seats are kept, whether they occur or not. */
  readonly #reserved: ReadonlySet<string>;
  readonly #declared: ReadonlySet<string> | undefined;
  #names: string[] = [];
  /** The numbers of seated classes, by each of their spellings. */
  #numbers = new Map<string, number>();
  /** `#cellNumbers[actual][predicted]` is the cell's number plus one; 0 is none. */
  #cellNumbers: Uint32Array[] = [];
  #cells: Cell[] = [];
  #seats = 0;
  /** The numbers that the next fold takes; undefined where it makes a new one. */
  #other: number | undefined;
  #wrong: number | undefined;

  constructor(model: ModelClasses, maxClasses: number) {
    const owed = model.objectives.flatMap((objective) => objective.class ?? []);
    this.#model = model;
    this.#maxClasses = maxClasses;
    this.#declared = model.classes && new Set(model.classes);
    this.#reserved = new Set((model.classes ?? [...new Set(owed)]).filter(isSeatable).slice(0, maxClasses));
    this.#setNames([]);
  }

  /** The names of the seated classes. */
  get seated(): string[] {
    return this.#names.filter(isSeatable);
  }

  /** The classes that have been actual, and those that have been predicted, in code-unit order. */
  get sides(): { readonly actual: string[]; readonly predicted: string[] } {
    const names = (side: "actual" | "predicted"): string[] =>
      [...new Set(this.#cells.map((cell) => this.#names[cell[side]] ?? ""))].sort();
    return { actual: names("actual"), predicted: names("predicted") };
  }

  /** Whether an outcome of these classes could have to be folded. */
  isShortOf(actual: string, predicted: string): boolean {
    return this.#seats + 2 > this.#maxClasses && !(this.#numbers.has(actual) && this.#numbers.has(predicted));
  }

  /** The number of the cell of two classes as the log spells them. */
  cell(actual: string, predicted: string): number {
    const row = this.#numbers.get(actual) ?? this.#seat(actual);
    const column = this.#numbers.get(predicted) ?? this.#seat(predicted);
    if (row !== undefined && column !== undefined) return this.#cell(row, column);
    const other = (this.#other ??= this.#names.push(otherClass) - 1);
    if (row !== undefined) return this.#cell(row, other);
    if (column !== undefined) return this.#cell(other, column);
    if (actual === predicted) return this.#cell(other, other);
    return this.#cell(other, (this.#wrong ??= this.#names.push(wrongClass) - 1));
  }

  /** What there is to say of the classes of a cell. */
  about(cell: number): Pick<Cell, "declared" | "folded"> {
    return this.#cells[cell] ?? plain;
  }

  /** The confusion matrix of cells and their counts, given in turn. */
  confusion(pairs: readonly number[]): ConfusionMatrix {
    const counted: { cell: Cell; count: number }[] = [];
    let firstFold = Infinity;
    for (let at = 0; at < pairs.length; at += 2) {
      const cell = this.#cells[pairs[at] ?? -1];
      if (cell === undefined) throw new Error("a window counts a cell that its tag does not know");
      counted.push({ cell, count: pairs[at + 1] ?? 0 });
      for (const number of [cell.actual, cell.predicted]) {
        if (this.#names[number] === otherClass) firstFold = Math.min(firstFold, number);
      }
    }
    const isKept = (number: number): boolean => number < firstFold && !this.#isFold(number);
    const name = (number: number): string => (isKept(number) ? (this.#names[number] ?? otherClass) : otherClass);
    return confusionMatrix(
      counted.map(({ cell: { actual, predicted }, count }) => {
        const miss = actual !== predicted && !isKept(actual) && !isKept(predicted);
        return { actual: name(actual), predicted: miss ? wrongClass : name(predicted), count };
      }),
    );
  }

  /**
   * Gives up the seats of classes that stand in none of the `used` cells. Gives the new numbers of these cells, by their
   * old ones; undefined when nothing changed.
   */
  thinOut(used: readonly number[]): number[] | undefined {
    const cells = used.flatMap((number) => {
      const cell = this.#cells[number];
      return cell === undefined ? [] : [{ number, ...cell }];
    });
    const inUse = new Set(cells.flatMap(({ actual, predicted }) => [actual, predicted]));
    const folds = this.#names.filter((name, number) => name === otherClass && inUse.has(number)).length;
    const kept = [...this.#names.keys()].filter((number) => {
      const name = this.#names[number] ?? otherClass;
      return inUse.has(number) || this.#reserved.has(name) || (folds >= mostFolds && isSeatable(name));
    });
    if (kept.length === this.#names.length) return undefined;
    const renumbered = new Map(kept.map((number, at) => [number, at]));
    this.#setNames(kept.map((number) => this.#names[number] ?? otherClass));
    const numbers: number[] = [];
    for (const { number, actual, predicted } of cells) {
      numbers[number] = this.#cell(renumbered.get(actual) ?? 0, renumbered.get(predicted) ?? 0);
    }
    return numbers;
  }

  /** What has to be written down beside the windows. */
  save(): { classes: string[]; cells: number[]; spellings: string } {
    const cells = this.#cells.flatMap(({ actual, predicted }) => [actual, predicted]);
    return { classes: [...this.#names], cells, spellings: spellingsText(this.#model) };
  }

  /**
   * Takes back what `save` gave, cell by cell. Classes are called as they are spelt now; those past the limit of today
   * are folded, hits and misses apart. Gives the cells of which it is not known what they would be today: folded ones that
   * 0.1.0 counted, or that were counted by other spellings.
   */
  restore(saved: SavedClasses, respell: (name: string) => string): ReadonlySet<number> {
    const isFold = (name: string | undefined): boolean =>
      name === otherClass || (name === wrongClass && !saved.unfolded);
    let seats = this.#maxClasses - this.#reserved.size;
    const names: string[] = [];
    const places = new Map<string, number>();
    /** By saved number; undefined for a class that has no seat any more. */
    const numbers = saved.classes.map((given) => {
      if (isFold(given)) return names.push(given) - 1;
      const spelt = respell(given);
      const name = this.#model.spellings.get(spelt) ?? spelt;
      const known = places.get(name);
      if (known !== undefined) return known;
      if (!isSeatable(name) || (!this.#reserved.has(name) && seats-- <= 0)) return undefined;
      const number = names.push(name) - 1;
      places.set(name, number);
      return number;
    });
    this.#setNames(names);
    const doubtful = new Set<number>();
    const trusted = !saved.unfolded && saved.spellings === spellingsText(this.#model);
    for (let at = 0; at + 1 < saved.cells.length; at += 2) {
      const [actual = -1, predicted = -1] = saved.cells.slice(at, at + 2);
      const number = this.#addCell(...this.#restored(numbers[actual], numbers[predicted], actual === predicted));
      if (!trusted && (isFold(saved.classes[actual]) || isFold(saved.classes[predicted]))) doubtful.add(number);
    }
    return doubtful;
  }

  /** The classes of a saved cell, by their numbers of today; undefined is a class that has to be folded now. */
  #restored(actual: number | undefined, predicted: number | undefined, hit: boolean): [number, number] {
    if (actual !== undefined && predicted !== undefined) return [actual, predicted];
    const other = (this.#other ??= this.#names.push(otherClass) - 1);
    const wrong = (): number => (this.#wrong ??= this.#names.push(wrongClass) - 1);
    if (actual === undefined && predicted === undefined) return [other, hit ? other : wrong()];
    const known = actual ?? predicted ?? other;
    // Beside an `__other__` of earlier it is a miss of two folded classes, as old as that one.
    if (this.#isFold(known)) return [known, wrong()];
    return [actual ?? other, predicted ?? other];
  }

  #setNames(names: readonly string[]): void {
    this.#names = [];
    this.#numbers = new Map();
    this.#cellNumbers = [];
    this.#cells = [];
    this.#seats = 0;
    this.#other = this.#wrong = undefined;
    for (const name of names) this.#enter(name);
    for (const name of this.#reserved) if (!this.#numbers.has(name)) this.#enter(name);
    for (const [spelling, name] of this.#model.spellings) {
      const number = this.#numbers.get(name);
      if (number !== undefined) this.#numbers.set(spelling, number);
    }
  }

  #seat(name: string): number | undefined {
    return this.#seats < this.#maxClasses && isSeatable(name) ? this.#enter(name) : undefined;
  }

  #enter(name: string): number {
    const number = this.#names.push(name) - 1;
    if (name === otherClass) this.#other = number;
    else if (name === wrongClass) this.#wrong = number;
    else {
      this.#numbers.set(name, number);
      this.#seats++;
      // This class may be among what was folded so far, but not among what will be.
      this.#other = undefined;
    }
    return number;
  }

  #cell(actual: number, predicted: number): number {
    const known = this.#cellNumbers[actual]?.[predicted] ?? 0;
    return known === 0 ? this.#addCell(actual, predicted) : known - 1;
  }

  #addCell(actual: number, predicted: number): number {
    const isDeclared = (number: number): boolean => this.#declared?.has(this.#names[number] ?? "") !== false;
    const number = this.#cells.push({
      actual,
      predicted,
      declared: isDeclared(actual) && isDeclared(predicted),
      folded: this.#isFold(actual) || this.#isFold(predicted),
    });
    let row = this.#cellNumbers[actual];
    if (row === undefined || predicted >= row.length) {
      const grown = new Uint32Array(Math.max(8, predicted + 1, (row?.length ?? 0) * 2));
      if (row !== undefined) grown.set(row);
      this.#cellNumbers[actual] = row = grown;
    }
    row[predicted] = number;
    return number - 1;
  }

  #isFold(number: number): boolean {
    return isFoldedName(this.#names[number] ?? "");
  }
}

const plain = { declared: true, folded: false } as const;

function isSeatable(name: string): boolean {
  return !isFoldedName(name);
}

function spellingsText({ spellings }: ModelClasses): string {
  return spellings.size === 0 ? "" : JSON.stringify([...spellings].sort());
}
