import { isUtf8 } from "node:buffer";
import type { FieldRef } from "./options.ts";
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

  constructor(ref: FieldRef, name: string, [nested = -1, ...dotted]: readonly number[]) {
    this.ref = ref;
    this.name = name;
    this.#nested = nested;
    this.#dotted = dotted;
  }

  /**
   * The slot of the field's value in this line: that of the path, or of a dotted key when the path has no value; -1 when
   * the field is not read from the line.
   */
  slotIn(slots: Slots): number {
    const nested = this.#nested;
    const { kinds } = slots;
    if (this.#dotted.length === 0 || kinds[nested] !== slotKind.missing) return nested;
    for (const slot of this.#dotted) if (kinds[slot] !== slotKind.missing) return slot;
    return nested;
  }
}

/** Makes the field of a reference, and adds its slots to the tree. */
export function findField(ref: FieldRef, tree: FieldTree): Field {
  return new Field(ref, nameOf(ref), tree.slotsOf(ref));
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
    case "path":
      return `field "${ref.path.map((key) => (key.includes(".") ? `"${key}"` : key)).join(".")}"`;
    case "value":
      return `fixed value "${ref.value}"`;
    case "file":
      return `match of ${ref.pattern.text} in the file's path`;
  }
}

function cut(text: string): string {
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength).replace(/\p{Cs}$/u, "")}...` : text;
}
