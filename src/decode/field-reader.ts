import { Batch } from "./batch.ts";
import { canonicalClass } from "./canonical-class.ts";
import type { Event, Rejection } from "./event.ts";
import { findField, findScores, type Field } from "./field.ts";
import type { FieldTrail } from "./field-trail.ts";
import type { FieldTree } from "./field-tree.ts";
import { isNonFinite } from "./non-finite.ts";
import { levelsOf, predictedField, type DecodeOptions, type FieldRef } from "./options.ts";
import { groupText } from "./pattern/pattern.ts";
import type { Slots } from "./slots.ts";
import { Unpackers } from "./unpackers.ts";
import { ValueReader, type FileValues } from "./value-reader.ts";
import type { WinningScore } from "./winning-score.ts";

/** Converts the slots of a line to its events: the meaning of fields, the same for every format. */
export class FieldReader {
  /** Refilled for each event. */
  readonly event: Event;
  /** True when the time is read from a field of the line. */
  readonly ownTime: boolean;
  /** Walk over the elements of a line; undefined when a line is one event. */
  readonly batch: Batch | undefined;
  readonly #values: ValueReader;
  readonly #labels: readonly (Field | undefined)[];
  readonly #predicted: Field | undefined;
  readonly #score: { readonly threshold: number; readonly below: string; readonly above: string } | undefined;
  readonly #winner: WinningScore | undefined;
  readonly #actual: Field | undefined;
  readonly #ids: readonly Field[];
  readonly #needsId: boolean;
  readonly #labelsNeedModel: boolean;
  readonly #time: Field | undefined;
  /** Fields of which a part of the value is read: once a line, and for each element. */
  readonly #parts: readonly Field[];
  readonly #elementParts: readonly Field[];
  /** Walks outside of batches. */
  readonly #trails: readonly FieldTrail[];
  readonly #noModel: string;
  readonly #noClass: string;

  constructor(options: DecodeOptions, tree: FieldTree) {
    const { labels, labelNames, predicted, actual, id, time, needsId, labelsNeedModel } = options.fields;
    const unpackers = new Unpackers();
    const field = (ref: FieldRef | undefined): Field | undefined => ref && findField(ref, tree, unpackers);
    this.event = {
      labels: labels.map(() => ""),
      predicted: undefined,
      score: NaN,
      actual: undefined,
      id: undefined,
      time: NaN,
    };
    this.#values = new ValueReader(options);
    this.#labels = labels.map(field);
    this.#score = predicted?.kind === "score" ? predicted : undefined;
    const scores =
      predicted?.kind === "scores"
        ? findScores(predicted, tree, unpackers, options.missing, hasElements([...labels, actual, ...id, time]))
        : undefined;
    this.#winner = scores?.winner;
    this.#predicted =
      scores?.field ?? field(predicted?.kind === "score" ? predicted.score : fixedClass(predictedField(predicted)));
    this.#actual = field(fixedClass(actual));
    this.#ids = id.flatMap((ref) => field(ref) ?? []);
    this.#needsId = needsId === true;
    this.#labelsNeedModel = labelsNeedModel !== false;
    this.#time = field(time);
    const parts = this.#all().filter(({ ref }) => ref.kind === "path" && ref.part !== undefined);
    this.#parts = parts.filter(({ levels }) => levels === 0);
    this.#elementParts = parts.filter(({ levels }) => levels > 0);
    const trails = [scores?.names, ...this.#all().map(({ trail }) => trail)].filter((trail) => trail !== undefined);
    this.#trails = trails.filter(({ levels }) => levels === 0);
    const inBatch = trails.filter(({ levels }) => levels > 0);
    this.batch = inBatch.length === 0 ? undefined : new Batch(inBatch);
    this.ownTime = time !== undefined;
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
    this.#values.fileValues = values;
  }

  /** Begins with a line in the slots: finds what lies deeper than keys lead. */
  begin(slots: Slots): void {
    for (const trail of this.#trails) trail.begin(slots);
    for (const field of this.#parts) field.readPart(slots);
    this.batch?.begin(slots);
  }

  /**
   * Fills `event` from the slots. `outerTime` is the wrapper's time (NaN without one), used when no time field is
   * configured. A time field that the line lacks gives NaN. Returns the first rejection in the order of `rejectReasons`,
   * or undefined for a valid event.
   */
  read(slots: Slots, outerTime: number): Rejection | undefined {
    const values = this.#values;
    values.fault = undefined;
    for (const field of this.#elementParts) field.readPart(slots);
    const event = this.event;
    const labels = event.labels;
    for (let i = 0; i < labels.length; i++) {
      const field = this.#labels[i];
      labels[i] = field === undefined ? "" : (values.text(field, slots, false) ?? "");
    }
    const predicted = this.#predicted === undefined ? undefined : this.#prediction(this.#predicted, slots);
    const actual = this.#actual === undefined ? undefined : values.className(this.#actual, slots);
    if (labels[0] === "" && (predicted !== undefined || actual === undefined || this.#labelsNeedModel)) {
      values.found("missing_field", this.#noModel);
    }
    event.predicted = predicted;
    event.actual = actual;
    if (predicted === undefined && actual === undefined) values.found("missing_field", this.#noClass);
    // Ids never repeat, so interning cannot help: they are decoded only for lines to join.
    const isJoined = this.#needsId || predicted === undefined || actual === undefined;
    event.id = isJoined ? this.#firstId(slots) : undefined;
    event.time = this.#time === undefined ? outerTime : values.time(this.#time, slots);
    return values.fault;
  }

  /** The first id with a value; an id that several elements share gets the number of each. */
  #firstId(slots: Slots): string | undefined {
    const { batch } = this;
    for (const field of this.#ids) {
      const id = this.#values.text(field, slots, false);
      if (id === undefined || id === "") continue;
      return batch === undefined || field.levels === batch.depth ? id : `${id}#${batch.ordinals[field.levels] ?? 0}`;
    }
    return undefined;
  }

  /** The predicted class: the field's value, that of the highest score, or the result of comparing its score to the threshold. */
  #prediction(field: Field, slots: Slots): string | undefined {
    const score = this.#score;
    if (score === undefined) {
      if (this.#winner !== undefined) this.event.score = this.#winner.score;
      return this.#values.className(field, slots);
    }
    const value = this.#values.score(field, slots);
    this.event.score = value ?? NaN;
    if (value === undefined) return undefined;
    return value >= score.threshold ? score.above : score.below;
  }
}

function hasElements(refs: readonly (FieldRef | undefined)[]): boolean {
  return refs.some((ref) => ref?.kind === "path" && levelsOf(ref) > 0);
}

/** A fixed class of the config, canonical. */
function fixedClass(ref: FieldRef | undefined): FieldRef | undefined {
  return ref?.kind === "value" ? { kind: "value", value: canonicalClass(ref.value) } : ref;
}

/** A class from a group of the file's path, canonical. */
function classInPath(text: string | undefined): string | undefined {
  return text === undefined || text === "" || isNonFinite(text) ? undefined : canonicalClass(text);
}
