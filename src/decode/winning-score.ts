import { canonicalClass } from "./canonical-class.ts";
import type { Leaf } from "./field-trail.ts";
import {
  elementAt,
  firstIn,
  isArray,
  isEndMark,
  isNull,
  isObject,
  lengthOf,
  nextIn,
  scalarText,
  stringEnd,
  valueEnd,
  type JsonBytes,
} from "./json-walk.ts";
import { skipSpace } from "./json-lex.ts";
import { isNonFinite } from "./non-finite.ts";
import { parseDecimal } from "./parse-decimal.ts";
import { slotKind, type Slots } from "./slots.ts";

/** Array of the names of classes in a line. */
export class ClassNames implements Leaf {
  readonly name: string;
  #json: JsonBytes | undefined;
  #at = -1;
  #length = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Number of names; undefined when the line has no array of them, or an empty one. */
  get length(): number | undefined {
    return this.#length === 0 ? undefined : this.#length;
  }

  take(json: JsonBytes, at: number): number {
    const isList = isArray(json, at);
    this.#json = isList ? { bytes: json.bytes, view: json.view } : undefined;
    this.#at = at;
    this.#length = isList ? lengthOf(json, at) : 0;
    return valueEnd(json, at);
  }

  none(): void {
    this.#json = undefined;
    this.#length = 0;
  }

  /** The name at an index; undefined when it is no scalar. */
  at(index: number): string | undefined {
    const at = this.#json === undefined ? -1 : elementAt(this.#json, this.#at, index);
    return this.#json === undefined || at < 0 ? undefined : scalarText(this.#json, at);
  }
}

/**
 * Puts the class with the highest score into a slot: of equal scores the first one's; what is no number, as `null` and
 * `NaN`, never wins. Scores are an object of classes, an array in the order of the classes, or, among the elements of a
 * batch, as many of these as there are classes.
 */
export class WinningScore implements Leaf {
  /** The score of the last winner; NaN without one. */
  score = NaN;
  readonly #slot: number;
  readonly #classes: readonly string[] | ClassNames | undefined;
  readonly #missing: ReadonlySet<string> | undefined;
  #fault: string | undefined;
  /** True when the elements of the array are scores, not rows of them. */
  #isFlat = false;

  constructor(
    slot: number,
    classes: readonly string[] | ClassNames | undefined,
    missing: ReadonlySet<string> | undefined,
  ) {
    this.#slot = slot;
    this.#classes = classes;
    this.#missing = missing;
  }

  take(json: JsonBytes, at: number, slots: Slots, isElement: boolean): number {
    this.score = NaN;
    this.#fault = undefined;
    if (isObject(json, at)) {
      this.#set(slots, this.#ofObject(json, at));
      return valueEnd(json, at);
    }
    if (isArray(json, at)) {
      this.#ofRow(json, firstIn(json, at), slots, false);
      return valueEnd(json, at);
    }
    if (isElement && this.#isFlat) return this.#ofRow(json, at, slots, true);
    const fault = isNull(json, at) ? undefined : "a single value, expected an array or object of scores";
    this.none(slots, fault);
    return valueEnd(json, at);
  }

  /** Finds out whether the array holds rows, or is a flat matrix: its first element that is not null tells. */
  opens(json: JsonBytes, first: number): void {
    let p = first;
    while (isNull(json, p)) p = nextIn(json, valueEnd(json, p));
    this.#isFlat = !isEndMark(json, p) && !isArray(json, p) && !isObject(json, p);
  }

  get size(): number {
    return this.#isFlat ? (this.#classes?.length ?? 1) : 1;
  }

  none(slots: Slots, fault: string | undefined): void {
    this.score = NaN;
    if (fault === undefined) slots.kinds[this.#slot] = slotKind.missing;
    else slots.setBroken(this.#slot, fault);
  }

  #set(slots: Slots, name: string | undefined): void {
    if (this.#fault !== undefined || name === undefined) this.none(slots, this.#fault);
    else slots.setDecoded(this.#slot, canonicalClass(name));
  }

  #ofObject(json: JsonBytes, at: number): string | undefined {
    const { bytes } = json;
    let best = -1;
    for (let p = firstIn(json, at); !isEndMark(json, p);) {
      const value = skipSpace(bytes, skipSpace(bytes, stringEnd(json, p + 1) + 1) + 1);
      if (this.#isBest(json, value)) best = p;
      p = nextIn(json, valueEnd(json, value));
    }
    return best < 0 ? undefined : scalarText(json, best);
  }

  /** Reads the scores from `first` on: to the end of their array, or as many as there are classes if it holds several rows. */
  #ofRow(json: JsonBytes, first: number, slots: Slots, isPartOfArray: boolean): number {
    const classes = this.#classes;
    const expected = classes?.length;
    if (classes === undefined || expected === undefined) {
      const names =
        classes instanceof ClassNames ? `an array of their classes in ${classes.name}` : "`classes` with them";
      this.none(slots, `an array of scores, expected ${names}`);
      return endOfArray(json, first);
    }
    let count = 0;
    let best = -1;
    let p = first;
    let end = first;
    for (; !isEndMark(json, p) && !(isPartOfArray && count === expected); p = nextIn(json, end), count++) {
      if (this.#isBest(json, p)) best = count;
      end = valueEnd(json, p);
    }
    if (count !== expected) {
      const rest = isPartOfArray ? "an array that ends with" : "an array of";
      const hint =
        count % expected === 0 && count > 0 ? "; `[]` at the end of its path reads several rows from it" : "";
      this.#fault = `${rest} ${count} scores, expected ${expected}, one per class${hint}`;
    }
    this.#set(slots, best < 0 ? undefined : classes.at(best));
    if (best >= 0 && this.#fault === undefined && slots.kinds[this.#slot] === slotKind.missing) {
      this.none(slots, "an array of scores, expected a name for each in the array of classes");
    }
    return end;
  }

  /** Tells whether the score at `at` is higher than those before it. */
  #isBest(json: JsonBytes, at: number): boolean {
    const score = this.#scoreAt(json, at);
    if (!(score > this.score) && !(Number.isNaN(this.score) && !Number.isNaN(score))) return false;
    this.score = score;
    return true;
  }

  #scoreAt(json: JsonBytes, at: number): number {
    const { bytes } = json;
    const isText = bytes[at] === 0x22;
    const end = isText ? stringEnd(json, at + 1) : valueEnd(json, at);
    const score = parseDecimal(bytes, isText ? at + 1 : at, end);
    if (!Number.isNaN(score) || isNull(json, at)) return score;
    const text = scalarText(json, at);
    const isNone = text !== undefined && (isNonFinite(text) || this.#missing?.has(canonicalClass(text)) === true);
    if (!isNone) this.#fault ??= `scores with ${shown(json, at, text)} among them, expected numbers`;
    return NaN;
  }
}

function endOfArray(json: JsonBytes, first: number): number {
  let p = first;
  let end = first;
  for (; !isEndMark(json, p); p = nextIn(json, end)) end = valueEnd(json, p);
  return end;
}

function shown(json: JsonBytes, at: number, text: string | undefined): string {
  if (text === undefined) return isArray(json, at) ? "an array" : "an object";
  return JSON.stringify(text.slice(0, 40));
}
