import type { AST } from "@eslint-community/regexpp";
import { charactersOf, surrogates, type Ranges } from "./characters.ts";
import { matchesNothing } from "./program.ts";

/** Reason why RE2 cannot run a pattern, and what would mend it. */
export class NotForRe2 extends Error {}

/** Syntax for RE2, with the groups that are kept in their order. */
export interface Re2Syntax {
  readonly source: string;
  /** Names of the groups; undefined for one without a name. */
  readonly groups: readonly (string | undefined)[];
}

/**
 * Writes a pattern for RE2 so that it means what it means in JavaScript: classes and escapes as the characters that they
 * match there, anchors by their unambiguous names. Kept are the first group and those with names. Throws `NotForRe2` for
 * what RE2 lacks, or would read in another way.
 */
export function writeRe2(pattern: AST.Pattern, flags: string): Re2Syntax {
  const writer = new Writer(flags);
  return { source: writer.alternatives(pattern.alternatives), groups: writer.groups };
}

class Writer {
  readonly groups: (string | undefined)[] = [];
  readonly #flags: string;

  constructor(flags: string) {
    this.#flags = flags;
  }

  alternatives(alternatives: readonly AST.Alternative[]): string {
    return alternatives.map(({ elements }) => elements.map((element) => this.#element(element)).join("")).join("|");
  }

  #element(element: AST.Element): string {
    switch (element.type) {
      case "Character":
        return this.#characters(element.raw, [[element.value, element.value]]);
      case "CharacterSet":
      case "CharacterClass":
      case "ExpressionCharacterClass":
        return this.#characters(element.raw, charactersOf(element.raw, this.#flags));
      case "Group":
        if (element.modifiers !== null)
          throw new NotForRe2(`flags of a group are not supported; write it without them`);
        return `(?:${this.alternatives(element.alternatives)})`;
      case "CapturingGroup":
        return this.#group(element);
      case "Quantifier":
        return this.#repetition(element);
      case "Assertion":
        return assertion(element);
      case "Backreference":
        throw new NotForRe2(`RE2 has no back-references; write what ${element.raw} stands for`);
    }
  }

  #group(group: AST.CapturingGroup): string {
    const isKept = group.name !== null || this.groups.length === 0;
    if (isKept) this.groups.push(group.name ?? undefined);
    return `${isKept ? "(" : "(?:"}${this.alternatives(group.alternatives)})`;
  }

  #characters(raw: string, ranges: Ranges): string {
    const characters = this.#flags.includes("u") ? ranges : withPairs(ranges);
    if (characters === undefined) {
      throw new NotForRe2(
        `${JSON.stringify(raw)} is half of a character; remove needless escapes, such as "\\-" for "-", so that the pattern is read by characters`,
      );
    }
    // RE2 has no empty class; this one is the complement of all.
    if (characters.length === 0) return "[^\\x{0}-\\x{10ffff}]";
    const [[first, last] = [0, 0]] = characters;
    if (characters.length === 1 && first === last) return code(first);
    return `[${characters.map(([from, to]) => (from === to ? code(from) : `${code(from)}-${code(to)}`)).join("")}]`;
  }

  #repetition({ min, max, greedy, element, raw }: AST.Quantifier): string {
    if (max > min && matchesNothing(element)) {
      throw new NotForRe2(`RE2 reads rounds of ${raw} that match nothing in another way; let each match something`);
    }
    const before = this.groups.length;
    const body = this.#element(element);
    const left = max > 1 && this.groups.length > before ? groupLeftOut(element, before === 0) : undefined;
    if (left !== undefined) {
      throw new NotForRe2(
        `RE2 keeps the text of ${left.raw} from an earlier round of ${raw}; let each round match the group, or move it out`,
      );
    }
    const bounds = max === Infinity ? `{${min},}` : `{${min},${max}}`;
    return `(?:${body})${bounds}${greedy ? "" : "?"}`;
  }
}

function assertion(element: AST.Assertion): string {
  if (element.kind === "start") return "\\A";
  if (element.kind === "end") return "\\z";
  if (element.kind === "word") return element.negate ? "\\B" : "\\b";
  throw new NotForRe2(`RE2 has no look-around; write the pattern without ${element.raw}`);
}

/** Finds a group that a round may leave out; of those without a name, only the pattern's first one counts. */
function groupLeftOut(element: AST.Element, mayBeFirst: boolean, isSure = true): AST.CapturingGroup | undefined {
  if (element.type === "Quantifier") return groupLeftOut(element.element, mayBeFirst, isSure && element.min > 0);
  if (element.type !== "CapturingGroup" && element.type !== "Group") return undefined;
  const isKept = element.type === "CapturingGroup" && (element.name !== null || mayBeFirst);
  if (isKept && !isSure) return element;
  const isAlways = isSure && element.alternatives.length === 1;
  for (const { elements } of element.alternatives) {
    for (const inner of elements) {
      const found = groupLeftOut(inner, mayBeFirst, isAlways);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/**
 * Ranges of characters for those of code units: a class that takes all surrogates takes every character past U+FFFF.
 * Undefined for one that takes some of them.
 */
function withPairs(ranges: Ranges): Ranges | undefined {
  const hasSome = ranges.some(([first, last]) => first <= surrogates.last && last >= surrogates.first);
  if (!hasSome) return ranges;
  const hasAll = ranges.some(([first, last]) => first <= surrogates.first && last >= surrogates.last);
  return hasAll ? [...ranges, [0x10000, 0x10ffff]] : undefined;
}

function code(point: number): string {
  return `\\x{${point.toString(16)}}`;
}
