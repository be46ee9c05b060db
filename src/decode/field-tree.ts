import { predictedField, type DecodeOptions, type FieldRef } from "./options.ts";

/** A key that a field reads, or a parent of such a key. */
export interface KeyNode {
  readonly name: string;
  /** `name` in UTF-8. */
  readonly bytes: Uint8Array;
  /** The slot of the value; -1 when only members of it are read. */
  slot: number;
  readonly children: KeyNode[];
  /** All slots below this node, without its own: a repeated key clears them. */
  readonly below: number[];
  /** The scanner's number of the last line with this key. */
  line: number;
}

/** Tree of the keys that a source's fields read, each with a slot. */
export class FieldTree {
  readonly root: KeyNode = makeNode("");
  #size = 0;

  /** Slots whose values are interpreted, not taken verbatim: classes, scores, times. */
  readonly interpreted = new Set<number>();
  /** True when values may stand inside objects and arrays. */
  readonly nests: boolean;

  constructor(nests = true) {
    this.nests = nests;
  }

  /** Builds the tree of all fields that are read from the line. */
  static of({ fields, format }: Pick<DecodeOptions, "fields" | "format">): FieldTree {
    const tree = new FieldTree(format.kind === "json");
    for (const field of [...fields.labels, ...fields.id]) tree.slotsOf(field);
    for (const field of [predictedField(fields.predicted), fields.actual, fields.time]) {
      for (const slot of tree.slotsOf(field)) tree.interpreted.add(slot);
    }
    return tree;
  }

  /** Number of slots. */
  get size(): number {
    return this.#size;
  }

  /** Top-level keys with a slot, for formats without nesting. */
  get flat(): readonly KeyNode[] {
    return this.root.children.filter((node) => node.slot >= 0);
  }

  /**
   * The slots of a field, added on first use: that of its path, then those of its dotted keys, the fully dotted key last.
   * Empty for a field that is not read from the line.
   */
  slotsOf(field: FieldRef | undefined): readonly number[] {
    if (field?.kind !== "path") return [];
    return [field.path, ...dottedPaths(field.path)].map((path) => this.slot(path));
  }

  /** Adds a slot that no key of the line fills. */
  addSlot(): number {
    return this.#size++;
  }

  /** The slot of a path, added on first use. */
  slot(path: readonly string[]): number {
    let node = this.root;
    const parents: KeyNode[] = [];
    for (const name of path) {
      parents.push(node);
      let child = node.children.find((other) => other.name === name);
      if (child === undefined) node.children.push((child = makeNode(name)));
      node = child;
    }
    if (node.slot < 0) {
      node.slot = this.#size++;
      for (const parent of parents) parent.below.push(node.slot);
    }
    return node.slot;
  }
}

/** Variants of a path with adjacent keys joined by dots: `a.b.c` gives a, `b.c`; `a.b`, c; and `a.b.c`. */
function dottedPaths(path: readonly string[]): string[][] {
  const paths: string[][] = [];
  for (let length = 2; length <= path.length; length++) {
    for (let from = path.length - length; from >= 0; from--) {
      const to = from + length;
      paths.push([...path.slice(0, from), path.slice(from, to).join("."), ...path.slice(to)]);
    }
  }
  return paths;
}

function makeNode(name: string): KeyNode {
  return { name, bytes: new Uint8Array(Buffer.from(name)), slot: -1, children: [], below: [], line: 0 };
}
