import { ClassTable, type SavedClasses } from "./class-table.ts";
import { confusionMatrix, type ConfusionMatrix } from "./confusion-matrix.ts";
import type { ModelClasses, WindowSpec } from "./options.ts";
import type { Window } from "./window.ts";
import { makeWindow } from "./window-kinds.ts";

/** The classes of a tag could be thinned out at most this often: it costs all that the windows hold. */
const thinOutEveryMs = 60_000;

/** What there is to say of an outcome that was counted. */
export interface Counted {
  /** Whether every window took it. */
  readonly inAll: boolean;
  /** Whether both of its classes are declared, or none had to be. */
  readonly declared: boolean;
  /** Whether one of its classes is past the limit. */
  readonly folded: boolean;
}

/** What a tag is made of: its classes, told from its model, and its windows, which know cells of classes by number. */
export class Tag {
  /** The tag's number in the store. */
  readonly id: number;
  /** Label values, in the order of the config's tag labels. */
  readonly labels: readonly string[];
  /** Outcomes counted since the tag was first seen. */
  outcomes = 0;
  /** Unix milliseconds at which the last outcome was counted. */
  lastCounted = 0;
  readonly classes: ClassTable;
  /** Whether outcomes were folded since the tag was made or read back. */
  overflows = false;
  /** Whether it was said that its classes may be spelt in two ways. */
  isSpellingTold = false;
  readonly #windows = new Map<string, Window>();
  /** The same windows, for the way of every outcome. */
  #all: readonly Window[] = [];
  #thinnedOut = 0;
  /** Cells that were read back and of which it is not known what they hold; empty once the windows were asked. */
  #doubtful: ReadonlySet<number> = new Set();

  constructor(id: number, labels: readonly string[], model: ModelClasses, maxClasses: number) {
    this.id = id;
    this.labels = labels;
    this.classes = new ClassTable(model, maxClasses);
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

  /** Counts an outcome in every window that is not past its time. */
  add(actual: string, predicted: string, time: number, now: number): Counted {
    if (this.classes.isShortOf(actual, predicted)) this.#thinOut(now);
    const cell = this.classes.cell(actual, predicted);
    let inAll = true;
    for (const window of this.#all) {
      if (!window.add(cell, time, now)) inAll = false;
    }
    this.outcomes++;
    this.lastCounted = now;
    const { declared, folded } = this.classes.about(cell);
    if (declared && !folded) return inAll ? plain : late;
    return { inAll, declared, folded };
  }

  /** The confusion matrix of a window as of `now`; empty when there is no such window. */
  confusion(label: string, now: number): ConfusionMatrix {
    const window = this.#windows.get(label);
    if (window === undefined) return confusionMatrix([]);
    window.slide(now);
    return this.classes.confusion(window.totals.pairs());
  }

  /** Takes back the classes that were written down; what the windows hold is read back after them. */
  restoreClasses(saved: SavedClasses, respell: (name: string) => string): void {
    this.#doubtful = this.classes.restore(saved, respell);
  }

  /** Begins those windows anew that hold what is not known any more, and gives their labels. */
  dropDoubtful(specs: readonly WindowSpec[], futureMs: number): string[] {
    const begun = [...this.#windows].flatMap(([label, { totals }]) =>
      [...this.#doubtful].some((cell) => totals.get(cell) > 0) ? [label] : [],
    );
    this.#doubtful = new Set();
    for (const label of begun) this.#windows.delete(label);
    if (begun.length > 0) this.setWindows(specs, futureMs);
    return begun;
  }

  /** Lets go of classes that have left all windows, so that a model whose classes change over time keeps its limit. */
  #thinOut(now: number): void {
    if (now < this.#thinnedOut + thinOutEveryMs) return;
    this.#thinnedOut = now;
    const used = new Set<number>();
    for (const window of this.#windows.values()) {
      window.slide(now);
      window.totals.pairs().forEach((cell, index) => index % 2 === 0 && used.add(cell));
    }
    const numbers = this.classes.thinOut([...used].sort((a, b) => a - b));
    if (numbers === undefined) return;
    for (const window of this.#windows.values()) window.renumber(numbers);
  }
}

const plain: Counted = { inAll: true, declared: true, folded: false };
const late: Counted = { inAll: false, declared: true, folded: false };
