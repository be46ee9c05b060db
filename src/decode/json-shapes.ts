import { nonFiniteAt } from "./non-finite.ts";
import { escapedEnd, numberEnd, plainEnd } from "./json-lex.ts";
import type { ScalarList } from "./scalar-list.ts";
import { slotKind, type Slots } from "./slots.ts";

/** What follows the fixed bytes of a node: a string, another scalar, or the end of the line. */
const nodeKind = { string: 0, scalar: 1, end: 2 } as const;

/** One value of a shape: the fixed bytes before it, and the slot of the value. */
interface ShapeNode {
  /** Number of fixed bytes: keys and punctuation between the previous value (or the start of the line) and this one. */
  readonly length: number;
  /** The fixed bytes as little-endian doubles, for comparing 8 at a time; the last overlaps. Empty below 8 bytes. */
  readonly doubles: Float64Array;
  /** The fixed bytes. */
  readonly bytes: Uint8Array;
  readonly kind: number;
  readonly slot: number;
  /** The node of the value after this one. */
  next: ShapeNode | undefined;
  /** An alternative to this node. */
  other: ShapeNode | undefined;
}

/** Makes a node without neighbours. */
function makeNode(bytes: Buffer, kind: number, slot: number): ShapeNode {
  const length = bytes.length;
  const doubles = new Float64Array(length < 8 ? 0 : Math.ceil(length / 8));
  for (let i = 0; i < doubles.length; i++) doubles[i] = bytes.readDoubleLE(Math.min(8 * i, length - 8));
  return {
    length,
    doubles,
    bytes: new Uint8Array(bytes),
    kind,
    slot,
    next: undefined,
    other: undefined,
  };
}

/** Compares bytes one by one. */
function sameBytes(bytes: Buffer, at: number, other: Uint8Array): boolean {
  for (let i = 0; i < other.length; i++) if (bytes[at + i] !== other[i]) return false;
  return true;
}

/** Compares bytes 8 at a time; `lastAt` is the index of the last double, which may overlap. */
function sameDoubles(view: DataView, start: number, doubles: Float64Array, lastAt: number): boolean {
  const last = doubles.length - 1;
  if (view.getFloat64(lastAt, true) !== doubles[last]) return false;
  for (let i = 0, at = start; i < last; i++, at += 8) if (view.getFloat64(at, true) !== doubles[i]) return false;
  return true;
}

const maxNodes = 4096;
/** Alternatives after one node. */
const maxBranches = 16;
/** Lines without learning after shapes turned out not to repeat. */
const pauseLines = 20_000;

/**
 * Caches the shapes of JSON lines: for a line of a known shape, keys and punctuation are compared as a whole and only
 * values are scanned byte by byte.
 *
 * Invariant: a path through the tree from its root to an end is one object that the scanner found valid, with its
 * strings and other scalars cut out. Any valid string in place of a string and any valid scalar in place of a scalar
 * make a valid object with the same keys in the same places. A line that fits no path is not judged here: `read` returns
 * false and the scanner decides.
 */
export class JsonShapes {
  readonly #slots: Slots;
  #first: ShapeNode | undefined;
  #nodes = 0;
  #hits = 0;
  #learned = 0;
  #pause = 0;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** Tells whether a line that `read` did not match may be learned; call it once for each such line. */
  mayLearn(): boolean {
    if (this.#pause > 0) this.#pause--;
    return this.#pause === 0;
  }

  /** Reads a line of a known shape into the slots; false for an unknown shape, with the slots undefined. */
  read(bytes: Buffer, start: number, end: number): boolean {
    let node = this.#first;
    if (node === undefined) return false;
    const slots = this.#slots;
    slots.clear(bytes);
    const view = slots.view;
    let p = start;
    while (node !== undefined) {
      const length = node.length;
      const at = p + length;
      if (at > end || !(length < 8 ? sameBytes(bytes, p, node.bytes) : sameDoubles(view, p, node.doubles, at - 8))) {
        node = node.other;
        continue;
      }
      if (node.kind === nodeKind.string) {
        let q = plainEnd(bytes, view, at, end);
        let kind: number = slotKind.text;
        if (q < end && bytes[q] === 0x5c) {
          q = escapedEnd(bytes, view, q, end);
          kind = slotKind.escaped;
        }
        if (q >= end || bytes[q] !== 0x22) return false;
        if (node.slot >= 0) {
          slots.set(node.slot, kind, at, q);
        }
        p = q;
      } else if (node.kind === nodeKind.scalar) {
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
          if (node.slot >= 0) slots.set(node.slot, kind, at, q);
        } else {
          const word = nonFiniteAt(bytes, at, end);
          if (word === undefined) {
            node = node.other;
            continue;
          }
          if (node.slot >= 0) slots.setNonFinite(node.slot, word);
          q = at + word.length;
        }
        p = q;
      } else {
        if (at === end) {
          this.#hits++;
          return true;
        }
        node = node.other;
        continue;
      }
      node = node.next;
    }
    return false;
  }

  /** Adds the shape of the line `[start, end)`, which is one valid object with these values. */
  learn(bytes: Buffer, start: number, end: number, values: ScalarList): void {
    this.#learned++;
    let parent: ShapeNode | undefined;
    let from = start;
    for (let i = 0; i < values.count; i++) {
      const kind = values.isString(i) ? nodeKind.string : nodeKind.scalar;
      parent = this.#branch(parent, bytes.subarray(from, values.start(i)), kind, values.slot(i));
      if (parent === undefined) {
        this.#reset();
        return;
      }
      from = values.end(i);
    }
    if (this.#branch(parent, bytes.subarray(from, end), nodeKind.end, -1) === undefined) this.#reset();
  }

  /** Finds or makes the node after `parent` with these bytes; undefined when the tree is full. */
  #branch(parent: ShapeNode | undefined, literal: Buffer, kind: number, slot: number): ShapeNode | undefined {
    let node = parent === undefined ? this.#first : parent.next;
    let before: ShapeNode | undefined;
    let branches = 0;
    for (; node !== undefined; before = node, node = node.other, branches++) {
      if (node.kind === kind && node.length === literal.length && literal.equals(node.bytes)) return node;
    }
    if (branches >= maxBranches || this.#nodes >= maxNodes) return undefined;
    this.#nodes++;
    const made = makeNode(Buffer.from(literal), kind, slot);
    if (before !== undefined) before.other = made;
    else if (parent === undefined) this.#first = made;
    else parent.next = made;
    return made;
  }

  /** Drops all shapes, and pauses learning when they were rarely matched. */
  #reset(): void {
    if (this.#hits < 8 * this.#learned) this.#pause = pauseLines;
    this.#first = undefined;
    this.#nodes = 0;
    this.#hits = 0;
    this.#learned = 0;
  }
}

/** End of `true`, `false` or `null`, whose first byte is `first`; -1 when the bytes are none of them. */
function wordEnd(bytes: Buffer, start: number, end: number, first: number): number {
  const word = first === 0x74 ? "true" : first === 0x66 ? "false" : "null";
  if (start + word.length > end) return -1;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return -1;
  return start + word.length;
}
