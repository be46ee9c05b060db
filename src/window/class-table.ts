import { type Cell, matrixOf } from "./cell-matrix.ts";
import { CellTable } from "./cell-table.ts";
import { ClassSeats } from "./class-seats.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { isFoldedClass, isTrackable, otherClass, wrongClass } from "./folded-classes.ts";
import { type ModelClasses, reservedClasses } from "./options.ts";
import { pastCells } from "./past-cells.ts";
import { namesOf, type SavedClasses, spellingsText } from "./saved-classes.ts";

/** Limit of `__other__` numbers in the windows: from there on, compaction keeps all classes, and none gives way. */
const maxFolds = 4;

/**
 * Numbers the classes of a tag and its cells (pairs of actual and predicted class) in order of appearance; windows know
 * only cell numbers.
 *
 * Classes past the limit are not tracked: their outcomes are folded into `__other__` and `__wrong__`, right or wrong as
 * in the log. A class that becomes tracked after a fold makes the next fold take a new number of `__other__`. So a class
 * with a higher number than an `__other__` in a window may be part of that fold; the window's matrix then folds the class
 * as well, and stays exact.
 *
 * An undeclared class that was idle gives its seat to a new one. What the windows hold of it is folded from then on, under
 * its old number: the new class has no part in that.
 */
export class ClassTable {
  readonly #model: ModelClasses;
  readonly #maxClasses: number;
  /** Counts by cell of each window. */
  readonly #counts: () => readonly Float64Array[];
  /** Classes that are always tracked, whether they occur or not. */
  readonly #reserved: ReadonlySet<string>;
  readonly #declared: ReadonlySet<string> | undefined;
  #names: string[] = [];
  /** Numbers of tracked classes by spelling. */
  #numbers = new Map<string, number>();
  #cells = this.#noCells();
  #trackedCount = 0;
  #seats: ClassSeats;
  /** Numbers that classes count under by number, -1 for none: of those that gave way. Undefined to be made anew. */
  #standing: readonly number[] | undefined;
  #packed: string | undefined;
  /** The class numbers of the next fold; undefined to make a new one. */
  #other: number | undefined;
  #wrong: number | undefined;

  /** `counts` gives those of each window by cell. */
  constructor(model: ModelClasses, maxClasses: number, counts: () => readonly Float64Array[] = () => []) {
    this.#model = model;
    this.#maxClasses = maxClasses;
    this.#counts = counts;
    this.#seats = new ClassSeats(maxClasses);
    this.#declared = model.classes && new Set(model.classes);
    this.#reserved = new Set(reservedClasses(model).slice(0, maxClasses));
    this.#setNames([]);
  }

  /** Names of the tracked classes. */
  get tracked(): string[] {
    return this.#names.filter((name, number) => isTrackable(name) && !this.#seats.left.has(number));
  }

  /** True while a class has given way whose outcomes may be in a window. */
  get hasLeft(): boolean {
    return this.#seats.left.size > 0;
  }

  /** The first class of an outcome that looks like a packed value; undefined without one. */
  get packed(): string | undefined {
    return this.#packed;
  }

  /** Actual and predicted classes so far, in code-unit order. */
  get sides(): { readonly actual: string[]; readonly predicted: string[] } {
    const names = (side: "actual" | "predicted"): string[] =>
      [...new Set(this.#cells.all.map((cell) => this.#names[cell[side]] ?? ""))].sort();
    return { actual: names("actual"), predicted: names("predicted") };
  }

  /** Tells whether an outcome of these classes may have to be folded. */
  mayFold(actual: string, predicted: string): boolean {
    return this.#trackedCount + 2 > this.#maxClasses && !(this.#numbers.has(actual) && this.#numbers.has(predicted));
  }

  /** Number of the cell of two classes in any spelling; added on first use. `steady` is Unix milliseconds. */
  cell(actual: string, predicted: string, steady: number): number {
    let row = this.#numbers.get(actual);
    let column = this.#numbers.get(predicted);
    // Both first: neither must give way to the other.
    if (row !== undefined) this.#seats.note(row, steady);
    if (column !== undefined) this.#seats.note(column, steady);
    row ??= this.#track(actual, steady);
    column ??= this.#numbers.get(predicted) ?? this.#track(predicted, steady);
    if (row !== undefined && column !== undefined) return this.#cells.at(row, column);
    const other = (this.#other ??= this.#names.push(otherClass) - 1);
    if (row !== undefined) return this.#cells.at(row, other);
    if (column !== undefined) return this.#cells.at(other, column);
    if (actual === predicted) return this.#cells.at(other, other);
    return this.#cells.at(other, (this.#wrong ??= this.#names.push(wrongClass) - 1));
  }

  /** Cells that an earlier outcome of two classes may have been counted in, the likeliest first. */
  pastCells(actual: string, predicted: string): number[] {
    const numberOf = (name: string): number | undefined => this.#numbers.get(name);
    return pastCells({ names: this.#names, numberOf, cells: this.#cells }, actual, predicted);
  }

  /** Flags of a cell's classes. */
  flagsOf(cell: number): Pick<Cell, "declared" | "folded"> {
    return this.#cells.all[cell] ?? ordinary;
  }

  /** Makes confusion matrices of counts by the cell numbers of now, whatever numbers the cells get later. */
  get matrices(): (counts: Float64Array) => ConfusionMatrix {
    // They only grow, or are replaced: what comes later, no count of now is of.
    const [names, cells, standing] = [this.#names, this.#cells.all, this.#standingNow];
    return (counts) => matrixOf(names, cells, counts, standing);
  }

  /** Counts the outcomes of alternating cells and counts, and those of them whose predicted class is the actual one. */
  hits(pairs: readonly number[]): { readonly samples: number; readonly correct: number } {
    let samples = 0;
    let correct = 0;
    for (let at = 0; at < pairs.length; at += 2) {
      const cell = this.#cells.all[pairs[at] ?? -1];
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
      const cell = this.#cells.all[number];
      return cell === undefined ? [] : [{ number, ...cell }];
    });
    const inUse = new Set(cells.flatMap(({ actual, predicted }) => [actual, predicted]));
    const folds = this.#names.filter((name, number) => name === otherClass && inUse.has(number)).length;
    const kept = [...this.#names.keys()].filter((number) => {
      const name = this.#names[number] ?? otherClass;
      if (inUse.has(number)) return true;
      return !this.#seats.left.has(number) && (this.#reserved.has(name) || (folds >= maxFolds && isTrackable(name)));
    });
    if (kept.length === this.#names.length) return undefined;
    const renumbered = new Map(kept.map((number, at) => [number, at]));
    this.#setNames(
      kept.map((number) => this.#names[number] ?? otherClass),
      this.#seats.renumbered(renumbered),
    );
    const numbers: number[] = [];
    for (const { number, actual, predicted } of cells) {
      numbers[number] = this.#cells.at(renumbered.get(actual) ?? 0, renumbered.get(predicted) ?? 0);
    }
    return numbers;
  }

  /** Saved form, stored beside the windows. */
  save(): { classes: string[]; cells: number[]; spellings: string; left?: number[] } {
    const left = this.hasLeft && { left: [...this.#seats.left] };
    return { classes: [...this.#names], cells: this.#cells.pairs, spellings: spellingsText(this.#model), ...left };
  }

  /**
   * Restores the result of `save`. Classes get their current spelling; those past the current limit are folded, hits and
   * misses apart. Returns the cells whose current meaning is unknown: folded ones that 0.1.0 counted, or that were counted
   * with other spellings.
   */
  restore(saved: SavedClasses, canonical: (name: string) => string): ReadonlySet<number> {
    const { names, left, numbers, isFold } = namesOf(saved, {
      model: this.#model,
      maxClasses: this.#maxClasses,
      reserved: this.#reserved,
      canonical,
    });
    this.#setNames(names, new ClassSeats(this.#maxClasses, left));
    const uncertain = new Set<number>();
    const trusted = !saved.unfolded && saved.spellings === spellingsText(this.#model);
    for (let at = 0; at + 1 < saved.cells.length; at += 2) {
      const [actual = -1, predicted = -1] = saved.cells.slice(at, at + 2);
      const number = this.#cells.add(...this.#restored(numbers[actual], numbers[predicted], actual === predicted));
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

  #setNames(names: readonly string[], seats = new ClassSeats(this.#maxClasses)): void {
    this.#names = [];
    this.#numbers = new Map();
    this.#cells = this.#noCells();
    this.#trackedCount = 0;
    this.#seats = seats;
    this.#standing = undefined;
    this.#other = this.#wrong = undefined;
    for (const [number, name] of names.entries()) {
      if (seats.left.has(number)) this.#names.push(name);
      else this.#enter(name);
    }
    for (const name of this.#reserved) if (!this.#numbers.has(name)) this.#enter(name);
    for (const [spelling, name] of this.#model.spellings) {
      const number = this.#numbers.get(name);
      if (number !== undefined) this.#numbers.set(spelling, number);
    }
  }

  #track(name: string, steady: number): number | undefined {
    if (this.#packed === undefined && looksPacked(name)) this.#packed = name;
    if (!isTrackable(name)) return undefined;
    if (this.#trackedCount >= this.#maxClasses && !this.#makeRoom(steady)) {
      this.#seats.fold(name);
      return undefined;
    }
    const known = this.#seats.comeBack(name);
    const number = known ?? this.#enter(name);
    if (known !== undefined) this.#seat(name, number);
    this.#seats.note(number, steady);
    return number;
  }

  /** Lets an idle class give way; false where there is none. */
  #makeRoom(steady: number): boolean {
    if (!this.#seats.mayFind(steady)) return false;
    const hasRoomForFolds = this.#names.filter((name) => name === otherClass).length < maxFolds;
    const numbers = [...this.#names.keys()].filter((number) => hasRoomForFolds && this.#mayGiveWay(number));
    const found = this.#seats.find({ numbers, outcomes: () => this.#cells.outcomes(this.#counts()) }, steady);
    if (found === undefined) return false;
    const name = this.#names[found] ?? otherClass;
    this.#seats.leave(name, found);
    this.#numbers.delete(name);
    this.#trackedCount--;
    this.#standing = undefined;
    return true;
  }

  #mayGiveWay(number: number): boolean {
    const name = this.#names[number] ?? otherClass;
    return isTrackable(name) && !this.#reserved.has(name) && !this.#seats.left.has(number);
  }

  get #standingNow(): readonly number[] | undefined {
    if (!this.hasLeft) return undefined;
    return (this.#standing ??= this.#names.map((name, number) =>
      this.#seats.left.has(number) ? (this.#numbers.get(name) ?? -1) : number,
    ));
  }

  #seat(name: string, number: number): void {
    this.#numbers.set(name, number);
    this.#trackedCount++;
    this.#standing = undefined;
  }

  #enter(name: string): number {
    const number = this.#names.push(name) - 1;
    if (name === otherClass) this.#other = number;
    else if (name === wrongClass) this.#wrong = number;
    else {
      this.#seat(name, number);
      // Earlier folds may include this class, later ones cannot.
      this.#other = undefined;
    }
    return number;
  }

  #noCells(): CellTable {
    const isDeclared = (number: number): boolean => this.#declared?.has(this.#names[number] ?? "") !== false;
    return new CellTable((actual, predicted) => ({
      declared: isDeclared(actual) && isDeclared(predicted),
      folded: this.#isFold(actual) || this.#isFold(predicted),
    }));
  }

  #isFold(number: number): boolean {
    return isFoldedClass(this.#names[number] ?? "");
  }
}

const ordinary = { declared: true, folded: false } as const;

/** Tells whether a class looks like an object, an array or a line of text that a value is packed in. */
function looksPacked(name: string): boolean {
  return name.startsWith("{") || name.startsWith("[") || name.endsWith("\n");
}
