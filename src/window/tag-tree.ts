import type { Tag } from "./tag.ts";

interface Node {
  readonly children: Map<string, Node>;
  tag: Tag | undefined;
}

/** Tree that finds a tag by its label values, without a text or an array for each look. */
export class TagTree {
  readonly #root: Node = { children: new Map(), tag: undefined };

  /** Finds the tag with these label values. */
  find(labels: readonly string[]): Tag | undefined {
    let node: Node | undefined = this.#root;
    for (let at = 0; at < labels.length && node !== undefined; at++) node = node.children.get(labels[at] ?? "");
    return node?.tag;
  }

  /** Adds a tag. */
  put(tag: Tag): void {
    let node = this.#root;
    for (const value of tag.labels) {
      let child = node.children.get(value);
      if (child === undefined) node.children.set(value, (child = { children: new Map(), tag: undefined }));
      node = child;
    }
    node.tag = tag;
  }

  /** Removes a tag, and the nodes that were there for it alone. */
  remove(tag: Tag): void {
    const path: { node: Node; value: string }[] = [];
    let node = this.#root;
    for (const value of tag.labels) {
      path.push({ node, value });
      node = node.children.get(value) ?? node;
    }
    node.tag = undefined;
    for (const step of path.reverse()) {
      const child = step.node.children.get(step.value);
      if (child !== undefined && child.tag === undefined && child.children.size === 0)
        step.node.children.delete(step.value);
    }
  }
}

/** Orders label values, the first that differ. */
export function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < a.length; at++) {
    const left = a[at] ?? "";
    const right = b[at] ?? "";
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
