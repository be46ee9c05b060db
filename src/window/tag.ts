import { confusionMatrix, type ConfusionMatrix } from "./confusion-matrix.ts";
import type { WindowSpec } from "./options.ts";
import type { Window } from "./window.ts";
import { makeWindow } from "./window-kinds.ts";

/** The class that stands for all classes past the limit. */
const otherClass = "__other__";

/** The classes of a tag could be thinned out at most this often: it costs all that the windows hold. */
const thinOutEveryMs = 60_000;

/**
 * What is counted for one tag: its classes, the cells (pairs of actual and predicted class, numbered as they appear)
 * and its windows, which know the cells by number alone.
 */
export class Tag {
  /** The tag's number in the store. */
  readonly id: number;
  /** Label values, in the order of the config's tag labels. */
  readonly labels: readonly string[];
  /** Outcomes counted since the tag was first seen. */
  outcomes = 0;
  /** Unix milliseconds at which the last outcome was counted. */
  lastCounted = 0;
  #classes: string[] = [];
  #classNumbers = new Map<string, number>();
  /** `#cellNumbers[actual][predicted]` is the cell's number plus one; 0 is none. */
  #cellNumbers: Uint32Array[] = [];
  #cells: { readonly actual: number; readonly predicted: number }[] = [];
  readonly #windows = new Map<string, Window>();
  /** The same windows, for the way of every outcome. */
  #all: readonly Window[] = [];
  #thinnedOut = 0;

  constructor(id: number, labels: readonly string[]) {
    this.id = id;
    this.labels = labels;
  }

  /** Makes the windows that are missing and lets go of those that are asked for no more; the others stay as they are. */
  setWindows(specs: readonly WindowSpec[], futureMs: number): void {
    for (const label of this.#windows.keys()) {
      if (!specs.some((spec) => spec.label === label)) this.#windows.delete(label);
    }
    for (const spec of specs) {
      if (!this.#windows.has(spec.label)) this.#windows.set(spec.label, makeWindow(spec, futureMs));
    }
    this.#all = [...this.#windows.values()];
  }

  /** The windows by their label. */
  get windows(): ReadonlyMap<string, Window> {
    return this.#windows;
  }

  /** Counts an outcome in every window; false when at least one window had to leave it out as too old. */
  add(actual: string, predicted: string, time: number, now: number, maxClasses: number): boolean {
    const cell = this.#cell(this.#class(actual, now, maxClasses), this.#class(predicted, now, maxClasses));
    let inAll = true;
    for (const window of this.#all) {
      if (!window.add(cell, time, now)) inAll = false;
    }
    this.outcomes++;
    this.lastCounted = now;
    return inAll;
  }

  /** The confusion matrix of a window as of `now`; empty when there is no such window. */
  confusion(label: string, now: number): ConfusionMatrix {
    const window = this.#windows.get(label);
    if (window === undefined) return confusionMatrix([]);
    window.slide(now);
    const pairs = window.totals.pairs();
    const cells = [];
    for (let at = 0; at < pairs.length; at += 2) {
      const cell = this.#cells[pairs[at] ?? -1];
      if (cell === undefined) throw new Error(`tag ${this.id} counts a cell that it does not know`);
      cells.push({
        actual: this.#classes[cell.actual] ?? otherClass,
        predicted: this.#classes[cell.predicted] ?? otherClass,
        count: pairs[at + 1] ?? 0,
      });
    }
    return confusionMatrix(cells);
  }

  /** The classes and cells, to be written down beside the windows that refer to them. */
  tables(): { classes: string[]; cells: number[] } {
    return { classes: this.#classes, cells: this.#cells.flatMap((cell) => [cell.actual, cell.predicted]) };
  }

  /** Takes back what `tables` gave. */
  restoreTables(classes: readonly string[], cells: readonly number[]): void {
    this.#setClasses(classes);
    for (let at = 0; at + 1 < cells.length; at += 2) this.#cell(cells[at] ?? 0, cells[at + 1] ?? 0);
  }

  #setClasses(classes: readonly string[]): void {
    this.#classes = [...classes];
    this.#classNumbers = new Map(classes.map((name, number) => [name, number]));
    this.#cellNumbers = [];
    this.#cells = [];
  }

  #class(name: string, now: number, maxClasses: number): number {
    const known = this.#classNumbers.get(name);
    if (known !== undefined) return known;
    if (name !== otherClass) {
      if (this.#realClasses() >= maxClasses) this.#thinOut(now);
      if (this.#realClasses() >= maxClasses) return this.#class(otherClass, now, maxClasses);
    }
    const number = this.#classes.push(name) - 1;
    this.#classNumbers.set(name, number);
    return number;
  }

  #realClasses(): number {
    return this.#classes.length - (this.#classNumbers.has(otherClass) ? 1 : 0);
  }

  #cell(actual: number, predicted: number): number {
    let row = this.#cellNumbers[actual];
    if (row === undefined || predicted >= row.length) {
      const grown = new Uint32Array(Math.max(8, predicted + 1, (row?.length ?? 0) * 2));
      if (row !== undefined) grown.set(row);
      this.#cellNumbers[actual] = row = grown;
    }
    const known = row[predicted] ?? 0;
    if (known !== 0) return known - 1;
    row[predicted] = this.#cells.push({ actual, predicted });
    return this.#cells.length - 1;
  }

  /** Forgets the classes that have left all windows, so that a model whose classes change over time keeps its limit. */
  #thinOut(now: number): void {
    if (now < this.#thinnedOut + thinOutEveryMs) return;
    this.#thinnedOut = now;
    const used = new Set<number>();
    for (const window of this.#windows.values()) {
      window.slide(now);
      window.totals.pairs().forEach((cell, index) => index % 2 === 0 && used.add(cell));
    }
    const cells = this.#cells;
    const names = this.#classes;
    const keptCells = [...used].sort((a, b) => a - b).map((number) => ({ number, cell: cells[number] }));
    const keptClasses = new Set(
      keptCells.flatMap(({ cell }) => (cell === undefined ? [] : [cell.actual, cell.predicted])),
    );
    if (keptClasses.size === names.length) return;
    this.#setClasses(names.filter((_name, number) => keptClasses.has(number)));
    const numbers: number[] = [];
    for (const { number, cell } of keptCells) {
      const actual = this.#classNumbers.get(names[cell?.actual ?? -1] ?? otherClass) ?? 0;
      const predicted = this.#classNumbers.get(names[cell?.predicted ?? -1] ?? otherClass) ?? 0;
      numbers[number] = this.#cell(actual, predicted);
    }
    for (const window of this.#windows.values()) window.renumber(numbers);
  }
}
