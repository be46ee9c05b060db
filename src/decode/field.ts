import { isUtf8 } from "node:buffer";
import { FieldTrail, slotLeaf } from "./field-trail.ts";
import type { FieldTree } from "./field-tree.ts";
import { readSoleScalar } from "./json-walk.ts";
import { levelsOf, type FieldRef, type PathRef, type ScoresRef, type Step } from "./options.ts";
import { groupText } from "./pattern/pattern.ts";
import { truncatedEnd, printableBytes } from "./printable.ts";
import { isNested, slotKind, type Slots } from "./slots.ts";
import { unescapeText } from "./unescape.ts";
import type { Unpackers } from "./unpackers.ts";
import { ClassNames, WinningScore } from "./winning-score.ts";

/** Characters of a value in messages. */
const maxShownLength = 80;

/** Where a field's value is found in the slots. */
interface Places {
  /** Slots of the field's keys: the path's, then those of its dotted keys. */
  readonly keys: readonly number[];
  /** Walk to a value that lies deeper than keys lead, and its slot. */
  readonly walk?: { readonly trail: FieldTrail; readonly slot: number; readonly isOnly: boolean } | undefined;
  /** Slot of the part of the value that is read; -1 when all of it is. */
  readonly part: number;
}

/** A field of the config with its slots. */
export class Field {
  readonly ref: FieldRef;
  /** The name in messages: `field "meta.region"`. */
  readonly name: string;
  /** Walk that must come before the value is read. */
  readonly trail: FieldTrail | undefined;
  readonly #keys: readonly number[];
  readonly #walked: number;
  readonly #part: number;

  constructor(ref: FieldRef, name: string, { keys, walk, part }: Places) {
    this.ref = ref;
    this.name = name;
    this.trail = walk?.trail;
    this.#keys = walk?.isOnly === true ? [] : keys;
    this.#walked = walk?.slot ?? -1;
    this.#part = part;
  }

  /** Number of arrays whose elements are events on the way to the value. */
  get levels(): number {
    return this.trail?.levels ?? 0;
  }

  /**
   * The slot of the field's value in this line: that of the path, or of a dotted key when the path has no value; -1 when
   * the field is not read from the line.
   */
  slotIn(slots: Slots): number {
    return this.#part < 0 ? this.#wholeIn(slots) : this.#part;
  }

  /** Finds the part of the value that is read; call it for each event before `slotIn` if the field has one. */
  readPart(slots: Slots): void {
    if (this.ref.kind !== "path" || this.ref.part === undefined) return;
    const whole = this.#wholeIn(slots);
    if (slots.kinds[whole] === slotKind.array) readSoleScalar(slots, whole);
    const kind = slots.kinds[whole] ?? slotKind.missing;
    const hasText = kind !== slotKind.missing && kind !== slotKind.broken && !isNested(kind);
    const text = hasText ? slots.text(whole) : undefined;
    // What has no text is missing or at fault, as the whole value is.
    if (text === undefined) slots.copy(whole, this.#part);
    else slots.setText(this.#part, groupText(this.ref.part.pattern, this.ref.part.group, text) ?? "");
  }

  #wholeIn(slots: Slots): number {
    const keys = this.#keys;
    const nested = keys[0] ?? -1;
    const { kinds } = slots;
    if ((keys.length > 1 || this.#walked >= 0) && (kinds[nested] ?? slotKind.missing) === slotKind.missing) {
      for (const slot of keys) if (kinds[slot] !== slotKind.missing) return slot;
      if (this.#walked >= 0) return this.#walked;
    }
    return nested;
  }
}

/** Makes the field of a reference, and adds its slots to the tree. */
export function findField(ref: FieldRef, tree: FieldTree, unpackers: Unpackers): Field {
  const keys = tree.slotsOf(ref);
  if (ref.kind !== "path") return new Field(ref, nameOf(ref), { keys, part: -1 });
  const part = ref.part === undefined ? -1 : tree.addSlot();
  const walk = walkOf(ref, keys, tree, unpackers);
  return new Field(ref, nameOf(ref), { keys, walk, part });
}

function walkOf(ref: PathRef, keys: readonly number[], tree: FieldTree, unpackers: Unpackers): Places["walk"] {
  const { path, steps = [] } = ref;
  if (steps.length > 0) {
    const slot = tree.addSlot();
    return { trail: new FieldTrail(nameOf(ref), keys, steps, unpackers, slotLeaf(slot)), slot, isOnly: true };
  }
  // A key of digits is a key, or else the index of an array's element.
  const index = path.findIndex((key, place) => place > 0 && /^\d{1,9}$/u.test(key));
  if (index < 0 || !tree.nests) return undefined;
  const above = tree.slotsOf({ ...ref, path: path.slice(0, index) });
  const slot = tree.addSlot();
  const rest: Step = { kind: "keys", keys: path.slice(index) };
  return { trail: new FieldTrail(nameOf(ref), above, [rest], unpackers, slotLeaf(slot)), slot, isOnly: false };
}

/** The field of the class that scores decide for, what decides, and the walk to names of classes in the line. */
export interface ScoresField {
  readonly field: Field;
  readonly winner: WinningScore;
  readonly names: FieldTrail | undefined;
}

/** Makes the field of the class that scores decide for; `isInBatch` where other fields have elements. */
export function findScores(
  { scores, classes }: ScoresRef,
  tree: FieldTree,
  unpackers: Unpackers,
  missing: ReadonlySet<string> | undefined,
  isInBatch: boolean,
): ScoresField {
  const slot = tree.addSlot();
  const given = scores.steps ?? [];
  const steps: readonly Step[] = isInBatch && levelsOf(scores) === 0 ? [...given, { kind: "each" }] : given;
  let names: FieldTrail | undefined;
  let known: readonly string[] | ClassNames | undefined;
  if (classes !== undefined && "kind" in classes) {
    known = new ClassNames(nameOf(classes));
    names = new FieldTrail(known.name, tree.slotsOf(classes), classes.steps ?? [], unpackers, known);
  } else known = classes;
  const winner = new WinningScore(slot, known, missing);
  const trail = new FieldTrail(nameOf(scores), tree.slotsOf(scores), steps, unpackers, winner);
  const field = new Field(scores, nameOf(scores), { keys: [], walk: { trail, slot, isOnly: true }, part: -1 });
  return { field, winner, names };
}

/** A field's value for messages: the value itself, truncated, or the kind of a value that is no scalar. */
export function printableValue(field: Field, slots: Slots): string {
  const slot = field.slotIn(slots);
  if (slot < 0) return field.name;
  const start = slots.starts[slot] ?? 0;
  const end = slots.ends[slot] ?? 0;
  switch (slots.kinds[slot] ?? 0) {
    case slotKind.array:
      return "an array";
    case slotKind.object:
      return "an object";
    case slotKind.number:
    case slotKind.boolean:
      return cut(slots.bytes.toString("latin1", start, end));
    case slotKind.escaped:
      return JSON.stringify(cut(unescapeText(slots.bytes, start, end)));
    case slotKind.decoded:
    case slotKind.nonFinite:
      return JSON.stringify(cut(slots.texts[slot] ?? ""));
    case slotKind.broken:
      return slots.texts[slot] ?? "";
    default: {
      const bytes = slots.bytes.subarray(start, truncatedEnd(slots.bytes, start, end, 4 * maxShownLength));
      return isUtf8(bytes) ? JSON.stringify(cut(bytes.toString())) : `"${cut(printableBytes(bytes))}"`;
    }
  }
}

function nameOf(ref: FieldRef): string {
  switch (ref.kind) {
    case "path": {
      const name = `field "${pathText(ref)}"`;
      return ref.part === undefined ? name : `match of ${ref.part.pattern.text} in ${name}`;
    }
    case "value":
      return `fixed value "${ref.value}"`;
    case "file":
      return `match of ${ref.pattern.text} in the file's path`;
  }
}

/** A path as the config writes it; what is packed stands in brackets behind the way how: `body json(predictions[])`. */
export function pathText({ path, steps = [] }: Pick<PathRef, "path" | "steps">): string {
  let text = keysText(path);
  let open = "";
  for (const step of steps) {
    if (step.kind === "decode") {
      text += ` ${step.as.join(" ")}(`;
      open += ")";
    } else if (step.kind === "keys") text += (text === "" || text.endsWith("(") ? "" : ".") + keysText(step.keys);
    else if (step.kind === "having") text += `[${step.key}=${step.value}]`;
    else text += step.kind === "each" ? "[]" : `[${step.index}]`;
  }
  return (text + open).replaceAll("()", "");
}

function keysText(keys: readonly string[]): string {
  return keys.map((key) => (/[.[]/u.test(key) ? `"${key}"` : key)).join(".");
}

function cut(text: string): string {
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength).replace(/\p{Cs}$/u, "")}...` : text;
}
