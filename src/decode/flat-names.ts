import type { FieldTree } from "./field-tree.ts";

/** Maps names to slots in formats without nesting, where `meta.region` is an ordinary name. */
export class FlatNames {
  readonly #names: readonly { readonly name: string; readonly bytes: Uint8Array; readonly slot: number }[];

  constructor(tree: FieldTree) {
    this.#names = tree.flat;
  }

  /** The names for messages. */
  get words(): string {
    return this.#names.map(({ name }) => `"${name}"`).join(", ");
  }

  /** The slot of the name `[start, end)`; -1 for a name that no field reads. */
  find(bytes: Uint8Array, start: number, end: number): number {
    next: for (const { bytes: name, slot } of this.#names) {
      if (name.length !== end - start) continue;
      for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) continue next;
      return slot;
    }
    return -1;
  }

  /** Lists each name with its slot. */
  *entries(): Generator<readonly [name: string, slot: number]> {
    for (const { name, slot } of this.#names) yield [name, slot];
  }
}
