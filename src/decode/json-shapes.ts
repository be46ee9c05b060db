import { bareWordAt } from "./non-finite.ts";
import { numberEnd } from "./json-lex.ts";
import { makeStep, sameBytes, sameDoubles, stepKind, type Step } from "./json-step.ts";
import { escapedEnd, plainEnd } from "./json-string.ts";
import type { ValueList } from "./scalar-list.ts";
import { slotKind } from "./slot-kind.ts";
import type { Slots } from "./slots.ts";

const maxSteps = 4096;
/** Ways in which lines may go on from one place. */
const maxBranches = 16;
/** Lines to go without learning once shapes have turned out not to repeat. */
const pauseLines = 20_000;

/**
 * Remembers how the JSON lines of a log look, so that the next line of the same look is checked by comparing its keys
 * and punctuation as a whole, and only its values are looked at byte by byte.
 *
 * Invariant: a way through the tree from its first step to an end is what the scanner found to be one valid object,
 * with its strings and other scalars cut out. Any valid string in the place of a string and any valid scalar in the
 * place of a scalar make a valid object with the same keys in the same places. A line that fits no way is not judged
 * here: `read` gives false and the scanner has the word.
 */
export class JsonShapes {
  readonly #slots: Slots;
  #first: Step | undefined;
  #steps = 0;
  #hits = 0;
  #learned = 0;
  #pause = 0;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** To be asked once for each line that `read` did not know: whether it may be learned. */
  mayLearn(): boolean {
    if (this.#pause > 0) this.#pause--;
    return this.#pause === 0;
  }

  /** Reads the line `[start, end)` into the slots if it looks like an earlier one; else false, the slots are void. */
  read(bytes: Buffer, start: number, end: number): boolean {
    let step = this.#first;
    if (step === undefined) return false;
    const slots = this.#slots;
    slots.clear(bytes);
    const view = slots.view;
    let p = start;
    while (step !== undefined) {
      const length = step.length;
      const at = p + length;
      if (at > end || !(length < 8 ? sameBytes(bytes, p, step.bytes) : sameDoubles(view, p, step.doubles, at - 8))) {
        step = step.other;
        continue;
      }
      if (step.kind === stepKind.string) {
        let q = plainEnd(bytes, view, at, end);
        let kind: number = slotKind.text;
        if (q < end && bytes[q] === 0x5c) {
          q = escapedEnd(bytes, view, q, end);
          kind = slotKind.escaped;
        }
        if (q >= end || bytes[q] !== 0x22) return false;
        if (step.slot >= 0) {
          slots.set(step.slot, kind, at, q);
        }
        p = q;
      } else if (step.kind === stepKind.scalar) {
        const first = at < end ? (bytes[at] ?? 0) : 0;
        let kind: number = slotKind.number;
        let q: number;
        if (first === 0x2d || (first >= 0x30 && first <= 0x39)) {
          q = numberEnd(bytes, at, end);
        } else {
          q = wordEnd(bytes, at, end, first);
          kind = first === 0x6e ? slotKind.missing : slotKind.boolean;
        }
        if (q >= 0) {
          if (step.slot >= 0) slots.set(step.slot, kind, at, q);
        } else {
          const word = bareWordAt(bytes, at, end);
          if (word === undefined) {
            step = step.other;
            continue;
          }
          if (step.slot >= 0) slots.setBare(step.slot, word);
          q = at + word.length;
        }
        p = q;
      } else {
        if (at === end) {
          this.#hits++;
          return true;
        }
        step = step.other;
        continue;
      }
      step = step.next;
    }
    return false;
  }

  /** Learns the line `[start, end)`, which is one valid object with these values. */
  learn(bytes: Buffer, start: number, end: number, values: ValueList): void {
    this.#learned++;
    let parent: Step | undefined;
    let from = start;
    for (let i = 0; i < values.count; i++) {
      const kind = values.isString(i) ? stepKind.string : stepKind.scalar;
      parent = this.#branch(parent, bytes.subarray(from, values.start(i)), kind, values.slot(i));
      if (parent === undefined) {
        this.#startAnew();
        return;
      }
      from = values.end(i);
    }
    if (this.#branch(parent, bytes.subarray(from, end), stepKind.end, -1) === undefined) this.#startAnew();
  }

  /** The step that goes on from `parent` with these bytes, a new one when there is none; undefined when it is full. */
  #branch(parent: Step | undefined, literal: Buffer, kind: number, slot: number): Step | undefined {
    let step = parent === undefined ? this.#first : parent.next;
    let before: Step | undefined;
    let branches = 0;
    for (; step !== undefined; before = step, step = step.other, branches++) {
      if (step.kind === kind && step.length === literal.length && literal.equals(step.bytes)) return step;
    }
    if (branches >= maxBranches || this.#steps >= maxSteps) return undefined;
    this.#steps++;
    const made = makeStep(Buffer.from(literal), kind, slot);
    if (before !== undefined) before.other = made;
    else if (parent === undefined) this.#first = made;
    else parent.next = made;
    return made;
  }

  /** Forgets all shapes; when they were hardly of use, it waits a while before it learns new ones. */
  #startAnew(): void {
    if (this.#hits < 8 * this.#learned) this.#pause = pauseLines;
    this.#first = undefined;
    this.#steps = 0;
    this.#hits = 0;
    this.#learned = 0;
  }
}

/** Where `true`, `false` or `null` ends, which starts with the byte `first`; -1 when it is none of them. */
function wordEnd(bytes: Buffer, start: number, end: number, first: number): number {
  const word = first === 0x74 ? "true" : first === 0x66 ? "false" : "null";
  if (start + word.length > end) return -1;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return -1;
  return start + word.length;
}
