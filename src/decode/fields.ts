import { rejectReasons, type Event, type RejectReason } from "./event.ts";
import { Interner } from "./intern.ts";
import { parseDecimal } from "./number.ts";
import type { DecodeOptions, FieldRef } from "./options.ts";
import { slotKind, type Slots } from "./slots.ts";
import type { TimestampReader } from "./timestamp.ts";
import type { FieldSlots, Wanted } from "./wanted.ts";

/** Why a line is no event. */
export interface Fault {
  readonly reason: RejectReason;
  readonly detail: string;
}

/** A field, ready to be read. */
interface Field {
  readonly ref: FieldRef;
  /** As messages name it: `field "meta.region"`. */
  readonly name: string;
  readonly slots: FieldSlots | undefined;
}

/** What a file's path says, for the fields that come from it, in the order in which the fields are asked. */
type FileValues = ReadonlyMap<FieldRef, string | undefined>;

/** Turns the slots of a line into the event: the meaning of the fields, the same for every format. */
export class FieldReader {
  /** Filled anew by each `read`. */
  readonly event: Event;
  readonly #labels: readonly (Field | undefined)[];
  readonly #predicted: Field | undefined;
  readonly #score: { readonly threshold: number; readonly below: string; readonly above: string } | undefined;
  readonly #actual: Field | undefined;
  readonly #id: Field | undefined;
  readonly #time: Field | undefined;
  readonly #neither: string;
  readonly #modelName: string;
  readonly #maxValueBytes: number;
  readonly #interner = new Interner();
  readonly #timestamps: TimestampReader;
  #fileValues: FileValues = new Map();
  #fault: Fault | undefined;

  constructor(options: DecodeOptions, wanted: Wanted, timestamps: TimestampReader) {
    const { labels, predicted, actual, id, time } = options.fields;
    const field = (ref: FieldRef | undefined): Field | undefined =>
      ref && { ref, name: nameOf(ref), slots: wanted.find(ref) };
    this.event = {
      labels: labels.map(() => ""),
      predicted: undefined,
      actual: undefined,
      id: undefined,
      time: NaN,
    };
    this.#labels = labels.map(field);
    this.#score = predicted?.kind === "score" ? predicted : undefined;
    this.#predicted = field(predicted?.kind === "score" ? predicted.score : predicted);
    this.#actual = field(actual);
    this.#id = field(id);
    this.#time = field(time);
    this.#modelName = this.#labels[0]?.name ?? options.fields.labelNames[0] ?? "model";
    this.#maxValueBytes = options.maxValueBytes;
    this.#timestamps = timestamps;
    const classes = [this.#predicted?.name, this.#actual?.name].filter((name) => name !== undefined);
    this.#neither = classes.length === 2 ? `neither ${classes.join(" nor ")}` : `no ${classes.join("")}`;
  }

  /** Whether a line's time comes from one of its own fields. */
  get ownTime(): boolean {
    return this.#time !== undefined;
  }

  /** What the fields that come from the file's path are for this file. */
  fileValues(path: string): FileValues {
    const values = new Map<FieldRef, string | undefined>();
    for (const field of [...this.#labels, this.#predicted, this.#actual, this.#id, this.#time]) {
      if (field?.ref.kind !== "file") continue;
      const { pattern, group } = field.ref;
      const match = new RegExp(pattern.source, pattern.flags.replace(/[gy]/gu, "")).exec(path);
      values.set(field.ref, match?.groups?.[group] ?? match?.[1]);
    }
    return values;
  }

  /** Names the file that the next lines come from. */
  useFile(values: FileValues): void {
    this.#fileValues = values;
  }

  /**
   * Fills `event` from the slots; `outerTime` is the wrapper's time (NaN when it has none), which counts when no time
   * field is configured. A time field that the line does not have gives NaN. Returns why the line is no event, the
   * first reason in the order of `rejectReasons`, or undefined when it is one.
   */
  read(slots: Slots, outerTime: number): Fault | undefined {
    this.#fault = undefined;
    const event = this.event;
    for (let i = 0; i < this.#labels.length; i++) event.labels[i] = this.#text(this.#labels[i], slots) ?? "";
    if (event.labels[0] === "") this.#missingModel();
    event.predicted = this.#score === undefined ? this.#text(this.#predicted, slots) : this.#decide(slots);
    event.actual = this.#text(this.#actual, slots);
    if (event.predicted === undefined && event.actual === undefined) this.#found("missing_field", this.#neither);
    // The id is the one value that never repeats: it is made a string only for what has to be joined.
    event.id = event.predicted === undefined || event.actual === undefined ? this.#text(this.#id, slots) : undefined;
    event.time = this.#time === undefined ? outerTime : this.#readTime(this.#time, slots);
    return this.#fault;
  }

  #missingModel(): void {
    this.#found("missing_field", `no ${this.#modelName}`);
  }

  /** Keeps the fault that comes first in the order of the reasons. */
  #found(reason: RejectReason, detail: string): void {
    const known = this.#fault;
    if (known === undefined || rejectReasons.indexOf(reason) < rejectReasons.indexOf(known.reason)) {
      this.#fault = { reason, detail };
    }
  }

  #text(field: Field | undefined, slots: Slots): string | undefined {
    if (field === undefined) return undefined;
    if (field.slots === undefined) return this.#fixed(field);
    const slot = slotOf(field.slots, slots);
    const kind = slots.kinds[slot] ?? 0;
    if (kind === slotKind.missing) return undefined;
    if (kind === slotKind.nested) {
      this.#found("wrong_type", `${field.name} is ${nestedWord(slots, slot)}, expected a string, number or boolean`);
      return wrong;
    }
    if (kind === slotKind.decoded) return this.#checked(field, slots.texts[slot] ?? "");
    const start = slots.starts[slot] ?? 0;
    const end = slots.ends[slot] ?? 0;
    const text = this.#interner.text(slots.bytes, start, end, kind);
    // No escape is shorter than what it stands for, so a short value needs no second look.
    return end - start <= this.#maxValueBytes ? text : this.#checked(field, text);
  }

  #fixed(field: Field): string | undefined {
    return field.ref.kind === "value" ? field.ref.value : this.#fileValues.get(field.ref);
  }

  #checked(field: Field, text: string): string {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#maxValueBytes) {
      this.#found("value_too_long", `${field.name} is ${bytes} bytes long, at most ${this.#maxValueBytes} are taken`);
    }
    return text;
  }

  #decide(slots: Slots): string | undefined {
    const score = this.#score;
    const field = this.#predicted;
    if (score === undefined || field === undefined) return undefined;
    const { bytes, start, end, kind } = this.#range(field, slots);
    if (kind === slotKind.missing) return undefined;
    const value = kind === slotKind.nested || kind === slotKind.boolean ? NaN : parseDecimal(bytes, start, end);
    if (!Number.isNaN(value)) return value >= score.threshold ? score.above : score.below;
    this.#found("wrong_type", `${field.name} is ${this.#shown(field, slots)}, expected a number`);
    return wrong;
  }

  #readTime(field: Field, slots: Slots): number {
    const { bytes, start, end, kind } = this.#range(field, slots);
    if (kind === slotKind.missing) return NaN;
    if (kind === slotKind.nested) {
      this.#found("wrong_type", `${field.name} is ${this.#shown(field, slots)}, expected a time`);
      return NaN;
    }
    const time = kind === slotKind.boolean ? NaN : this.#timestamps.read(bytes, start, end);
    if (Number.isNaN(time)) {
      const shown = this.#shown(field, slots);
      this.#found("bad_time", `${field.name} is ${shown}, expected RFC 3339 with an offset, or Unix time`);
    }
    return time;
  }

  /** The bytes of a field whose value is read as something else than text. */
  #range(field: Field, slots: Slots): { bytes: Buffer; start: number; end: number; kind: number } {
    if (field.slots !== undefined) {
      const slot = slotOf(field.slots, slots);
      const kind = slots.kinds[slot] ?? 0;
      if (kind !== slotKind.decoded && kind !== slotKind.escaped) {
        return { bytes: slots.bytes, start: slots.starts[slot] ?? 0, end: slots.ends[slot] ?? 0, kind };
      }
    }
    const text = this.#text(field, slots);
    const bytes = Buffer.from(text ?? "");
    return { bytes, start: 0, end: bytes.length, kind: text === undefined ? slotKind.missing : slotKind.text };
  }

  /** A value as messages show it. */
  #shown(field: Field, slots: Slots): string {
    if (field.slots !== undefined) {
      const slot = slotOf(field.slots, slots);
      const kind = slots.kinds[slot] ?? 0;
      if (kind === slotKind.nested) return nestedWord(slots, slot);
      if (kind === slotKind.boolean || kind === slotKind.number) {
        return cut(slots.bytes.toString("utf8", slots.starts[slot], slots.ends[slot]));
      }
    }
    return JSON.stringify(cut(this.#text(field, slots) ?? ""));
  }
}

/** Stands for a value of a wrong type: there, so not missing, but of no use. */
const wrong = "?";

function slotOf(field: FieldSlots, slots: Slots): number {
  const { nested, literal } = field;
  return literal >= 0 && slots.kinds[nested] === slotKind.missing ? literal : nested;
}

function nestedWord(slots: Slots, slot: number): string {
  return slots.bytes[slots.starts[slot] ?? 0] === 0x5b ? "an array" : "an object";
}

function nameOf(ref: FieldRef): string {
  switch (ref.kind) {
    case "path":
      return `field "${ref.path.join(".")}"`;
    case "value":
      return `fixed value "${ref.value}"`;
    case "file":
      return `match of ${String(ref.pattern)} in the file's path`;
  }
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
