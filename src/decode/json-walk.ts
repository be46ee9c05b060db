import { canonicalClass } from "./canonical-class.ts";
import { internText } from "./intern.ts";
import { plainEnd, skipSpace } from "./json-lex.ts";
import { nonFiniteAt } from "./non-finite.ts";
import { slotKind, type Slots } from "./slots.ts";
import { unescapeText } from "./unescape.ts";

/** A valid JSON document, or several, in a buffer. */
export interface JsonBytes {
  readonly bytes: Buffer;
  /** The same bytes, for reading words. */
  readonly view: DataView;
}

/** A key as it is compared. */
export interface JsonKey {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Makes a key. */
export function jsonKey(name: string): JsonKey {
  return { name, bytes: new Uint8Array(Buffer.from(name)) };
}

/** Start of the first element or member of the container at `at`, or its end mark. */
export function firstIn({ bytes }: JsonBytes, at: number): number {
  return skipSpace(bytes, at + 1);
}

/** Start of the element or member after a value that ends at `end`, or the end mark of their container. */
export function nextIn({ bytes }: JsonBytes, end: number): number {
  const p = skipSpace(bytes, end);
  return bytes[p] === 0x2c ? skipSpace(bytes, p + 1) : p;
}

/** Tells whether `at` is the end mark of a container. */
export function isEndMark({ bytes }: JsonBytes, at: number): boolean {
  return bytes[at] === 0x5d || bytes[at] === 0x7d;
}

/** End of the value at `at`. */
export function valueEnd(json: JsonBytes, at: number): number {
  const { bytes } = json;
  let depth = 0;
  for (let p = at; p < bytes.length;) {
    const byte = bytes[p] ?? 0;
    if (byte === 0x22) p = stringEnd(json, p + 1) + 1;
    else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      p++;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      p++;
    } else if (byte <= 0x20 || byte === 0x2c || byte === 0x3a) {
      p++;
      continue;
    } else p = scalarEnd(bytes, p);
    if (depth === 0) return p;
  }
  return bytes.length;
}

/** Number of elements of the array at `at`. */
export function lengthOf(json: JsonBytes, at: number): number {
  let count = 0;
  for (let p = firstIn(json, at); !isEndMark(json, p); p = nextIn(json, valueEnd(json, p))) count++;
  return count;
}

/** Start of the element with an index in the array at `at`; -1 when there is none. */
export function elementAt(json: JsonBytes, at: number, index: number): number {
  let p = firstIn(json, at);
  for (let left = index; left > 0 && !isEndMark(json, p); left--) p = nextIn(json, valueEnd(json, p));
  return isEndMark(json, p) ? -1 : p;
}

/** Start of the value of a key in the object at `at`, of equal keys of the last one; -1 when there is none. */
export function memberAt(json: JsonBytes, at: number, key: JsonKey): number {
  const { bytes } = json;
  let found = -1;
  for (let p = firstIn(json, at); !isEndMark(json, p);) {
    const close = stringEnd(json, p + 1);
    const value = skipSpace(bytes, skipSpace(bytes, close + 1) + 1);
    if (isKey(json, p + 1, close, key)) found = value;
    p = nextIn(json, valueEnd(json, value));
  }
  return found;
}

/** Start of the first element, in the array at `at`, with a member `key` of that value; -1 when there is none. */
export function elementHaving(json: JsonBytes, at: number, key: JsonKey, value: string): number {
  for (let p = firstIn(json, at); !isEndMark(json, p); p = nextIn(json, valueEnd(json, p))) {
    const member = json.bytes[p] === 0x7b ? memberAt(json, p, key) : -1;
    if (member >= 0 && isScalarOf(json, member, value)) return p;
  }
  return -1;
}

/** Tells whether the value at `at` is an array. */
export function isArray({ bytes }: JsonBytes, at: number): boolean {
  return bytes[at] === 0x5b;
}

/** Tells whether the value at `at` is an object. */
export function isObject({ bytes }: JsonBytes, at: number): boolean {
  return bytes[at] === 0x7b;
}

/** Tells whether the value at `at` is null. */
export function isNull({ bytes }: JsonBytes, at: number): boolean {
  return bytes[at] === 0x6e;
}

/** Start of the only scalar of the array at `at`, which holds nothing else at any depth; -1 for other arrays. */
function soleScalar(json: JsonBytes, at: number): number {
  const { bytes } = json;
  let depth = 0;
  let p = at;
  for (; bytes[p] === 0x5b; depth++) p = skipSpace(bytes, p + 1);
  if (bytes[p] === 0x7b || bytes[p] === 0x5d) return -1;
  for (let after = valueEnd(json, p); depth > 0; depth--, after++) {
    after = skipSpace(bytes, after);
    if (bytes[after] !== 0x5d) return -1;
  }
  return p;
}

/** Puts the value at `at` into a slot and returns its end; an array of one scalar is that scalar. */
export function readValue(json: JsonBytes, at: number, slots: Slots, slot: number): number {
  const { bytes } = json;
  const first = bytes[at] ?? 0;
  if (first === 0x22) {
    const close = stringEnd(json, at + 1);
    setText(json, at + 1, close, slots, slot);
    return close + 1;
  }
  if (first === 0x5b || first === 0x7b) {
    const scalar = first === 0x5b ? soleScalar(json, at) : -1;
    if (scalar >= 0) readValue(json, scalar, slots, slot);
    else slots.set(slot, first === 0x5b ? slotKind.array : slotKind.object, nowhere, nowhere);
    return valueEnd(json, at);
  }
  const end = scalarEnd(bytes, at);
  const word = nonFiniteAt(bytes, at, end);
  if (word !== undefined) slots.setNonFinite(slot, word);
  else if (first === 0x6e) slots.kinds[slot] = slotKind.missing;
  else if (bytes !== slots.bytes) slots.setDecoded(slot, textOf(json, at, end, false));
  else slots.set(slot, first === 0x74 || first === 0x66 ? slotKind.boolean : slotKind.number, at, end);
  return end;
}

/** Place of an array that is known to be no scalar, and may be in another buffer. */
const nowhere = -1;

/** Makes an array of one scalar, in a slot that the scanner filled, that scalar. */
export function readSoleScalar(slots: Slots, slot: number): void {
  const start = slots.starts[slot] ?? nowhere;
  const scalar = start === nowhere ? -1 : soleScalar(slots, start);
  if (scalar >= 0) readValue(slots, scalar, slots, slot);
}

/** Text of the scalar at `at`; undefined for null, objects and arrays. */
export function scalarText(json: JsonBytes, at: number): string | undefined {
  const { bytes } = json;
  if (isArray(json, at) || isObject(json, at) || isNull(json, at)) return undefined;
  if (bytes[at] !== 0x22) return textOf(json, at, scalarEnd(bytes, at), false);
  const close = stringEnd(json, at + 1);
  return textOf(json, at + 1, close, hasEscape(bytes, at + 1, close));
}

/** Index of the closing quote of the string that starts at `start`. */
export function stringEnd({ bytes, view }: JsonBytes, start: number): number {
  let p = plainEnd(bytes, view, start, bytes.length);
  while (p < bytes.length && bytes[p] !== 0x22) {
    p = plainEnd(bytes, view, bytes[p] === 0x5c ? p + 2 : p + 1, bytes.length);
  }
  return p;
}

/** Tells whether a string's bytes hold an escape. */
export function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let p = start; p < end; p++) if (bytes[p] === 0x5c) return true;
  return false;
}

function setText(json: JsonBytes, start: number, end: number, slots: Slots, slot: number): void {
  const isEscaped = hasEscape(json.bytes, start, end);
  if (json.bytes === slots.bytes) slots.set(slot, isEscaped ? slotKind.escaped : slotKind.text, start, end);
  else slots.setDecoded(slot, textOf(json, start, end, isEscaped));
}

/** Text of a value, with U+FFFD where it is damaged. */
function textOf({ bytes, view }: JsonBytes, start: number, end: number, isEscaped: boolean): string {
  const text = internText(bytes, view, start, end, isEscaped, false);
  return text ?? (isEscaped ? unescapeText(bytes, start, end) : bytes.toString("utf8", start, end));
}

function scalarEnd(bytes: Buffer, start: number): number {
  let p = start;
  for (; p < bytes.length; p++) {
    const byte = bytes[p] ?? 0;
    if (byte <= 0x20 || byte === 0x2c || byte === 0x5d || byte === 0x7d) break;
  }
  return p;
}

function isKey({ bytes }: JsonBytes, start: number, end: number, key: JsonKey): boolean {
  const { bytes: name } = key;
  // An escape is longer than what it stands for.
  if (end - start > name.length) return hasEscape(bytes, start, end) && unescapeText(bytes, start, end) === key.name;
  if (end - start < name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i] || name[i] === 0x5c) return false;
  return true;
}

/** Compares text as it is, and numbers by value, as conditions on lines do. */
function isScalarOf(json: JsonBytes, at: number, value: string): boolean {
  const text = scalarText(json, at);
  if (text === undefined) return false;
  return json.bytes[at] === 0x22 ? text === value : canonicalClass(text) === canonicalClass(value);
}
