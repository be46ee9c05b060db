import { isUtf8 } from "node:buffer";
import type { FieldRef } from "./options.ts";
import { groupText } from "./pattern/pattern.ts";
import { truncatedEnd, printableBytes } from "./printable.ts";
import { slotKind, type Slots } from "./slots.ts";
import { unescapeText } from "./unescape.ts";
import type { FieldTree } from "./field-tree.ts";

/** Characters of a value in messages. */
const maxShownLength = 80;

/** A field of the config with its slots. */
export class Field {
  readonly ref: FieldRef;
  /** The name in messages: `field "meta.region"`. */
  readonly name: string;
  readonly #nested: number;
  readonly #dotted: readonly number[];
  /** Slot of the part of the value that is read; -1 when all of it is. */
  readonly #part: number;

  constructor(ref: FieldRef, name: string, [nested = -1, ...dotted]: readonly number[], part: number) {
    this.ref = ref;
    this.name = name;
    this.#nested = nested;
    this.#dotted = dotted;
    this.#part = part;
  }

  /**
   * The slot of the field's value in this line: that of the path, or of a dotted key when the path has no value; -1 when
   * the field is not read from the line.
   */
  slotIn(slots: Slots): number {
    return this.#part < 0 ? this.#wholeIn(slots) : this.#part;
  }

  /** Finds the part of the value that is read; call it for each line before `slotIn` if the field has one. */
  readPart(slots: Slots): void {
    if (this.ref.kind !== "path" || this.ref.part === undefined) return;
    const whole = this.#wholeIn(slots);
    const kind = slots.kinds[whole] ?? slotKind.missing;
    const text = kind === slotKind.missing || kind === slotKind.nested ? undefined : slots.text(whole);
    // What has no text is missing or at fault, as the whole value is.
    if (text === undefined) slots.copy(whole, this.#part);
    else slots.setText(this.#part, groupText(this.ref.part.pattern, this.ref.part.group, text) ?? "");
  }

  #wholeIn(slots: Slots): number {
    const nested = this.#nested;
    const { kinds } = slots;
    if (this.#dotted.length === 0 || kinds[nested] !== slotKind.missing) return nested;
    for (const slot of this.#dotted) if (kinds[slot] !== slotKind.missing) return slot;
    return nested;
  }
}

/** Makes the field of a reference, and adds its slots to the tree. */
export function findField(ref: FieldRef, tree: FieldTree): Field {
  const hasPart = ref.kind === "path" && ref.part !== undefined;
  return new Field(ref, nameOf(ref), tree.slotsOf(ref), hasPart ? tree.addSlot() : -1);
}

/** A field's value for messages: the value itself, truncated, or the kind of a value that is no scalar. */
export function printableValue(field: Field, slots: Slots): string {
  const slot = field.slotIn(slots);
  if (slot < 0) return field.name;
  const start = slots.starts[slot] ?? 0;
  const end = slots.ends[slot] ?? 0;
  switch (slots.kinds[slot] ?? 0) {
    case slotKind.nested:
      return slots.bytes[start] === 0x5b ? "an array" : "an object";
    case slotKind.number:
    case slotKind.boolean:
      return cut(slots.bytes.toString("latin1", start, end));
    case slotKind.escaped:
      return JSON.stringify(cut(unescapeText(slots.bytes, start, end)));
    case slotKind.decoded:
    case slotKind.nonFinite:
      return JSON.stringify(cut(slots.texts[slot] ?? ""));
    default: {
      const bytes = slots.bytes.subarray(start, truncatedEnd(slots.bytes, start, end, 4 * maxShownLength));
      return isUtf8(bytes) ? JSON.stringify(cut(bytes.toString())) : `"${cut(printableBytes(bytes))}"`;
    }
  }
}

function nameOf(ref: FieldRef): string {
  switch (ref.kind) {
    case "path": {
      const name = `field "${ref.path.map((key) => (key.includes(".") ? `"${key}"` : key)).join(".")}"`;
      return ref.part === undefined ? name : `match of ${ref.part.pattern.text} in ${name}`;
    }
    case "value":
      return `fixed value "${ref.value}"`;
    case "file":
      return `match of ${ref.pattern.text} in the file's path`;
  }
}

function cut(text: string): string {
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength).replace(/\p{Cs}$/u, "")}...` : text;
}
