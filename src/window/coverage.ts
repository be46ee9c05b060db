import type { Entry, JsonValue } from "../serializable.ts";
import { ClassSeats } from "./class-seats.ts";
import { otherClass, isFoldedClass } from "./folded-classes.ts";
import { Additions, Measures } from "./measure.ts";
import { NumberList } from "./number-list.ts";
import { reachOf, type WindowSpec } from "./options.ts";
import { TimeWindow } from "./time-window.ts";

/** Key prefix of the panes of traffic. */
export const coveragePrefix = "traffic";

/** Predictions of one class in a window. */
export interface ClassTraffic {
  readonly class: string;
  readonly predictions: number;
  /** Those that are at least as old as the maturity. */
  readonly due: number;
  /** Those of the due that have a label. */
  readonly labelled: number;
}

/** Predictions in a time window. */
export interface WindowTraffic {
  /** False where nothing in the window can be due: it is shorter than the maturity, or there is none. */
  readonly hasDue: boolean;
  /** Classes with predictions, and those that always have a seat, in code-unit order. */
  readonly classes: readonly ClassTraffic[];
}

/** Predictions of an age: older than the age before, and up to this one. */
export interface AgeTraffic {
  readonly age: string;
  readonly predictions: number;
  readonly labelled: number;
}

/** How much of the truth is known of one tag. */
export interface Traffic {
  /** By the label of the time window. */
  readonly windows: ReadonlyMap<string, WindowTraffic>;
  readonly ages: readonly AgeTraffic[];
}

/** The labelled share of what is due in a window; undefined where nothing is. */
export function labelledShare(traffic: WindowTraffic | undefined): number | undefined {
  if (traffic?.hasDue !== true) return undefined;
  const due = sum(traffic.classes.map((one) => one.due));
  return due === 0 ? undefined : sum(traffic.classes.map((one) => one.labelled)) / due;
}

const hour = 3_600_000;

/** The ages of the curve. */
const ages = [
  { age: "1m", ms: hour / 60 },
  { age: "10m", ms: hour / 6 },
  { age: "1h", ms: hour },
  { age: "6h", ms: 6 * hour },
  { age: "1d", ms: 24 * hour },
  { age: "7d", ms: 168 * hour },
  { age: "30d", ms: 720 * hour },
] as const;

/** Least time between searches for a seat that nobody needs any more, which cost time linear in the panes (ms). */
const searchEveryMs = 60_000;

/**
 * Predictions of a tag by predicted class, labelled or not: for each time window a ring of panes by the time of the
 * prediction, whose cells are `2 * class` and, once labelled, `2 * class + 1`. Memory does not depend on traffic.
 */
export class Coverage {
  /** Names by number; 0 is that of all classes past the limit. */
  readonly #names: string[];
  readonly #numbers = new Map<string, number>();
  readonly #reserved: ReadonlySet<string>;
  readonly #maxClasses: number;
  readonly #seats: ClassSeats;
  readonly #measures = new Measures();
  readonly #rings = new Map<string, { readonly spec: WindowSpec & { kind: "time" }; readonly ring: TimeWindow }>();
  readonly #from = this.#measures.outcome();
  readonly #to = this.#measures.outcome();
  readonly #additions = new Additions();
  #searchedAt = Number.NEGATIVE_INFINITY;
  /** New numbers by saved one, until all is restored. */
  #restored: readonly number[] = [];

  /** `reserved` are the classes that always have a seat among `maxClasses`. */
  constructor(reserved: Iterable<string>, maxClasses: number) {
    this.#reserved = new Set([...reserved].slice(0, maxClasses));
    this.#maxClasses = maxClasses;
    this.#seats = new ClassSeats(maxClasses);
    this.#names = [otherClass, ...this.#reserved];
    for (const [number, name] of this.#names.entries()) if (number > 0) this.#numbers.set(name, number);
  }

  /** Adds rings of new time windows and removes those of others. */
  setWindows(specs: readonly WindowSpec[], futureMs: number): void {
    for (const label of this.#rings.keys()) {
      if (!specs.some((spec) => spec.label === label)) this.#rings.delete(label);
    }
    for (const spec of specs) {
      if (spec.kind !== "time" || this.#rings.has(spec.label)) continue;
      const ring = new TimeWindow(spec.ms, spec.panes, futureMs, this.#measures, spec.olderMs);
      this.#rings.set(spec.label, { spec, ring });
    }
  }

  /** Counts a prediction without a label. Times are Unix milliseconds, `steady` by the steady clock. */
  predict(predicted: string, time: number, now: number, steady: number): void {
    const number = this.#seat(predicted, now, steady);
    this.#seats.note(number, steady);
    this.#from.cell = 2 * number;
    this.#measures.measure(this.#from, this.#additions);
    for (const { ring } of this.#rings.values()) ring.add(this.#from, this.#additions, time, now);
  }

  /** Counts a prediction as labelled that was counted with this time. */
  label(predicted: string, time: number, now: number): void {
    const number = this.#numbers.get(predicted) ?? 0;
    for (const { ring } of this.#rings.values()) {
      ring.slide(now);
      // It was counted without a seat where its class has got one since.
      if (!this.#move(ring, number, time) && number !== 0) this.#move(ring, 0, time);
    }
  }

  /** Tells whether `slide` would change nothing. */
  isAsOf(now: number): boolean {
    return [...this.#rings.values()].every(({ ring }) => ring.isAsOf(now));
  }

  /** Removes predictions that have expired by `now`. */
  slide(now: number): void {
    for (const { ring } of this.#rings.values()) ring.slide(now);
  }

  /** The counts as of `now`, by the age at which a prediction is due (ms), if there is one. */
  traffic(maturityMs: number | undefined, now: number): Traffic {
    const windows = [...this.#rings].map(([label, { spec, ring }]) => {
      ring.slide(now);
      const hasDue = maturityMs !== undefined && maturityMs < reachOf(spec);
      // Panes are many: they are looked through only where something can be due.
      const due = hasDue ? dueCounts(ring, now - maturityMs) : new NumberList();
      return [label, { hasDue, classes: this.#classes(ring.totals.counts, due) }] as const;
    });
    return { windows: new Map(windows), ages: this.#ages(now) };
  }

  /** The names of the classes by number, to be saved. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Changes since the last call, by window; see `Window.changes`. */
  changes(): [label: string, changes: ReturnType<TimeWindow["changes"]>][] {
    return [...this.#rings].map(([label, { ring }]) => [label, ring.changes()]);
  }

  /** Entries that remove all that may be saved. */
  removals(id: number): Entry[] {
    return [...this.#rings].flatMap(([label, { ring }]) =>
      ring.parts().map((part): Entry => ({ key: [coveragePrefix, id, label, part], value: undefined })),
    );
  }

  /** Restores saved names; `spelling` gives the current one. Call it before the panes are restored. */
  restoreNames(names: readonly string[], spelling: (name: string) => string): void {
    this.#restored = names.map((name, number) =>
      number === 0 ? 0 : this.#seat(spelling(name), Number.NaN, Number.NaN),
    );
  }

  /** Restores a pane; false, without effect, for one that belongs to no window. */
  restore(label: string, part: number, value: JsonValue): boolean {
    return this.#rings.get(label)?.ring.restore(part, value) ?? false;
  }

  /** Ends the restoring. */
  settle(): void {
    const cells = this.#restored.flatMap((number) => [2 * number, 2 * number + 1]);
    if (cells.every((cell, index) => cell === index)) return;
    for (const { ring } of this.#rings.values()) ring.renumber(cells);
  }

  #move(ring: TimeWindow, number: number, time: number): boolean {
    this.#from.cell = 2 * number;
    this.#to.cell = 2 * number + 1;
    return ring.mend(this.#from, this.#to, time);
  }

  /** The number of a class, with a new seat where there is one; 0 without. */
  #seat(name: string, now: number, steady: number): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (isFoldedClass(name)) return 0;
    const number = this.#names.length <= this.#maxClasses ? this.#names.length : this.#freeSeat(now, steady);
    if (number === 0) return 0;
    const before = this.#names[number];
    if (before !== undefined) this.#numbers.delete(before);
    this.#names[number] = name;
    this.#numbers.set(name, number);
    return number;
  }

  /** Finds the seat of a class that has left all windows, or gives way; 0 for none. */
  #freeSeat(now: number, steady: number): number {
    if (!(now >= this.#searchedAt + searchEveryMs)) return 0;
    this.#searchedAt = now;
    const used = new Set<number>();
    for (const { ring } of this.#rings.values()) {
      ring.slide(now);
      ring.forget();
      for (const cell of ring.cells()) used.add(cell >> 1);
    }
    const numbers = [...this.#names.keys()].filter(
      (number) => number > 0 && !this.#reserved.has(this.#names[number] ?? otherClass),
    );
    const free = numbers.find((number) => !used.has(number));
    if (free !== undefined) return free;
    const idle = this.#seats.find({ numbers, outcomes: () => this.#predictions() }, steady);
    if (idle !== undefined) this.#fold(idle);
    return idle ?? 0;
  }

  /** Predictions in the windows by class number. */
  #predictions(): number[] {
    const totals = [...this.#rings.values()].map(({ ring }) => ring.totals.counts);
    return this.#names.map((_name, number) => sum(totals.map((counts) => both(counts, number))));
  }

  /** Counts what there is of a class as of those past the limit. */
  #fold(number: number): void {
    const cells = this.#names.flatMap((_name, own) => (own === number ? [0, 1] : [2 * own, 2 * own + 1]));
    for (const { ring } of this.#rings.values()) ring.renumber(cells);
  }

  #classes(all: NumberList, due: NumberList): ClassTraffic[] {
    return this.#names
      .map((name, number) => ({
        class: name,
        predictions: both(all, number),
        due: both(due, number),
        labelled: due.get(2 * number + 1),
      }))
      .filter((one) => one.predictions > 0 || this.#reserved.has(one.class))
      .sort((a, b) => (a.class < b.class ? -1 : 1));
  }

  /**
   * The curve, read from the panes of the window that reaches furthest back; ages shorter than its panes are part of the next
   * one. A pane is as old as the youngest prediction that it may hold.
   */
  #ages(now: number): AgeTraffic[] {
    const [longest] = [...this.#rings.values()].sort((a, b) => reachOf(b.spec) - reachOf(a.spec));
    if (longest === undefined) return [];
    const { spec, ring } = longest;
    const shown = ages.filter(({ ms }) => ms >= spec.ms / spec.panes && ms <= reachOf(spec));
    const curve = shown.map(({ age }) => ({ age, predictions: 0, labelled: 0 }));
    for (const { to, counts } of ring.inPanes(true)) {
      const own = curve[shown.findIndex(({ ms }) => now - to <= ms)];
      for (let at = 0; own !== undefined && at < counts.length; at += 2) {
        own.predictions += counts[at + 1] ?? 0;
        if ((counts[at] ?? 0) % 2 === 1) own.labelled += counts[at + 1] ?? 0;
      }
    }
    return curve;
  }
}

/** Labelled and other predictions of a class. */
function both(counts: NumberList, number: number): number {
  return counts.get(2 * number) + counts.get(2 * number + 1);
}

/** Adds up the panes in which all predictions were made before a time. */
function dueCounts(ring: TimeWindow, until: number): NumberList {
  const due = new NumberList();
  for (const { to, counts } of ring.inPanes()) {
    if (to > until) continue;
    for (let at = 0; at < counts.length; at += 2) due.add(counts[at] ?? 0, counts[at + 1] ?? 0);
  }
  return due;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
