import { withPoint } from "./decimal-comma.ts";
import { rejectReasons, type RejectReason, type Rejection } from "./event.ts";
import { pathText, printableValue, type Field } from "./field.ts";
import { replacement } from "./intern.ts";
import { readSoleScalar } from "./json-walk.ts";
import type { DecodeOptions } from "./options.ts";
import { parseDecimal } from "./parse-decimal.ts";
import { isNested, slotKind, type Slots } from "./slots.ts";
import { TimeZone } from "./time-zone.ts";
import { readTimestamp } from "./timestamp.ts";

/** Values of the fields that are read from a file's path. */
export type FileValues = ReadonlyMap<Field, string | undefined>;

const oneClass = "one class: rows of several labels (multi-label) are not supported";
const severalEvents = "; `[]` at the end of its path reads each element as an event";

/** Placeholder for an invalid value, which is present and therefore not missing. */
const unreadable = "?";

/** Reads the values of fields as texts, classes, scores and times, and keeps the fault that counts. */
export class ValueReader {
  /** Values of the current file's path. */
  fileValues: FileValues = new Map();
  /** The first fault in the order of the reasons. */
  fault: Rejection | undefined;
  readonly #missing: ReadonlySet<string> | undefined;
  readonly #zone: TimeZone | undefined;
  readonly #maxValueBytes: number;

  constructor({ missing, fields: { time }, maxValueBytes }: DecodeOptions) {
    this.#missing = missing;
    this.#zone = time?.kind === "path" && time.zone !== undefined ? new TimeZone(time.zone) : undefined;
    this.#maxValueBytes = maxValueBytes;
  }

  /** Keeps the first fault in the order of the reasons. */
  found(reason: RejectReason, detail: string): void {
    const known = this.fault;
    if (known === undefined || rejectReasons.indexOf(reason) < rejectReasons.indexOf(known.reason)) {
      this.fault = { reason, detail };
    }
  }

  /** The class of a field; undefined without one. */
  className(field: Field, slots: Slots): string | undefined {
    const name = this.text(field, slots, true);
    return name !== undefined && this.#missing?.has(name) === true ? undefined : name;
  }

  /** The text of a field, as it is written or as a class; undefined without one. */
  text(field: Field, slots: Slots, isClass: boolean): string | undefined {
    const slot = field.slotIn(slots);
    if (slot < 0) return this.#fixed(field);
    const kind = this.#kindOf(slots, slot);
    if (kind === slotKind.missing || (isClass && kind === slotKind.nonFinite)) return undefined;
    if (isNested(kind) || kind === slotKind.broken) {
      const isList = isClass && kind === slotKind.array;
      return this.#wrongType(field, slots, isList ? oneClass + severalEvents : "a string, number or boolean");
    }
    const text = isClass ? slots.className(slot) : slots.text(slot);
    if (text === undefined) return this.#badEncoding(field, slots);
    // A UTF-16 code unit has at most three bytes, so short values need no measuring.
    return text.length * 3 <= this.#maxValueBytes ? text : this.#checked(field, text);
  }

  /** The score of a field; NaN for none and for one that is none, undefined for the former. */
  score(field: Field, slots: Slots): number | undefined {
    const slot = field.slotIn(slots);
    const kind = slot < 0 ? slotKind.decoded : this.#kindOf(slots, slot);
    let value = NaN;
    if (this.#isMissing(slots, slot, kind)) return undefined;
    if (kind === slotKind.number || kind === slotKind.text) {
      value = readScore(slots, slots.bytes, slots.starts[slot] ?? 0, slots.ends[slot] ?? 0);
    } else if (kind === slotKind.escaped || kind === slotKind.decoded) {
      const text = this.#decoded(field, slots, slot);
      if (text === undefined) return undefined;
      value = readScore(slots, text, 0, text.length);
    }
    if (Number.isNaN(value)) this.#wrongType(field, slots, "a number");
    return value;
  }

  /** The time of a field in Unix milliseconds; NaN without one. */
  time(field: Field, slots: Slots): number {
    const slot = field.slotIn(slots);
    const kind = slot < 0 ? slotKind.decoded : this.#kindOf(slots, slot);
    let time = NaN;
    if (this.#isMissing(slots, slot, kind)) return NaN;
    if (isNested(kind) || kind === slotKind.broken) this.#wrongType(field, slots, "a time");
    else if (kind === slotKind.number || kind === slotKind.text) {
      time = this.#timestamp(slots, slots.bytes, slots.starts[slot] ?? 0, slots.ends[slot] ?? 0);
    } else if (kind === slotKind.escaped || kind === slotKind.decoded) {
      const text = this.#decoded(field, slots, slot);
      if (text === undefined) return NaN;
      time = this.#timestamp(slots, text, 0, text.length);
    }
    if (Number.isNaN(time)) this.found("bad_time", this.#timeFault(field, slots, slot));
    return time;
  }

  /** The kind of a value; an array of one scalar is made that scalar. */
  #kindOf(slots: Slots, slot: number): number {
    if (slots.kinds[slot] === slotKind.array) readSoleScalar(slots, slot);
    return slots.kinds[slot] ?? slotKind.missing;
  }

  /** Tells whether a score or time is absent or one of the words for that. */
  #isMissing(slots: Slots, slot: number, kind: number): boolean {
    if (kind === slotKind.missing || kind === slotKind.nonFinite) return true;
    if (this.#missing === undefined || slot < 0 || kind === slotKind.broken || isNested(kind)) return false;
    const word = slots.className(slot);
    return word !== undefined && this.#missing.has(word);
  }

  #fixed(field: Field): string | undefined {
    return field.ref.kind === "value" ? field.ref.value : this.fileValues.get(field);
  }

  #checked(field: Field, text: string): string {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#maxValueBytes) {
      this.found(
        "value_too_long",
        `${field.name} is ${bytes} bytes long, the limit is ${this.#maxValueBytes} (limits.maxValueBytes)`,
      );
    }
    return text;
  }

  #wrongType(field: Field, slots: Slots, expected: string): string {
    const isBroken = slots.kinds[field.slotIn(slots)] === slotKind.broken;
    const what = `${field.name} is ${printableValue(field, slots)}`;
    this.found("wrong_type", isBroken ? what : `${what}, expected ${expected}`);
    return unreadable;
  }

  #badEncoding(field: Field, slots: Slots): string {
    const shown = printableValue(field, slots);
    const what = shown.includes(replacement) ? "which holds U+FFFD in place of a lost character" : "which is not UTF-8";
    this.found(
      "bad_encoding",
      `${field.name} is ${shown}, ${what}; the log must be written in UTF-8, or its source say the \`encoding\``,
    );
    return unreadable;
  }

  /** The bytes of a number or time that the line does not hold verbatim; undefined when there is none. */
  #decoded(field: Field, slots: Slots, slot: number): Buffer | undefined {
    const text = slot < 0 ? this.#fixed(field) : (slots.text(slot) ?? "");
    return text === undefined ? undefined : Buffer.from(text);
  }

  #timestamp(slots: Slots, bytes: Buffer, start: number, end: number): number {
    const time = readTimestamp(bytes, start, end, this.#zone);
    if (!Number.isNaN(time) || !slots.hasDecimalComma) return time;
    const text = withPoint(bytes, start, end);
    return text === undefined ? NaN : readTimestamp(text, 0, text.length, this.#zone);
  }

  #timeFault(field: Field, slots: Slots, slot: number): string {
    const shown = printableValue(field, slots);
    const text = this.#decoded(field, slots, slot) ?? Buffer.alloc(0);
    if (this.#zone !== undefined || Number.isNaN(readTimestamp(text, 0, text.length, anyZone))) {
      return `${field.name} is ${shown}, expected a time such as RFC 3339, or Unix time`;
    }
    const isPacked = field.ref.kind === "path" && field.ref.steps?.some(({ kind }) => kind === "decode");
    const path = isPacked
      ? "in: ..., decode: ..."
      : `path: "${field.ref.kind === "path" ? pathText(field.ref) : "..."}"`;
    return `${field.name} is ${shown}, which has no offset: say its zone, fields.time: { ${path}, zone: "Europe/Berlin" }`;
  }
}

/** Zone that tells whether a time is only short of an offset. */
const anyZone = new TimeZone("UTC");

function readScore(slots: Slots, bytes: Buffer, start: number, end: number): number {
  const value = parseDecimal(bytes, start, end);
  if (!Number.isNaN(value) || !slots.hasDecimalComma) return value;
  const text = withPoint(bytes, start, end);
  return text === undefined ? NaN : parseDecimal(text, 0, text.length);
}
