import type { Program } from "./program.ts";
import { lastCodePoint, type Ranges } from "./characters.ts";

/** Result of counting: the most readings that are open at once, or undefined with a reason when there may be too many. */
export type Readings = { readonly most: number } | { readonly most: undefined; readonly reason: string };

/** Readings of a line that may be open at once. */
const maxReadings = 64;

/** Sets of open readings that are visited, each once. */
const maxStates = 4000;

/** A reading: the number of the step that takes the next character, twice, plus 1 when it has passed a condition. */
type Reading = number;

/** The search for a match that starts at a later character. */
const search: Reading = -1;

/** Readings that a step opens, in order; after a sure match the engine tries no others. */
interface Opened {
  readonly readings: readonly Reading[];
  readonly isMatch: boolean;
}

interface State {
  readonly readings: readonly Reading[];
  readonly before: State | undefined;
  /** The character that led here. */
  readonly character: number;
}

/**
 * Counts the readings that a backtracking engine may have open at once: the ways to take the line so far that are still
 * possible, from all starts of the search. The engine tries each at most once, so when their number is bounded, its time
 * is at most that number of steps for each character. Visits all sets of readings that any line can open, in the order
 * in which the engine tries them; a bounded number of steps, and the same on every machine.
 */
export function countReadings(program: Program): Readings {
  const openings = new Openings(program);
  const kinds = characterKinds(program.sets);
  const known = new Set<string>();
  const waiting = new Waiting();
  const add = (state: State): void => {
    const key = state.readings.join();
    if (!known.has(key)) waiting.add(state, openOf(state));
    known.add(key);
  };
  const start = openings.open(program.first, true, false);
  add({
    readings: start.isMatch ? start.readings : [...start.readings, search],
    before: undefined,
    character: 0,
  });
  let most = 0;
  for (let state = waiting.next(); state !== undefined; state = waiting.next()) {
    const open = openOf(state);
    if (open > maxReadings) {
      const reason = `a line like ${lineOf(state)} can be read in more than ${maxReadings} ways at once`;
      return { most: undefined, reason };
    }
    if (known.size > maxStates) return { most: undefined, reason: "it is too large to be proved linear" };
    most = Math.max(most, open);
    for (const kind of kinds) {
      add({ readings: openings.after(state.readings, kind), before: state, character: kind.sample });
    }
  }
  return { most };
}

/** States to visit; those with the most readings come first, as they are nearest to too many. */
class Waiting {
  readonly #states: State[][] = Array.from({ length: 2 * maxReadings }, () => []);
  #most = 0;

  add(state: State, open: number): void {
    const rank = Math.min(open, this.#states.length - 1);
    this.#states[rank]?.push(state);
    this.#most = Math.max(this.#most, rank);
  }

  next(): State | undefined {
    while (this.#most > 0 && this.#states[this.#most]?.length === 0) this.#most--;
    return this.#states[this.#most]?.pop();
  }
}

/** The number of readings, without the search. */
function openOf({ readings }: State): number {
  return readings.length - (readings.at(-1) === search ? 1 : 0);
}

class Openings {
  readonly #program: Program;
  readonly #known = new Map<number, Opened>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** The readings after one more character. */
  after(readings: readonly Reading[], { sets }: Kind): readonly Reading[] {
    const next: Reading[] = [];
    for (const reading of readings) {
      const { readings: opened, isMatch } = this.#taken(reading, sets);
      next.push(...opened);
      if (isMatch) break;
      if (reading === search) next.push(search);
      if (next.length > maxReadings + 1) break;
    }
    return next;
  }

  /** The readings that a step opens; `isStart` at the start of the line, `isUnsure` after a condition. */
  open(number: number, isStart: boolean, isUnsure: boolean): Opened {
    const key = 4 * number + (isStart ? 2 : 0) + (isUnsure ? 1 : 0);
    const known = this.#known.get(key) ?? this.#open(number, isStart, isUnsure);
    this.#known.set(key, known);
    return known;
  }

  #taken(reading: Reading, sets: ReadonlySet<number>): Opened {
    if (reading === search) return this.open(this.#program.first, false, false);
    const step = this.#program.steps[reading >> 1];
    if (step?.kind !== "take" || !sets.has(step.set)) return nothing;
    return this.open(step.next, false, reading % 2 === 1);
  }

  #open(number: number, isStart: boolean, isUnsure: boolean): Opened {
    const step = this.#program.steps[number];
    switch (step?.kind) {
      case undefined:
        return nothing;
      case "take":
        return { readings: [2 * number + (isUnsure ? 1 : 0)], isMatch: false };
      case "match":
        return { readings: [], isMatch: !isUnsure };
      case "start":
        return isStart ? this.open(step.next, isStart, isUnsure) : nothing;
      case "condition":
        return this.open(step.next, isStart, true);
      case "either": {
        const readings: Reading[] = [];
        for (const next of step.next) {
          const opened = this.open(next, isStart, isUnsure);
          readings.push(...opened.readings);
          if (opened.isMatch) return { readings, isMatch: true };
          if (readings.length > maxReadings) break;
        }
        return { readings, isMatch: false };
      }
    }
  }
}

const nothing: Opened = { readings: [], isMatch: false };

/** Characters that no set tells apart. */
interface Kind {
  readonly sets: ReadonlySet<number>;
  readonly sample: number;
}

function characterKinds(sets: readonly Ranges[]): readonly Kind[] {
  const edges = new Set([0, firstPrintable, firstLetter]);
  for (const ranges of sets) for (const [first, last] of ranges) edges.add(first).add(last + 1);
  edges.delete(lastCodePoint + 1);
  const kinds = new Map<string, Kind>();
  const nexts = sets.map(() => 0);
  for (const sample of [...edges].sort((a, b) => a - b)) {
    const holding = new Set<number>();
    for (const [set, ranges] of sets.entries()) {
      let next = nexts[set] ?? 0;
      while ((ranges[next]?.[1] ?? Infinity) < sample) next++;
      nexts[set] = next;
      if ((ranges[next]?.[0] ?? Infinity) <= sample) holding.add(set);
    }
    const key = [...holding].join();
    const known = kinds.get(key);
    if (known === undefined || legibility(sample) > legibility(known.sample)) kinds.set(key, { sets: holding, sample });
  }
  return [...kinds.values()];
}

const firstPrintable = 0x20;
const firstLetter = 0x61;

/** Rates a character as a sample for people. */
function legibility(code: number): number {
  return code < firstPrintable || code > 0x7e ? 0 : code < firstLetter || code > 0x7a ? 1 : 2;
}

/** The line that led to a state, truncated. */
function lineOf(state: State): string {
  const codes: number[] = [];
  for (let at = state; at.before !== undefined; at = at.before) codes.push(at.character);
  const line = String.fromCodePoint(...codes.reverse());
  return line.length > 60 ? `${JSON.stringify(line.slice(0, 60)).slice(0, -1)}..."` : JSON.stringify(line);
}
