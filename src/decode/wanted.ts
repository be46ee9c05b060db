import type { DecodeOptions, FieldRef } from "./options.ts";

/** A key that is wanted, or one on the way to a wanted key. */
export interface KeyNode {
  readonly name: string;
  /** `name` in UTF-8. */
  readonly bytes: Uint8Array;
  /** Where the value goes, or -1 when only something inside it is wanted. */
  slot: number;
  readonly children: KeyNode[];
  /** All slots below this node (not its own): a key that comes again empties them. */
  readonly below: number[];
  /** The scanner's count of the line in which the key came last. */
  line: number;
}

/** Where a field's value is found: the slot of its path, then the slot of its dotted name as a literal key (or -1). */
export interface FieldSlots {
  readonly nested: number;
  readonly literal: number;
}

/** The keys that the fields of a source want from a line, each with a slot. */
export class Wanted {
  readonly root: KeyNode = makeNode("");
  #size = 0;

  /** The paths of all fields that are read from the line. */
  static of(fields: DecodeOptions["fields"]): Wanted {
    const wanted = new Wanted();
    const predicted = fields.predicted?.kind === "score" ? fields.predicted.score : fields.predicted;
    for (const field of [...fields.labels, predicted, fields.actual, fields.id, fields.time]) wanted.find(field);
    return wanted;
  }

  /** How many slots there are. */
  get size(): number {
    return this.#size;
  }

  /** The names that a format without nesting can look for, with their slots. */
  get flat(): readonly KeyNode[] {
    return this.root.children.filter((node) => node.slot >= 0);
  }

  /** The slots of a field, new ones when nobody asked for it before; undefined when it is not read from the line. */
  find(field: FieldRef | undefined): FieldSlots | undefined {
    if (field?.kind !== "path") return undefined;
    return {
      nested: this.slot(field.path),
      literal: field.path.length > 1 ? this.slot([field.path.join(".")]) : -1,
    };
  }

  /** The slot of a path, a new one when nobody asked for it before. */
  slot(path: readonly string[]): number {
    let node = this.root;
    const way: KeyNode[] = [];
    for (const name of path) {
      way.push(node);
      let child = node.children.find((other) => other.name === name);
      if (child === undefined) node.children.push((child = makeNode(name)));
      node = child;
    }
    if (node.slot < 0) {
      node.slot = this.#size++;
      for (const above of way) above.below.push(node.slot);
    }
    return node.slot;
  }
}

function makeNode(name: string): KeyNode {
  return { name, bytes: new Uint8Array(Buffer.from(name)), slot: -1, children: [], below: [], line: 0 };
}
