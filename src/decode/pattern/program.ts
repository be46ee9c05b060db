import type { AST } from "@eslint-community/regexpp";
import { charactersOf, type Ranges } from "./characters.ts";

/** Step of a program; `next` is the number of the step after it. */
export type Step =
  /** Takes one character of the set with this number. */
  | { readonly kind: "take"; readonly set: number; readonly next: number }
  /** Tries the steps in this order; none at all is a dead end. */
  | { readonly kind: "either"; next: readonly number[] }
  /** Passes at the start of the text only. */
  | { readonly kind: "start"; readonly next: number }
  /** Passes or not, which depends on more than the text so far. */
  | { readonly kind: "condition"; readonly next: number }
  | { readonly kind: "match" };

/** A pattern as the steps of a backtracking engine. */
export interface Program {
  readonly steps: readonly Step[];
  readonly first: number;
  readonly sets: readonly Ranges[];
}

/** Reason why a pattern has no program. */
export class Unproved extends Error {}

/** Repetitions are written out; longer programs are not worth their proof. */
const maxSteps = 10_000;

/** Makes the program of a pattern. Throws `Unproved` for syntax whose time depends on more than the program. */
export function makeProgram(pattern: AST.Pattern, flags: string): Program {
  const maker = new ProgramMaker(flags);
  const first = maker.alternatives(pattern.alternatives, maker.add({ kind: "match" }));
  return { first, steps: maker.steps, sets: maker.sets };
}

class ProgramMaker {
  readonly steps: Step[] = [];
  readonly sets: Ranges[] = [];
  readonly #flags: string;
  readonly #known = new Map<string, number>();

  constructor(flags: string) {
    this.#flags = flags;
  }

  add(step: Step): number {
    if (this.steps.length === maxSteps) throw new Unproved("its repetitions are too large");
    return this.steps.push(step) - 1;
  }

  alternatives(alternatives: readonly AST.Alternative[], next: number): number {
    const firsts = alternatives.map(({ elements }) =>
      elements.reduceRight((after, element) => this.#element(element, after), next),
    );
    const [only = next] = firsts;
    return firsts.length === 1 ? only : this.add({ kind: "either", next: firsts });
  }

  #element(element: AST.Element, next: number): number {
    switch (element.type) {
      case "Character":
        return this.#take(element.raw, next, [[element.value, element.value]]);
      case "CharacterSet":
      case "CharacterClass":
      case "ExpressionCharacterClass":
        return this.#take(element.raw, next);
      case "Group":
        if (element.modifiers !== null) throw new Unproved(`${element.modifiers.raw} changes the flags of a group`);
        return this.alternatives(element.alternatives, next);
      case "CapturingGroup":
        return this.alternatives(element.alternatives, next);
      case "Quantifier":
        return this.#repetition(element, next);
      case "Assertion":
        return this.#assertion(element, next);
      case "Backreference":
        throw new Unproved(`the back-reference ${element.raw} compares texts of any length`);
    }
  }

  #take(raw: string, next: number, ranges?: Ranges): number {
    let set = this.#known.get(raw);
    if (set === undefined) {
      set = this.sets.push(ranges ?? charactersOf(raw, this.#flags)) - 1;
      this.#known.set(raw, set);
    }
    return this.add({ kind: "take", set, next });
  }

  #assertion(assertion: AST.Assertion, next: number): number {
    if (assertion.kind === "start") return this.add({ kind: "start", next });
    const after = this.add({ kind: "condition", next });
    if (assertion.kind === "lookbehind") throw new Unproved(`the look-behind ${assertion.raw} reads backwards`);
    if (assertion.kind !== "lookahead") return after;
    // The engine tries what is looked for, of which it never tries another way, and then what follows.
    const body = this.alternatives(assertion.alternatives, this.add({ kind: "either", next: [] }));
    return this.add({ kind: "either", next: [body, after] });
  }

  #repetition({ min, max, greedy, element, raw }: AST.Quantifier, next: number): number {
    const isNullable = matchesNothing(element);
    if (max === Infinity && isNullable) throw new Unproved(`a round of ${raw} may match nothing`);
    const order = (more: number, end: number): number[] => (greedy ? [more, end] : [end, more]);
    let after = next;
    let written = min;
    if (max === Infinity) {
      const loop: Step = { kind: "either", next: [] };
      const choice = this.add(loop);
      const body = this.#element(element, choice);
      loop.next = order(body, next);
      // The last required round is the loop's own.
      after = min === 0 ? choice : body;
      written = Math.max(0, min - 1);
    } else {
      for (let round = min; round < max; round++) {
        // The engine refuses optional rounds that match nothing.
        const end = isNullable ? this.add({ kind: "condition", next: after }) : after;
        after = this.add({ kind: "either", next: order(this.#element(element, end), next) });
      }
    }
    for (let round = 0; round < written; round++) after = this.#element(element, after);
    return after;
  }
}

/** Tells whether an element may match the empty text. */
export function matchesNothing(element: AST.Element): boolean {
  switch (element.type) {
    case "Assertion":
    case "Backreference":
      return true;
    case "Group":
    case "CapturingGroup":
      return element.alternatives.some(({ elements }) => elements.every(matchesNothing));
    case "Quantifier":
      return element.min === 0 || matchesNothing(element.element);
    case "Character":
    case "CharacterSet":
    case "CharacterClass":
    case "ExpressionCharacterClass":
      return false;
  }
}
