import { ClassTable } from "./class-table.ts";
import type { Coverage, Traffic } from "./coverage.ts";
import { confusionMatrix, type ConfusionMatrix } from "./confusion-matrix.ts";
import { mergeSlices, type Slice } from "./history.ts";
import { Additions, Measures, type Outcome, type Sums } from "./measure.ts";
import type { ModelClasses, WindowSpec } from "./options.ts";
import type { SavedClasses } from "./saved-classes.ts";
import type { Window } from "./window.ts";
import { makeWindow } from "./window-kinds.ts";

/** Minimum interval between compactions of a tag's classes, which cost time linear in the windows' content. */
const compactIntervalMs = 60_000;

/** Flags of a counted outcome. */
export interface Counted {
  /** True when it is in every window. */
  readonly inAllWindows: boolean;
  /** True when there are time windows, and it is in none. */
  readonly inNoTimeWindow: boolean;
  /** True when both classes are declared, or the model declares none. */
  readonly declared: boolean;
  /** True when a class is past the limit. */
  readonly folded: boolean;
}

/** Reader of a tag as it was when the reading began. */
export interface TagReader {
  /** The instant as of which it reads (Unix ms). */
  readonly now: number;
  /** Copies what is still to be read: the tag is about to change. */
  keep(): void;
}

/** One tag: its class table and its windows. */
export class Tag {
  /** The tag's number in the store. */
  readonly id: number;
  /** Label values, in the order of the config's tag labels. */
  readonly labels: readonly string[];
  /** The source that brought the tag. */
  source = "";
  /** Outcomes since the tag was first seen. */
  outcomes = 0;
  /** When an outcome or a prediction was last counted, by the steady clock (Unix ms). */
  lastCounted = 0;
  /** Event time of the latest outcome (Unix ms), at most the time at which it was counted. */
  latest = 0;
  /** Event time of the latest prediction of a join (Unix ms), at most the time at which it was read. */
  latestPrediction = 0;
  readonly classes: ClassTable;
  readonly measures: Measures;
  /** True once an outcome was folded since the tag was made or restored. */
  hasOverflowed = false;
  /** True once a warning about the spelling of its classes was given. */
  hasSpellingWarning = false;
  /** True once a class that looks packed was recorded. */
  hasPackedWarning = false;
  /** Undefined where predictions come with their labels. */
  coverage: Coverage | undefined;
  /** Readers that have copied nothing; each is told once, before the first change. */
  readonly readers = new Set<TagReader>();
  readonly #windows = new Map<string, Window>();
  /** The same windows as an array, for the hot path. */
  #all: readonly Window[] = [];
  #timeWindows = 0;
  /** Filled anew for each outcome. */
  readonly #outcome: Outcome;
  readonly #additions = new Additions();
  #compactedAt = 0;
  /** Changes that are none of a window's. */
  #revised = 0;
  /** Restored cells with unknown meaning, until `resetUncertain`. */
  #uncertain: ReadonlySet<number> = new Set();

  constructor(
    id: number,
    labels: readonly string[],
    model: ModelClasses,
    maxClasses: number,
    measures: Measures = new Measures(),
  ) {
    this.id = id;
    this.labels = labels;
    this.classes = new ClassTable(model, maxClasses, () => this.#all.map(({ totals }) => totals.counts.values));
    this.measures = measures;
    this.#outcome = measures.outcome();
  }

  /** Adds missing windows and removes unspecified ones; the others are kept. */
  setWindows(specs: readonly WindowSpec[], futureMs: number): void {
    for (const label of this.#windows.keys()) {
      if (!specs.some((spec) => spec.label === label)) this.#windows.delete(label);
    }
    for (const spec of specs) {
      if (!this.#windows.has(spec.label)) this.#windows.set(spec.label, makeWindow(spec, futureMs, this.measures));
    }
    this.coverage?.setWindows(specs, futureMs);
    this.#all = [...this.#windows.values()];
    this.#timeWindows = specs.filter(({ kind }) => kind === "time").length;
  }

  /** The windows by their label. */
  get windows(): ReadonlyMap<string, Window> {
    return this.#windows;
  }

  /** Notes a prediction, labelled or not. */
  predict(time: number, now: number): void {
    this.#revised++;
    this.changing();
    this.latestPrediction = Math.max(this.latestPrediction, time < now ? time : now);
  }

  /** Counts a prediction as traffic, without a label until `labelled` tells of it. */
  unlabelled(predicted: string, time: number, now: number): void {
    this.changing();
    this.coverage?.predict(predicted, time, now, this.lastCounted);
  }

  /** Counts a prediction as labelled that was counted as traffic of this time. */
  labelled(predicted: string, time: number, now: number): void {
    this.changing();
    this.coverage?.label(predicted, time, now);
  }

  /** Predictions as of `now`, labelled or not, by the age at which they are due; undefined without a join. */
  traffic(maturityMs: number | undefined, now: number): Traffic | undefined {
    if (this.coverage?.isAsOf(now) === false) this.changing();
    return this.coverage?.traffic(maturityMs, now);
  }

  /**
   * Counts an outcome in every window that still covers its time; `values` are those that the measures read, and the key is
   * what `mend` finds it by.
   */
  add(
    actual: string,
    predicted: string,
    time: number,
    now: number,
    values?: readonly number[],
    keyLow = 0,
    keyHigh = 0,
  ): Counted {
    this.changing();
    if (this.classes.mayFold(actual, predicted)) this.#compact(now);
    const cell = this.classes.cell(actual, predicted, this.lastCounted);
    this.#outcome.cell = cell;
    this.#outcome.keyLow = keyLow;
    this.#outcome.keyHigh = keyHigh;
    if (values !== undefined) this.#outcome.values.set(values);
    else if (this.measures.values > 0) this.#outcome.values.fill(Number.NaN);
    this.measures.measure(this.#outcome, this.#additions);
    let missed = 0;
    for (const window of this.#all) {
      if (!window.add(this.#outcome, this.#additions, time, now)) missed++;
    }
    this.outcomes++;
    // Untimed outcomes are of now.
    this.latest = Math.max(this.latest, time < now ? time : now);
    const { declared, folded } = this.classes.flagsOf(cell);
    if (missed === 0 && declared && !folded) return ordinary;
    return { inAllWindows: missed === 0, inNoTimeWindow: missed > 0 && missed === this.#timeWindows, declared, folded };
  }

  /**
   * Replaces the actual class of an outcome that was added with this time and key. Returns the flags of its new cell;
   * undefined when no window holds it any more.
   */
  mend(
    from: string,
    to: string,
    predicted: string,
    time: number,
    now: number,
    keyLow: number,
    keyHigh: number,
  ): Pick<Counted, "declared" | "folded"> | undefined {
    this.changing();
    if (this.classes.mayFold(to, predicted)) this.#compact(now);
    const [before, after] = [this.measures.outcome(), this.measures.outcome()];
    const past = this.classes.pastCells(from, predicted);
    after.cell = this.classes.cell(to, predicted, this.lastCounted);
    before.keyLow = after.keyLow = keyLow;
    before.keyHigh = after.keyHigh = keyHigh;
    let isMended = false;
    for (const window of this.#all) {
      window.slide(now);
      if (past.some((cell) => window.mend({ ...before, cell }, after, time))) isMended = true;
    }
    return isMended ? this.classes.flagsOf(after.cell) : undefined;
  }

  /** Confusion matrix of a window as of `now`; empty for an unknown window. */
  confusion(label: string, now: number): ConfusionMatrix {
    const window = this.#slid(label, now);
    return window === undefined ? confusionMatrix([]) : this.classes.matrices(window.totals.counts.values);
  }

  /** Tells whether all is as of `now`, but for what is still to be counted. */
  isAsOf(now: number): boolean {
    return this.#all.every((window) => window.isAsOf(now)) && this.coverage?.isAsOf(now) !== false;
  }

  /** Removes all that has expired by `now`. */
  slide(now: number): void {
    if (this.isAsOf(now)) return;
    this.changing();
    for (const window of this.#all) window.slide(now);
    this.coverage?.slide(now);
  }

  /** Tells those who read the tag as it is; before whatever changes what they read. */
  changing(): void {
    if (this.readers.size === 0) return;
    // To copy the tag as of a later instant removes what has expired by then.
    const told = [...this.readers].sort((a, b) => a.now - b.now);
    this.readers.clear();
    for (const reader of told) reader.keep();
  }

  /** Copies a window as of `now`; its confusion matrix is made when it is asked for. */
  copy(label: string, now: number): () => ConfusionMatrix {
    const counts = this.#slid(label, now)?.totals.counts.values.slice();
    if (counts === undefined) return () => confusionMatrix([]);
    const { matrices } = this.classes;
    return () => matrices(counts);
  }

  /**
   * A number that tells whether anything but the traffic differs from another moment: as of then and as of `now` it is the
   * same if nothing was counted since and nothing has left a window.
   */
  revision(now: number): number {
    let changes = this.outcomes + this.#revised;
    this.slide(now);
    for (const window of this.#all) {
      changes += window.totals.counts.changes + window.totals.limbs.changes;
    }
    return changes;
  }

  /** Correct outcomes over a time window as of `now`, oldest first; empty for other windows. */
  history(label: string, now: number): readonly Slice[] {
    const panes = this.#slid(label, now)?.panes() ?? [];
    return mergeSlices(panes.map(({ from, to, counts }) => ({ from, to, ...this.classes.hits(counts) })));
  }

  /** Sums of the measures in a window as of `now`. */
  sums(label: string, now: number): Sums {
    const window = this.#slid(label, now);
    return this.measures.sums((number) => window?.totals.sum(number) ?? 0);
  }

  /** Restores saved classes; call it before the windows are restored. */
  restoreClasses(saved: SavedClasses, canonical: (name: string) => string): void {
    this.#uncertain = this.classes.restore(saved, canonical);
  }

  /** Empties the windows that hold cells of unknown meaning, and returns their labels. */
  resetUncertain(specs: readonly WindowSpec[], futureMs: number): string[] {
    if (this.#uncertain.size === 0) return [];
    for (const window of this.#windows.values()) {
      window.slide(this.latest);
      window.forget();
    }
    const reset = [...this.#windows].flatMap(([label, window]) =>
      [...window.cells()].some((cell) => this.#uncertain.has(cell)) ? [label] : [],
    );
    this.#uncertain = new Set();
    for (const label of reset) this.#windows.delete(label);
    if (reset.length > 0) this.setWindows(specs, futureMs);
    return reset;
  }

  /** A window as of `now`. */
  #slid(label: string, now: number): Window | undefined {
    const window = this.#windows.get(label);
    if (window?.isAsOf(now) === false) this.changing();
    window?.slide(now);
    return window;
  }

  /** Stops tracking classes that have left all windows, which makes room for a model's new classes. */
  #compact(now: number): void {
    if (now < this.#compactedAt + compactIntervalMs) return;
    this.#compactedAt = now;
    const used = new Set<number>();
    for (const window of this.#windows.values()) {
      window.slide(now);
      window.forget();
      for (const cell of window.cells()) used.add(cell);
    }
    const numbers = this.classes.compact([...used].sort((a, b) => a - b));
    if (numbers === undefined) return;
    for (const window of this.#windows.values()) window.renumber(numbers);
  }
}

const ordinary: Counted = { inAllWindows: true, inNoTimeWindow: false, declared: true, folded: false };
