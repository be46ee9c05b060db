import { numberEnd } from "./json-number.ts";
import type { ValueList } from "./json-values.ts";
import { slotKind, type Slots } from "./slots.ts";
import { hex4, isSimpleEscape } from "./unescape.ts";

const maxSteps = 4096;
/** Ways in which lines may go on from one place. */
const maxBranches = 16;
/** Lines to go without learning once shapes have turned out not to repeat. */
const pauseLines = 20_000;

const stepKind = { string: 0, scalar: 1, end: 2 } as const;

/** One value of a shape: the bytes that stand before it, always the same, and where the value goes. */
interface Step {
  /** What stands between the value before (or the line's start) and this value; it holds all keys and punctuation. */
  readonly length: number;
  /** These bytes as little-endian words; the last word overlaps the one before when the length is no multiple of 4. */
  readonly words: Int32Array;
  /** The bytes when there are fewer than 4. */
  readonly bytes: Uint8Array;
  readonly kind: number;
  readonly slot: number;
  /** The value behind this one. */
  next: Step | undefined;
  /** Another step that may stand in this one's place. */
  other: Step | undefined;
}

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
      if (at > end || !(length < 4 ? sameBytes(bytes, p, step.bytes) : sameWords(view, p, step.words, at - 4))) {
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
        if (step.slot >= 0) slots.set(step.slot, kind, at, q);
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
        if (q < 0) {
          step = step.other;
          continue;
        }
        if (step.slot >= 0) slots.set(step.slot, kind, at, q);
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

function makeStep(bytes: Buffer, kind: number, slot: number): Step {
  const length = bytes.length;
  const words = new Int32Array(length < 4 ? 0 : Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = bytes.readInt32LE(Math.min(4 * i, length - 4));
  return { length, words, bytes: new Uint8Array(bytes), kind, slot, next: undefined, other: undefined };
}

function sameBytes(bytes: Buffer, at: number, other: Uint8Array): boolean {
  for (let i = 0; i < other.length; i++) if (bytes[at + i] !== other[i]) return false;
  return true;
}

function sameWords(view: DataView, start: number, words: Int32Array, lastAt: number): boolean {
  const last = words.length - 1;
  if (view.getInt32(lastAt, true) !== words[last]) return false;
  for (let i = 0, at = start; i < last; i++, at += 4) if (view.getInt32(at, true) !== words[i]) return false;
  return true;
}

/** The place of the first quote, backslash or control character in `[start, end)`, or `end`. */
function plainEnd(bytes: Buffer, view: DataView, start: number, end: number): number {
  let p = start;
  for (; p + 4 <= end; p += 4) {
    // Four bytes at once: a byte becomes 0 where it is the one looked for, and taking 1 from it sets its highest bit.
    const word = view.getInt32(p, true);
    const quote = word ^ 0x22222222;
    const slash = word ^ 0x5c5c5c5c;
    const hits =
      (((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash) | ((word - 0x20202020) & ~word)) & 0x80808080;
    if (hits !== 0) return p + ((31 - Math.clz32(hits & -hits)) >> 3);
  }
  for (; p < end; p++) {
    const byte = bytes[p] ?? 0;
    if (byte === 0x22 || byte === 0x5c || byte < 0x20) break;
  }
  return p;
}

/** Goes on from a backslash: the place of the quote that ends the string, or of what is no valid string, or `end`. */
function escapedEnd(bytes: Buffer, view: DataView, start: number, end: number): number {
  let p = start;
  while (p < end && bytes[p] === 0x5c) {
    const escape = p + 1 < end ? (bytes[p + 1] ?? 0) : 0;
    if (escape === 0x75) {
      if (hex4(bytes, p + 2, end) < 0) return p;
      p += 6;
    } else if (isSimpleEscape(escape)) {
      p += 2;
    } else {
      return p;
    }
    p = plainEnd(bytes, view, p, end);
  }
  return p;
}

/** Where `true`, `false` or `null` ends, which starts with the byte `first`; -1 when it is none of them. */
function wordEnd(bytes: Buffer, start: number, end: number, first: number): number {
  const word = first === 0x74 ? "true" : first === 0x66 ? "false" : "null";
  if (start + word.length > end) return -1;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return -1;
  return start + word.length;
}
