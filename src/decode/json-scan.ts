import { nonFiniteAt } from "./non-finite.ts";
import { numberEnd, skipSpace } from "./json-lex.ts";
import type { ScalarList } from "./scalar-list.ts";
import { slotKind, type Slots } from "./slots.ts";
import { hex4, isSimpleEscape, unescapeText } from "./unescape.ts";
import type { KeyNode } from "./field-tree.ts";

/** Stack entry of a container without read keys. */
const ignored: KeyNode = { name: "", bytes: new Uint8Array(0), slot: -1, children: [], below: [], line: 0 };

/**
 * Validates one JSON object and stores the byte ranges of the tree's values in slots. As strict as `JSON.parse`, except
 * that `NaN`, `Infinity` and `-Infinity` are values (Python's `json` writes them). Of equal keys the last one counts. An
 * explicit stack keeps deep nesting from overflowing the call stack.
 *
 * Bytes from 0x80 up are accepted inside strings: invalid UTF-8 is detected when a value is decoded.
 */
export class JsonScanner {
  /** Index of the fault after `scan` returned false; the document's end when it is incomplete. */
  at = 0;
  readonly #root: KeyNode;
  readonly #slots: Slots;
  readonly #values: ScalarList;
  /** Key nodes of the open containers; undefined for an array. */
  readonly #stack: (KeyNode | undefined)[] = [];
  #escaped = false;
  #next = -1;
  #line = 0;

  constructor(root: KeyNode, slots: Slots, values: ScalarList) {
    this.#root = root;
    this.#slots = slots;
    this.#values = values;
  }

  /**
   * Scans the document `[start, end)` and lists its scalars; false when it is not exactly one valid JSON object, or array
   * where paths begin in one.
   */
  scan(bytes: Buffer, start: number, end: number): boolean {
    const p = skipSpace(bytes, start, end);
    const isArray = bytes[p] === 0x5b && this.#root.slot >= 0;
    return p < end && (bytes[p] === 0x7b || isArray) ? this.#scan(bytes, p, end) : this.#fail(p);
  }

  /** Tells whether `[start, end)` is exactly one valid JSON value, in the same reading as `scan`. */
  isValue(bytes: Buffer, start: number, end: number): boolean {
    const p = skipSpace(bytes, start, end);
    if (p >= end) return this.#fail(p);
    const first = bytes[p] ?? 0;
    if (first === 0x7b || first === 0x5b) return this.#scan(bytes, p, end);
    const after = this.#scalar(bytes, p, end, first, undefined);
    if (after < 0) return false;
    const rest = skipSpace(bytes, after, end);
    return rest === end || this.#fail(rest);
  }

  #scan(bytes: Buffer, start: number, end: number): boolean {
    const stack = this.#stack;
    stack.length = 0;
    this.#line++;
    this.#slots.clear(bytes);
    let p = start;
    // The document is handled like an array element.
    let node: KeyNode | undefined;
    let target: KeyNode | undefined = this.#root;
    for (;;) {
      if (p >= end) return this.#fail(p);
      const first = bytes[p] ?? 0;
      if (first === 0x7b || first === 0x5b) {
        if (target !== undefined && target.slot >= 0) {
          this.#slots.set(target.slot, first === 0x5b ? slotKind.array : slotKind.object, p, p + 1);
          this.#values.invalidate();
        }
        stack.push(node);
        node = first === 0x5b ? undefined : (target ?? ignored);
        p = skipSpace(bytes, p + 1, end);
        if (p >= end || bytes[p] !== closer(node)) {
          if (node !== undefined) {
            target = this.#key(node, bytes, p, end);
            p = this.#next;
            if (p < 0) return false;
          } else {
            target = undefined;
          }
          continue;
        }
      } else {
        p = this.#scalar(bytes, p, end, first, target);
        if (p < 0) return false;
      }
      // After a value, or at the end of an empty container.
      for (;;) {
        p = skipSpace(bytes, p, end);
        if (p >= end) return this.#fail(p);
        if (bytes[p] === 0x2c) break;
        if (bytes[p] !== closer(node)) return this.#fail(p);
        p++;
        node = stack.pop();
        if (stack.length === 0) {
          p = skipSpace(bytes, p, end);
          return p === end || this.#fail(p);
        }
      }
      p = skipSpace(bytes, p + 1, end);
      target = undefined;
      if (node !== undefined) {
        target = this.#key(node, bytes, p, end);
        p = this.#next;
        if (p < 0) return false;
      }
    }
  }

  /** Reads the key at `start` and sets `#next` to its value's index (-1: malformed); returns the key's node. */
  #key(node: KeyNode, bytes: Buffer, start: number, end: number): KeyNode | undefined {
    this.#next = -1;
    if (start >= end || bytes[start] !== 0x22) {
      this.at = start;
      return undefined;
    }
    const close = this.#string(bytes, start + 1, end);
    if (close < 0) return undefined;
    const target = node.children.length > 0 ? this.#match(node, bytes, start + 1, close) : undefined;
    const colon = skipSpace(bytes, close + 1, end);
    if (colon >= end || bytes[colon] !== 0x3a) {
      this.at = colon;
      return undefined;
    }
    if (target !== undefined) this.#forget(target);
    this.#next = skipSpace(bytes, colon + 1, end);
    return target;
  }

  #fail(at: number): false {
    this.at = at;
    return false;
  }

  /** Reads a scalar whose first byte is `first`; returns its end, or -1. */
  #scalar(bytes: Buffer, start: number, end: number, first: number, target: KeyNode | undefined): number {
    const slot = target === undefined ? -1 : target.slot;
    if (first === 0x22) {
      const close = this.#string(bytes, start + 1, end);
      if (close < 0) return -1;
      if (slot >= 0) this.#slots.set(slot, this.#escaped ? slotKind.escaped : slotKind.text, start + 1, close);
      this.#values.add(start + 1, close, true, slot);
      return close + 1;
    }
    if (first === 0x74 || first === 0x66 || first === 0x6e) {
      const word = first === 0x74 ? "true" : first === 0x66 ? "false" : "null";
      for (let i = 0; i < word.length; i++) {
        if (start + i >= end || bytes[start + i] !== word.charCodeAt(i)) return this.#broken(start + i);
      }
      if (slot >= 0 && first !== 0x6e) this.#slots.set(slot, slotKind.boolean, start, start + word.length);
      this.#values.add(start, start + word.length, false, slot);
      return start + word.length;
    }
    const close = numberEnd(bytes, start, end);
    if (close < 0) {
      const word = nonFiniteAt(bytes, start, end);
      if (word === undefined) return this.#broken(~close);
      if (slot >= 0) this.#slots.setNonFinite(slot, word);
      this.#values.add(start, start + word.length, false, slot);
      return start + word.length;
    }
    if (slot >= 0) this.#slots.set(slot, slotKind.number, start, close);
    this.#values.add(start, close, false, slot);
    return close;
  }

  #broken(at: number): -1 {
    this.at = at;
    return -1;
  }

  /** Index of the closing quote of the string that starts at `start`, or -1. */
  #string(bytes: Buffer, start: number, end: number): number {
    this.#escaped = false;
    for (let p = start; p < end; p++) {
      const byte = bytes[p] ?? 0;
      if (byte === 0x22) return p;
      if (byte < 0x20) return this.#broken(p);
      if (byte !== 0x5c) continue;
      this.#escaped = true;
      p++;
      if (p >= end) return this.#broken(p);
      const escape = bytes[p] ?? 0;
      if (escape === 0x75) {
        if (hex4(bytes, p + 1, end) < 0) return this.#broken(Math.min(p + 1, end));
        p += 4;
      } else if (!isSimpleEscape(escape)) {
        return this.#broken(p);
      }
    }
    return this.#broken(end);
  }

  #match(node: KeyNode, bytes: Buffer, start: number, end: number): KeyNode | undefined {
    if (this.#escaped) {
      const name = unescapeText(bytes, start, end);
      return node.children.find((child) => child.name === name);
    }
    const children = node.children;
    next: for (const child of children) {
      const name = child.bytes;
      if (name.length !== end - start) continue;
      for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) continue next;
      return child;
    }
    return undefined;
  }

  /** Clears the values of an earlier equal key. */
  #forget(node: KeyNode): void {
    const kinds = this.#slots.kinds;
    if (node.slot >= 0) kinds[node.slot] = slotKind.missing;
    for (const slot of node.below) kinds[slot] = slotKind.missing;
    if (node.below.length === 0) return;
    // Overridden values have no fixed place, so the line's shape cannot be learned.
    if (node.line === this.#line) this.#values.invalidate();
    node.line = this.#line;
  }
}

function closer(node: KeyNode | undefined): number {
  return node === undefined ? 0x5d : 0x7d;
}
