import { isNonFinite } from "./non-finite.ts";
import { canonicalClass } from "./canonical-class.ts";
import { replacement } from "./intern.ts";
import { rejectReasons, type Event, type RejectReason, type Rejection } from "./event.ts";
import { withPoint } from "./decimal-comma.ts";
import { findField, printableValue, type Field } from "./field.ts";
import { groupText } from "./pattern/pattern.ts";
import { parseDecimal } from "./parse-decimal.ts";
import type { DecodeOptions, FieldRef } from "./options.ts";
import { slotKind, type Slots } from "./slots.ts";
import { TimeZone } from "./time-zone.ts";
import { readTimestamp } from "./timestamp.ts";
import type { FieldTree } from "./field-tree.ts";

/** Values of the fields that are read from a file's path. */
export type FileValues = ReadonlyMap<Field, string | undefined>;

const oneClass = "one class: rows of several labels (multi-label) are not supported";

/** Placeholder for an invalid value, which is present and therefore not missing. */
const unreadable = "?";

/** Converts the slots of a line to the event: the meaning of fields, the same for every format. */
export class FieldReader {
  /** Refilled by each `read`. */
  readonly event: Event;
  /** True when the time is read from a field of the line. */
  readonly ownTime: boolean;
  readonly #labels: readonly (Field | undefined)[];
  readonly #predicted: Field | undefined;
  readonly #score: { readonly threshold: number; readonly below: string; readonly above: string } | undefined;
  readonly #actual: Field | undefined;
  readonly #ids: readonly Field[];
  readonly #needsId: boolean;
  readonly #labelsNeedModel: boolean;
  readonly #time: Field | undefined;
  /** Fields of which a part of the value is read. */
  readonly #parts: readonly Field[];
  readonly #missing: ReadonlySet<string> | undefined;
  readonly #zone: TimeZone | undefined;
  readonly #noModel: string;
  readonly #noClass: string;
  readonly #maxValueBytes: number;
  #fileValues: FileValues = new Map();
  #fault: Rejection | undefined;

  constructor(options: DecodeOptions, tree: FieldTree) {
    const { labels, labelNames, predicted, actual, id, time, needsId, labelsNeedModel } = options.fields;
    const field = (ref: FieldRef | undefined): Field | undefined => ref && findField(ref, tree);
    this.event = { labels: labels.map(() => ""), predicted: undefined, actual: undefined, id: undefined, time: NaN };
    this.#labels = labels.map(field);
    this.#score = predicted?.kind === "score" ? predicted : undefined;
    this.#predicted = field(predicted?.kind === "score" ? predicted.score : fixedClass(predicted));
    this.#actual = field(fixedClass(actual));
    this.#ids = id.flatMap((ref) => field(ref) ?? []);
    this.#needsId = needsId === true;
    this.#labelsNeedModel = labelsNeedModel !== false;
    this.#time = field(time);
    this.#parts = this.#all().filter(({ ref }) => ref.kind === "path" && ref.part !== undefined);
    this.#missing = options.missing;
    this.#zone = time?.kind === "path" && time.zone !== undefined ? new TimeZone(time.zone) : undefined;
    this.ownTime = time !== undefined;
    this.#maxValueBytes = options.maxValueBytes;
    this.#noModel = `no ${this.#labels[0]?.name ?? labelNames[0] ?? "model"}`;
    const classes = [this.#predicted?.name, this.#actual?.name].filter((name) => name !== undefined);
    this.#noClass = classes.length === 2 ? `neither ${classes.join(" nor ")}` : `no ${classes[0] ?? "class"}`;
  }

  /** Reads the path fields of a file. */
  fileValues(path: string): FileValues {
    const values = new Map<Field, string | undefined>();
    for (const field of this.#all()) {
      if (field.ref.kind !== "file") continue;
      const text = groupText(field.ref.pattern, field.ref.group, path);
      const isClass = field === this.#actual || (field === this.#predicted && this.#score === undefined);
      values.set(field, isClass ? classInPath(text) : text);
    }
    return values;
  }

  #all(): Field[] {
    const all = [...this.#labels, this.#predicted, this.#actual, ...this.#ids, this.#time];
    return all.filter((field) => field !== undefined);
  }

  /** Selects the file of the next lines. */
  useFile(values: FileValues): void {
    this.#fileValues = values;
  }

  /**
   * Fills `event` from the slots. `outerTime` is the wrapper's time (NaN without one), used when no time field is
   * configured. A time field that the line lacks gives NaN. Returns the first rejection in the order of `rejectReasons`,
   * or undefined for a valid event.
   */
  read(slots: Slots, outerTime: number): Rejection | undefined {
    this.#fault = undefined;
    for (const field of this.#parts) field.readPart(slots);
    const event = this.event;
    const labels = event.labels;
    for (let i = 0; i < labels.length; i++) {
      const field = this.#labels[i];
      labels[i] = field === undefined ? "" : (this.#text(field, slots, false) ?? "");
    }
    const predicted = this.#predicted === undefined ? undefined : this.#prediction(this.#predicted, slots);
    const actual = this.#actual === undefined ? undefined : this.#className(this.#actual, slots);
    if (labels[0] === "" && (predicted !== undefined || actual === undefined || this.#labelsNeedModel)) {
      this.#found("missing_field", this.#noModel);
    }
    event.predicted = predicted;
    event.actual = actual;
    if (predicted === undefined && actual === undefined) this.#found("missing_field", this.#noClass);
    // Ids never repeat, so interning cannot help: they are decoded only for lines to join.
    const isJoined = this.#needsId || predicted === undefined || actual === undefined;
    event.id = isJoined ? this.#firstId(slots) : undefined;
    event.time = this.#time === undefined ? outerTime : this.#readTime(this.#time, slots);
    return this.#fault;
  }

  /** Keeps the first fault in the order of the reasons. */
  #found(reason: RejectReason, detail: string): void {
    const known = this.#fault;
    if (known === undefined || rejectReasons.indexOf(reason) < rejectReasons.indexOf(known.reason)) {
      this.#fault = { reason, detail };
    }
  }

  #firstId(slots: Slots): string | undefined {
    for (const field of this.#ids) {
      const id = this.#text(field, slots, false);
      if (id !== undefined && id !== "") return id;
    }
    return undefined;
  }

  #className(field: Field, slots: Slots): string | undefined {
    const name = this.#text(field, slots, true);
    return name !== undefined && this.#missing?.has(name) === true ? undefined : name;
  }

  /** Tells whether a score or time is absent or one of the words for that. */
  #isMissing(slots: Slots, slot: number, kind: number): boolean {
    if (kind === slotKind.missing || kind === slotKind.nonFinite) return true;
    if (this.#missing === undefined || slot < 0 || kind === slotKind.nested) return false;
    const word = slots.className(slot);
    return word !== undefined && this.#missing.has(word);
  }

  #text(field: Field, slots: Slots, isClass: boolean): string | undefined {
    const slot = field.slotIn(slots);
    if (slot < 0) return this.#fixed(field);
    const kind = slots.kinds[slot] ?? 0;
    if (kind === slotKind.missing || (isClass && kind === slotKind.nonFinite)) return undefined;
    if (kind === slotKind.nested) {
      const isList = isClass && slots.bytes[slots.starts[slot] ?? 0] === 0x5b;
      return this.#wrongType(field, slots, isList ? oneClass : "a string, number or boolean");
    }
    const text = isClass ? slots.className(slot) : slots.text(slot);
    if (text === undefined) return this.#badEncoding(field, slots);
    // A UTF-16 code unit has at most three bytes, so short values need no measuring.
    return text.length * 3 <= this.#maxValueBytes ? text : this.#checked(field, text);
  }

  #fixed(field: Field): string | undefined {
    return field.ref.kind === "value" ? field.ref.value : this.#fileValues.get(field);
  }

  #checked(field: Field, text: string): string {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#maxValueBytes) {
      this.#found(
        "value_too_long",
        `${field.name} is ${bytes} bytes long, the limit is ${this.#maxValueBytes} (limits.maxValueBytes)`,
      );
    }
    return text;
  }

  #wrongType(field: Field, slots: Slots, expected: string): string {
    this.#found("wrong_type", `${field.name} is ${printableValue(field, slots)}, expected ${expected}`);
    return unreadable;
  }

  #badEncoding(field: Field, slots: Slots): string {
    const shown = printableValue(field, slots);
    const what = shown.includes(replacement) ? "which holds U+FFFD in place of a lost character" : "which is not UTF-8";
    this.#found(
      "bad_encoding",
      `${field.name} is ${shown}, ${what}; the log must be written in UTF-8, or its source say the \`encoding\``,
    );
    return unreadable;
  }

  /** The predicted class: the field's value, or the result of comparing its score to the threshold. */
  #prediction(field: Field, slots: Slots): string | undefined {
    const score = this.#score;
    if (score === undefined) return this.#className(field, slots);
    const slot = field.slotIn(slots);
    const kind = slot < 0 ? slotKind.decoded : (slots.kinds[slot] ?? 0);
    let value = NaN;
    if (this.#isMissing(slots, slot, kind)) return undefined;
    if (kind === slotKind.number || kind === slotKind.text) {
      value = readScore(slots, slots.bytes, slots.starts[slot] ?? 0, slots.ends[slot] ?? 0);
    } else if (kind === slotKind.escaped || kind === slotKind.decoded) {
      const text = this.#decoded(field, slots, slot);
      if (text === undefined) return undefined;
      value = readScore(slots, text, 0, text.length);
    }
    if (Number.isNaN(value)) return this.#wrongType(field, slots, "a number");
    return value >= score.threshold ? score.above : score.below;
  }

  /** The bytes of a number or time that the line does not hold verbatim; undefined when there is none. */
  #decoded(field: Field, slots: Slots, slot: number): Buffer | undefined {
    const text = slot < 0 ? this.#fixed(field) : (slots.text(slot) ?? "");
    return text === undefined ? undefined : Buffer.from(text);
  }

  #readTime(field: Field, slots: Slots): number {
    const slot = field.slotIn(slots);
    const kind = slot < 0 ? slotKind.decoded : (slots.kinds[slot] ?? 0);
    let time = NaN;
    if (this.#isMissing(slots, slot, kind)) return NaN;
    if (kind === slotKind.nested) this.#wrongType(field, slots, "a time");
    else if (kind === slotKind.number || kind === slotKind.text) {
      time = this.#timestamp(slots, slots.bytes, slots.starts[slot] ?? 0, slots.ends[slot] ?? 0);
    } else if (kind === slotKind.escaped || kind === slotKind.decoded) {
      const text = this.#decoded(field, slots, slot);
      if (text === undefined) return NaN;
      time = this.#timestamp(slots, text, 0, text.length);
    }
    if (Number.isNaN(time)) {
      this.#found("bad_time", this.#timeFault(field, slots, slot));
    }
    return time;
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
    const path = field.ref.kind === "path" ? field.ref.path.join(".") : "...";
    return `${field.name} is ${shown}, which has no offset: say its zone, fields.time: { path: "${path}", zone: "Europe/Berlin" }`;
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

/** A fixed class of the config, canonical. */
function fixedClass(ref: FieldRef | undefined): FieldRef | undefined {
  return ref?.kind === "value" ? { kind: "value", value: canonicalClass(ref.value) } : ref;
}

/** A class from a group of the file's path, canonical. */
function classInPath(text: string | undefined): string | undefined {
  return text === undefined || text === "" || isNonFinite(text) ? undefined : canonicalClass(text);
}
