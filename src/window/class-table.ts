import { matrixOf, type Cell } from "./cell-matrix.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { isFoldedClass, otherClass, wrongClass } from "./folded-classes.ts";
import type { ModelClasses } from "./options.ts";

/** Limit of `__other__` numbers in the windows: from there on, compaction keeps all classes. */
const maxFolds = 4;

/** Saved form of a table: names by class number, and the two class numbers of each cell. */
export interface SavedClasses {
  readonly classes: readonly string[];
  readonly cells: readonly number[];
  /** True for the format of 0.1.0, which counted misses among folded classes as hits. */
  readonly unfolded: boolean;
  /** The spellings in effect when the outcomes were counted. */
  readonly spellings: string;
}

/**
 * Numbers the classes of a tag and its cells (pairs of actual and predicted class) in order of appearance; windows know
 * only cell numbers.
 *
 * Classes past the limit are not tracked: their outcomes are folded into `__other__` and `__wrong__`, right or wrong as
 * in the log. A class that becomes tracked after a fold makes the next fold take a new number of `__other__`. So a class
 * with a higher number than an `__other__` in a window may be part of that fold; the window's matrix then folds the class
 * as well, and stays exact.
 */
export class ClassTable {
  readonly #model: ModelClasses;
  readonly #maxClasses: number;
  /** Classes that are always tracked, whether they occur or not. */
  readonly #reserved: ReadonlySet<string>;
  readonly #declared: ReadonlySet<string> | undefined;
  #names: string[] = [];
  /** Numbers of tracked classes by spelling. */
  #numbers = new Map<string, number>();
  /** `#cellNumbers[actual][predicted]` is the cell's number plus one; 0 for no cell. */
  #cellNumbers: Uint32Array[] = [];
  #cells: Cell[] = [];
  #trackedCount = 0;
  #packed: string | undefined;
  /** The class numbers of the next fold; undefined to make a new one. */
  #other: number | undefined;
  #wrong: number | undefined;

  constructor(model: ModelClasses, maxClasses: number) {
    this.#model = model;
    this.#maxClasses = maxClasses;
    this.#declared = model.classes && new Set(model.classes);
    this.#reserved = new Set(reservedClasses(model).slice(0, maxClasses));
    this.#setNames([]);
  }

  /** Names of the tracked classes. */
  get tracked(): string[] {
    return this.#names.filter(isTrackable);
  }

  /** The first class of an outcome that looks like a packed value; undefined without one. */
  get packed(): string | undefined {
    return this.#packed;
  }

  /** Actual and predicted classes so far, in code-unit order. */
  get sides(): { readonly actual: string[]; readonly predicted: string[] } {
    const names = (side: "actual" | "predicted"): string[] =>
      [...new Set(this.#cells.map((cell) => this.#names[cell[side]] ?? ""))].sort();
    return { actual: names("actual"), predicted: names("predicted") };
  }

  /** Tells whether an outcome of these classes may have to be folded. */
  mayFold(actual: string, predicted: string): boolean {
    return this.#trackedCount + 2 > this.#maxClasses && !(this.#numbers.has(actual) && this.#numbers.has(predicted));
  }

  /** Number of the cell of two classes in any spelling; added on first use. */
  cell(actual: string, predicted: string): number {
    const row = this.#numbers.get(actual) ?? this.#track(actual);
    const column = this.#numbers.get(predicted) ?? this.#track(predicted);
    if (row !== undefined && column !== undefined) return this.#cell(row, column);
    const other = (this.#other ??= this.#names.push(otherClass) - 1);
    if (row !== undefined) return this.#cell(row, other);
    if (column !== undefined) return this.#cell(other, column);
    if (actual === predicted) return this.#cell(other, other);
    return this.#cell(other, (this.#wrong ??= this.#names.push(wrongClass) - 1));
  }

  /** Flags of a cell's classes. */
  flagsOf(cell: number): Pick<Cell, "declared" | "folded"> {
    return this.#cells[cell] ?? ordinary;
  }

  /** Makes confusion matrices of counts by the cell numbers of now, whatever numbers the cells get later. */
  get matrices(): (counts: Float64Array) => ConfusionMatrix {
    // Both only grow, or are replaced.
    const [names, cells] = [this.#names, this.#cells];
    return (counts) => matrixOf(names, cells, counts);
  }

  /** Counts the outcomes of alternating cells and counts, and those of them whose predicted class is the actual one. */
  hits(pairs: readonly number[]): { readonly samples: number; readonly correct: number } {
    let samples = 0;
    let correct = 0;
    for (let at = 0; at < pairs.length; at += 2) {
      const cell = this.#cells[pairs[at] ?? -1];
      const count = pairs[at + 1] ?? 0;
      samples += count;
      if (cell !== undefined && cell.actual === cell.predicted) correct += count;
    }
    return { samples, correct };
  }

  /**
   * Stops tracking classes that are in none of the `used` cells. Returns the new numbers of these cells by old number;
   * undefined when nothing changed.
   */
  compact(used: readonly number[]): number[] | undefined {
    const cells = used.flatMap((number) => {
      const cell = this.#cells[number];
      return cell === undefined ? [] : [{ number, ...cell }];
    });
    const inUse = new Set(cells.flatMap(({ actual, predicted }) => [actual, predicted]));
    const folds = this.#names.filter((name, number) => name === otherClass && inUse.has(number)).length;
    const kept = [...this.#names.keys()].filter((number) => {
      const name = this.#names[number] ?? otherClass;
      return inUse.has(number) || this.#reserved.has(name) || (folds >= maxFolds && isTrackable(name));
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

  /** Saved form, stored beside the windows. */
  save(): { classes: string[]; cells: number[]; spellings: string } {
    const cells = this.#cells.flatMap(({ actual, predicted }) => [actual, predicted]);
    return { classes: [...this.#names], cells, spellings: spellingsText(this.#model) };
  }

  /**
   * Restores the result of `save`. Classes get their current spelling; those past the current limit are folded, hits and
   * misses apart. Returns the cells whose current meaning is unknown: folded ones that 0.1.0 counted, or that were counted
   * with other spellings.
   */
  restore(saved: SavedClasses, canonical: (name: string) => string): ReadonlySet<number> {
    const isFold = (name: string | undefined): boolean =>
      name === otherClass || (name === wrongClass && !saved.unfolded);
    let seats = this.#maxClasses - this.#reserved.size;
    const names: string[] = [];
    const places = new Map<string, number>();
    /** By saved number; undefined for a class that is no longer tracked. */
    const numbers = saved.classes.map((given) => {
      if (isFold(given)) return names.push(given) - 1;
      const spelt = canonical(given);
      const name = this.#model.spellings.get(spelt) ?? spelt;
      const known = places.get(name);
      if (known !== undefined) return known;
      if (!isTrackable(name) || (!this.#reserved.has(name) && seats-- <= 0)) return undefined;
      const number = names.push(name) - 1;
      places.set(name, number);
      return number;
    });
    this.#setNames(names);
    const uncertain = new Set<number>();
    const trusted = !saved.unfolded && saved.spellings === spellingsText(this.#model);
    for (let at = 0; at + 1 < saved.cells.length; at += 2) {
      const [actual = -1, predicted = -1] = saved.cells.slice(at, at + 2);
      const number = this.#addCell(...this.#restored(numbers[actual], numbers[predicted], actual === predicted));
      if (!trusted && (isFold(saved.classes[actual]) || isFold(saved.classes[predicted]))) uncertain.add(number);
    }
    return uncertain;
  }

  /** Current class numbers of a saved cell; an undefined argument is a class to fold. */
  #restored(actual: number | undefined, predicted: number | undefined, hit: boolean): [number, number] {
    if (actual !== undefined && predicted !== undefined) return [actual, predicted];
    const other = (this.#other ??= this.#names.push(otherClass) - 1);
    const wrong = (): number => (this.#wrong ??= this.#names.push(wrongClass) - 1);
    if (actual === undefined && predicted === undefined) return [other, hit ? other : wrong()];
    const known = actual ?? predicted ?? other;
    // Paired with an earlier `__other__` it is a miss of two folded classes, of that fold.
    if (this.#isFold(known)) return [known, wrong()];
    return [actual ?? other, predicted ?? other];
  }

  #setNames(names: readonly string[]): void {
    this.#names = [];
    this.#numbers = new Map();
    this.#cellNumbers = [];
    this.#cells = [];
    this.#trackedCount = 0;
    this.#other = this.#wrong = undefined;
    for (const name of names) this.#enter(name);
    for (const name of this.#reserved) if (!this.#numbers.has(name)) this.#enter(name);
    for (const [spelling, name] of this.#model.spellings) {
      const number = this.#numbers.get(name);
      if (number !== undefined) this.#numbers.set(spelling, number);
    }
  }

  #track(name: string): number | undefined {
    if (this.#packed === undefined && looksPacked(name)) this.#packed = name;
    return this.#trackedCount < this.#maxClasses && isTrackable(name) ? this.#enter(name) : undefined;
  }

  #enter(name: string): number {
    const number = this.#names.push(name) - 1;
    if (name === otherClass) this.#other = number;
    else if (name === wrongClass) this.#wrong = number;
    else {
      this.#numbers.set(name, number);
      this.#trackedCount++;
      // Earlier folds may include this class, later ones cannot.
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
    return isFoldedClass(this.#names[number] ?? "");
  }
}

const ordinary = { declared: true, folded: false } as const;

/** Classes of a model that always have a seat, whether they occur or not: the declared ones, else those of objectives. */
export function reservedClasses({ classes, objectives }: ModelClasses): string[] {
  const named = objectives.flatMap((objective) => objective.class ?? []);
  return (classes ?? [...new Set(named)]).filter(isTrackable);
}

function isTrackable(name: string): boolean {
  return !isFoldedClass(name);
}

/** Tells whether a class looks like an object, an array or a line of text that a value is packed in. */
function looksPacked(name: string): boolean {
  return name.startsWith("{") || name.startsWith("[") || name.endsWith("\n");
}

function spellingsText({ spellings }: ModelClasses): string {
  return spellings.size === 0 ? "" : JSON.stringify([...spellings].sort());
}
