import type { Wanted } from "./field-tree.ts";

/** Finds the slot of a name in a format without nesting, where `meta.region` is a name like any other. */
export class FlatNames {
  readonly #names: readonly { readonly name: string; readonly bytes: Uint8Array; readonly slot: number }[];

  constructor(wanted: Wanted) {
    this.#names = wanted.flat;
  }

  /** The wanted names, for messages. */
  get words(): string {
    return this.#names.map(({ name }) => `"${name}"`).join(", ");
  }

  /** The slot of the name in the bytes `[start, end)`, or -1 when nobody wants it. */
  find(bytes: Uint8Array, start: number, end: number): number {
    next: for (const { bytes: name, slot } of this.#names) {
      if (name.length !== end - start) continue;
      for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) continue next;
      return slot;
    }
    return -1;
  }

  /** Gives each wanted name with its slot. */
  *entries(): Generator<readonly [name: string, slot: number]> {
    for (const { name, slot } of this.#names) yield [name, slot];
  }
}
