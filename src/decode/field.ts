import type { FieldRef } from "./options.ts";
import { slotKind } from "./slot-kind.ts";
import type { Slots } from "./slots.ts";
import { unescapeText } from "./unescape.ts";
import type { Wanted } from "./wanted.ts";

/** A field of the config, ready to be looked up. */
export class Field {
  readonly ref: FieldRef;
  /** As messages name it: `field "meta.region"`. */
  readonly name: string;
  readonly #nested: number;
  readonly #literal: number;

  constructor(ref: FieldRef, name: string, nested: number, literal: number) {
    this.ref = ref;
    this.name = name;
    this.#nested = nested;
    this.#literal = literal;
  }

  /**
   * The slot that holds the field's value in this line: that of the path, or that of the dotted name as a key of its
   * own when there is nothing at the path; -1 when the field does not come from the line.
   */
  slotIn(slots: Slots): number {
    const nested = this.#nested;
    return this.#literal < 0 || slots.kinds[nested] !== slotKind.missing ? nested : this.#literal;
  }
}

/** The field of a reference, with slots for it among the wanted keys. */
export function findField(ref: FieldRef, wanted: Wanted): Field {
  const slots = wanted.find(ref);
  return new Field(ref, nameOf(ref), slots?.nested ?? -1, slots?.literal ?? -1);
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
      return JSON.stringify(cut(slots.texts[slot] ?? ""));
    default:
      return JSON.stringify(cut(slots.bytes.toString("utf8", start, end)));
  }
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
  return text.length > 80 ? `${text.slice(0, 80).replace(/\p{Cs}$/u, "")}...` : text;
}
