/**
 * Makes the children of `from` like those of `to`, in place: what is the same stays the same node, so that the focus, a
 * selection and where one has scrolled to stay too. Children with a `data-key` are told by it. What has `data-client` belongs
 * to the scripts and is left alone.
 */
export function patchChildren(from: Element, to: Element): void {
  const keyed = new Map<string, Element>();
  for (const child of from.children) {
    const key = keyOf(child);
    if (key !== undefined) keyed.set(key, child);
  }
  let next = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    const known = key === undefined ? undefined : keyed.get(key);
    if (known !== undefined) {
      if (known === next) next = next.nextSibling;
      else move(known, from, next);
      patchNode(known, wanted);
    } else if (next !== null && key === undefined && isAlike(next, wanted)) {
      const current = next;
      next = next.nextSibling;
      patchNode(current, wanted);
    } else from.insertBefore(wanted, next);
  }
  while (next !== null) {
    const rest = next;
    next = next.nextSibling;
    rest.remove();
  }
}

/** Moves an element; the browser takes the focus from what is moved. */
function move(element: Element, parent: Element, before: Node | null): void {
  const focused = document.activeElement;
  parent.insertBefore(element, before);
  if (focused instanceof HTMLElement && element.contains(focused)) focused.focus({ preventScroll: true });
}

function patchNode(from: Node, to: Node): void {
  if (from instanceof Element && to instanceof Element) {
    if (from.hasAttribute("data-client")) return;
    patchAttributes(from, to);
    patchChildren(from, to);
  } else if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
}

function patchAttributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) {
    // Whether a reader has unfolded something is the reader's.
    if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

function isAlike(a: Node, b: Node): boolean {
  if (a.nodeName !== b.nodeName || keyOf(a) !== undefined) return false;
  return !(a instanceof Element && b instanceof Element) || a.id === b.id;
}

function keyOf(node: Node): string | undefined {
  return node instanceof HTMLElement ? node.dataset["key"] : undefined;
}
