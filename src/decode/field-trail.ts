import {
  elementAt,
  elementHaving,
  firstIn,
  isArray,
  isEndMark,
  isNull,
  isObject,
  jsonKey,
  lengthOf,
  memberAt,
  nextIn,
  readValue,
  valueEnd,
  type JsonBytes,
  type JsonKey,
} from "./json-walk.ts";
import type { Step } from "./options.ts";
import { isNested, slotKind, type Slots } from "./slots.ts";
import { Unpacker, type Unpacked } from "./unpacker.ts";

/** What is made of the values that a trail leads to. */
export interface Leaf {
  /** Reads the value at `at`, an element of an array if `isElement`, and returns the end of what it took. */
  take(json: JsonBytes, at: number, slots: Slots, isElement: boolean): number;
  /** Receives the array whose elements come next, by its first one. */
  opens?(json: JsonBytes, first: number): void;
  /** Number of elements of that array that make an event; 1 by default. */
  readonly size?: number | undefined;
  /** Tells that there is no value, or why it cannot be read. */
  none(slots: Slots, fault: string | undefined): void;
}

/** Makes the leaf that puts a value into a slot. */
export function slotLeaf(slot: number): Leaf {
  return {
    take: (json, at, slots) => readValue(json, at, slots, slot),
    none: (slots, fault) => {
      if (fault === undefined) slots.kinds[slot] = slotKind.missing;
      else slots.setBroken(slot, fault);
    },
  };
}

/** Where a walk stands: at a value, at none (-1), or at a fault. */
interface Cursor extends JsonBytes {
  bytes: Buffer;
  view: DataView;
  at: number;
  fault: string | undefined;
}

type Move = (cursor: Cursor) => void;

/** Arrays that a trail walks, one per level. */
interface OpenArray extends JsonBytes {
  bytes: Buffer;
  view: DataView;
  /** Start of the array; -1 when there is none. */
  first: number;
  /** Start of the next element, or the end mark. */
  next: number;
}

/**
 * Reads a value by the steps that follow a field's keys: from the array, object or packed text that the scanner found,
 * element by element where the steps say so. What is walked is valid, so that a walk only looks for places.
 */
export class FieldTrail {
  /** Number of arrays whose elements are events. */
  readonly levels: number;
  /** The name in messages. */
  readonly name: string;
  readonly #slots: readonly number[];
  /** Unpacks the text of the field itself. */
  readonly #packed: Unpacker | undefined;
  /** Moves to the first array, between arrays, and to the value. */
  readonly #stages: readonly (readonly Move[])[];
  readonly #leaf: Leaf;
  readonly #open: readonly OpenArray[];
  readonly #cursor: Cursor = { bytes: noBytes, view: noView, at: -1, fault: undefined };

  /** `slots` are those of the field's keys, the first one with a value counts. */
  constructor(name: string, slots: readonly number[], steps: readonly Step[], leaf: Leaf) {
    const [first] = steps;
    this.name = name;
    this.#slots = slots;
    this.#packed = first?.kind === "decode" ? new Unpacker(first.as, steps[1]?.kind === "each") : undefined;
    const stages: Move[][] = [[]];
    for (const [index, step] of steps.entries()) {
      if (step.kind === "each") stages.push([]);
      else if (index > 0 || this.#packed === undefined) {
        stages.at(-1)?.push(moveOf(step, steps[index + 1]?.kind === "each"));
      }
    }
    this.#stages = stages;
    this.#leaf = leaf;
    this.levels = stages.length - 1;
    this.#open = Array.from({ length: this.levels }, () => ({ bytes: noBytes, view: noView, first: -1, next: -1 }));
  }

  /** Begins with a line: reads the value, or opens the outermost array. Returns the fault of an array. */
  begin(slots: Slots): string | undefined {
    const slot = this.#slots.find((one) => slots.kinds[one] !== slotKind.missing) ?? this.#slots[0] ?? -1;
    const kind = slots.kinds[slot] ?? slotKind.missing;
    const start = slots.starts[slot] ?? 0;
    if (this.#packed !== undefined) go(this.#cursor, this.#packed.fromSlot(slots, slot));
    else if (kind === slotKind.missing || kind === slotKind.nonFinite) go(this.#cursor, undefined);
    else this.#place(slots, isNested(kind) || !isString(kind) ? start : start - 1);
    return this.#enter(0, slots);
  }

  /** Tells whether the array of a level is there. */
  isOpen(level: number): boolean {
    return (this.#open[level]?.first ?? -1) >= 0;
  }

  /** Tells whether the array of a level has a further element. */
  hasNext(level: number): boolean {
    const array = this.#open[level];
    return array !== undefined && array.first >= 0 && !isEndMark(array, array.next);
  }

  /** Goes to the next element of a level: reads its value, or opens the array in it. Returns the fault of an array. */
  step(level: number, slots: Slots): string | undefined {
    const array = this.#open[level];
    if (array === undefined) return undefined;
    if (array.first < 0) {
      go(this.#cursor, undefined);
      return this.#enter(level + 1, slots);
    }
    const at = array.next;
    this.#place(array, at);
    if (this.#takesElements(level)) {
      array.next = nextIn(array, this.#leaf.take(array, at, slots, true));
      return undefined;
    }
    const fault = this.#enter(level + 1, slots);
    array.next = nextIn(array, valueEnd(array, at));
    return fault;
  }

  /** Number of events, or of arrays with some, in the array of a level. */
  count(level: number): number {
    const array = this.#open[level];
    if (array === undefined || array.first < 0) return 0;
    return Math.ceil(lengthOf(array, array.first) / (this.#takesElements(level) ? (this.#leaf.size ?? 1) : 1));
  }

  /** Tells whether the elements of a level are the values. */
  #takesElements(level: number): boolean {
    return level + 1 === this.levels && this.#stages[level + 1]?.length === 0;
  }

  /** Moves on from the cursor: to the value, or to the array of a level. */
  #enter(level: number, slots: Slots): string | undefined {
    const cursor = this.#cursor;
    for (const move of this.#stages[level] ?? []) {
      if (cursor.at < 0) break;
      move(cursor);
      if (cursor.at >= 0 && isNull(cursor, cursor.at)) cursor.at = -1;
    }
    const { bytes, view, at, fault } = cursor;
    const array = this.#open[level];
    if (array === undefined) {
      if (at < 0) this.#leaf.none(slots, fault);
      else this.#leaf.take(cursor, at, slots, false);
      return undefined;
    }
    array.bytes = bytes;
    array.view = view;
    array.first = at >= 0 && isArray(cursor, at) ? at : -1;
    array.next = array.first < 0 ? -1 : firstIn(cursor, at);
    if (array.first >= 0 && this.#takesElements(level)) this.#leaf.opens?.(array, array.next);
    if (fault !== undefined) return `${this.name} is ${fault}`;
    if (array.first >= 0 || at < 0 || isNull(cursor, at)) return undefined;
    return `${this.name} finds ${isObject(cursor, at) ? "an object" : "a single value"}, expected an array for \`[]\``;
  }

  #place({ bytes, view }: JsonBytes, at: number): void {
    const cursor = this.#cursor;
    cursor.bytes = bytes;
    cursor.view = view;
    cursor.at = isNull({ bytes, view }, at) ? -1 : at;
    cursor.fault = undefined;
  }
}

const noBytes = Buffer.alloc(0);
const noView = new DataView(new ArrayBuffer(0));

function isString(kind: number): boolean {
  return kind === slotKind.text || kind === slotKind.escaped;
}

function go(cursor: Cursor, to: Unpacked): void {
  cursor.at = -1;
  cursor.fault = undefined;
  if (to === undefined) return;
  if ("fault" in to) cursor.fault = to.fault;
  else {
    cursor.bytes = to.bytes;
    cursor.view = to.view;
    cursor.at = to.at;
  }
}

/** Makes the move of a step; `isBeforeEach` tells that the elements of its value are read. */
function moveOf(step: Exclude<Step, { kind: "each" }>, isBeforeEach: boolean): Move {
  switch (step.kind) {
    case "keys": {
      const keys = new KeyPath(step.keys);
      return (cursor) => {
        cursor.at = keys.find(cursor, cursor.at, 0);
      };
    }
    case "index":
      return (cursor) => {
        cursor.at = isArray(cursor, cursor.at) ? elementAt(cursor, cursor.at, step.index) : -1;
      };
    case "having": {
      const key = jsonKey(step.key);
      return (cursor) => {
        cursor.at = isArray(cursor, cursor.at) ? elementHaving(cursor, cursor.at, key, step.value) : -1;
      };
    }
    case "decode": {
      const unpacker = new Unpacker(step.as, isBeforeEach);
      return (cursor) => {
        go(cursor, unpacker.fromJson(cursor, cursor.at));
      };
    }
  }
}

/** Keys of nested members, of which some that follow each other may stand as one dotted key. */
class KeyPath {
  /** Per place and number of keys from there the joined key. */
  readonly #joined: readonly (readonly JsonKey[])[];
  /** Per place the index that the key is in an array; -1 for none. */
  readonly #indexes: readonly number[];

  constructor(keys: readonly string[]) {
    this.#joined = keys.map((_key, from) =>
      keys.slice(from).map((_last, count) => jsonKey(keys.slice(from, from + count + 1).join("."))),
    );
    this.#indexes = keys.map((key) => (/^\d{1,9}$/u.test(key) ? Number(key) : -1));
  }

  /** Start of the value of the keys from `from` on, below the value at `at`; -1 when there is none. */
  find(json: JsonBytes, at: number, from: number): number {
    const joined = this.#joined[from];
    if (joined === undefined) return at;
    if (isArray(json, at)) {
      const index = this.#indexes[from] ?? -1;
      const element = index < 0 ? -1 : elementAt(json, at, index);
      return element < 0 ? -1 : this.find(json, element, from + 1);
    }
    if (!isObject(json, at)) return -1;
    for (let next = from; next < this.#joined.length; next++) {
      const key = joined[next - from];
      const member = key === undefined ? -1 : memberAt(json, at, key);
      if (member < 0 || isNull(json, member)) continue;
      const found = this.find(json, member, next + 1);
      if (found >= 0 && !isNull(json, found)) return found;
    }
    return -1;
  }
}
