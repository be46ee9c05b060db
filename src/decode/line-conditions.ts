import { canonicalClass } from "./canonical-class.ts";
import { findField, type Field } from "./field.ts";
import type { FieldTree } from "./field-tree.ts";
import type { Condition } from "./options.ts";
import { isNested, slotKind, type Slots } from "./slots.ts";

interface FieldCondition {
  readonly field: Field;
  readonly texts: ReadonlySet<string>;
  /** The same values as JSON numbers are compared: `200`, `200.0` and `2e2` are equal. */
  readonly numbers: ReadonlySet<string>;
}

/** Conditions on the fields of a line, of which all must hold. */
export class LineConditions {
  readonly #conditions: readonly FieldCondition[];

  constructor(conditions: readonly Condition[], tree: FieldTree) {
    this.#conditions = conditions.map(({ path, steps, values }) => ({
      field: findField({ kind: "path", path, steps }, tree),
      texts: new Set(values),
      numbers: new Set(values.map(canonicalClass)),
    }));
  }

  /** Tells whether the line in the slots meets all conditions; a field without a value meets none. */
  hold(slots: Slots): boolean {
    for (const { field, texts, numbers } of this.#conditions) {
      field.trail?.begin(slots);
      const slot = field.slotIn(slots);
      const kind = slots.kinds[slot] ?? slotKind.missing;
      if (kind === slotKind.missing || kind === slotKind.broken || isNested(kind)) return false;
      const isNumber = kind === slotKind.number;
      const value = isNumber ? slots.className(slot) : slots.text(slot);
      if (value === undefined || !(isNumber ? numbers : texts).has(value)) return false;
    }
    return true;
  }
}
