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

/** The keys that the fields of a source want from a line, each with a slot. */
export class Wanted {
  readonly root: KeyNode = makeNode("");
  #size = 0;

  /** Slots whose values are looked at for what they mean, not taken letter by letter: classes, scores, times. */
  readonly meant = new Set<number>();

  /** The paths of all fields that are read from the line. */
  static of(fields: DecodeOptions["fields"]): Wanted {
    const wanted = new Wanted();
    const predicted = fields.predicted?.kind === "score" ? fields.predicted.score : fields.predicted;
    for (const field of [...fields.labels, fields.id]) wanted.find(field);
    for (const field of [predicted, fields.actual, fields.time]) {
      for (const slot of wanted.find(field)) wanted.meant.add(slot);
    }
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

  /**
   * The slots of a field, new ones when nobody asked for it before: that of its path, then those of the ways in which
   * keys of it may stand as one dotted key, the whole as one key last. None when it is not read from the line.
   */
  find(field: FieldRef | undefined): readonly number[] {
    if (field?.kind !== "path") return [];
    return [field.path, ...dottedPaths(field.path)].map((path) => this.slot(path));
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

/** The path with each run of neighbouring keys made one: `a.b.c` is a, `b.c`; `a.b`, c; and `a.b.c`. */
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
