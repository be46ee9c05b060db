import { Additions, Measures, type Measure, type Outcome } from "../../src/window/measure.ts";
import type { Window } from "../../src/window/window.ts";

/** A measure of the tests: the sum of a fractional value, and the sum of its squares. */
export const fractions: Measure = {
  id: "fractions",
  sums: 2,
  values: 1,
  add({ values }, to, firstValue, firstSum) {
    const value = values[firstValue] ?? Number.NaN;
    to.sum(firstSum, value);
    to.sum(firstSum + 1, value / 3);
  },
};

/** The measures of the windows in tests. */
export const measures = new Measures([fractions]);

const additions = new Additions();

/** An outcome of a cell with a value; `key` is what a count window finds it by. */
export function outcomeOf(cell: number, value = Number.NaN, key = 0): Outcome {
  return { ...measures.outcome(), cell, values: Float64Array.of(value), keyLow: key, keyHigh: key === 0 ? 0 : 7 };
}

/** Adds an outcome to a window. */
export function addTo(window: Window, outcome: Outcome, time: number, now: number): boolean {
  measures.measure(outcome, additions);
  return window.add(outcome, additions, time, now);
}
