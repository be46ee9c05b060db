import { isUtf8 } from "node:buffer";
import type { FieldRef } from "./options.ts";
import { cutBefore, shownBytes } from "./printable.ts";
import { slotKind } from "./slot-kind.ts";
import type { Slots } from "./slots.ts";
import { unescapeText } from "./unescape.ts";
import type { Wanted } from "./field-tree.ts";

/** Letters of a value that messages show. */
const shownLetters = 80;

/** A field of the config, ready to be looked up. */
export class Field {
  readonly ref: FieldRef;
  /** As messages name it: `field "meta.region"`. */
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
   * The slot that holds the field's value in this line: that of the path, or one with a dotted key when there is nothing
   * at the path; -1 when the field does not come from the line.
   */
  slotIn(slots: Slots): number {
    const nested = this.#nested;
    const { kinds } = slots;
    if (this.#dotted.length === 0 || kinds[nested] !== slotKind.missing) return nested;
    for (const slot of this.#dotted) if (kinds[slot] !== slotKind.missing) return slot;
    return nested;
  }
}

/** The field of a reference, with slots for it among the wanted keys. */
export function findField(ref: FieldRef, wanted: Wanted): Field {
  return new Field(ref, nameOf(ref), wanted.find(ref));
}

/** A field's value in a line as messages show it: what it is when it is no scalar, else the value itself, cut. */
export function shownValue(field: Field, slots: Slots): string {
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
    case slotKind.bare:
      return JSON.stringify(cut(slots.texts[slot] ?? ""));
    default: {
      const bytes = slots.bytes.subarray(start, cutBefore(slots.bytes, start, end, 4 * shownLetters));
      return isUtf8(bytes) ? JSON.stringify(cut(bytes.toString())) : `"${cut(shownBytes(bytes))}"`;
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
      return `match of ${String(ref.pattern)} in the file's path`;
  }
}

function cut(text: string): string {
  return text.length > shownLetters ? `${text.slice(0, shownLetters).replace(/\p{Cs}$/u, "")}...` : text;
}
