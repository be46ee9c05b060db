import type { Rejection } from "./event.ts";
import type { FieldTrail } from "./field-trail.ts";
import type { Slots } from "./slots.ts";

/**
 * Walks the arrays of a line whose elements are events, all in step: arrays of one level have as many elements as each
 * other, and what is read outside of them is the same for all. The elements come one by one through the slots, so that
 * no object is made for any.
 */
export class Batch {
  /** Number of arrays inside each other. */
  readonly depth: number;
  /** Per level, how many elements that share what is read there came before this one; the first is that of the line. */
  readonly ordinals: Int32Array;
  /** The fault of the arrays, once `next` has returned false. */
  fault: Rejection | undefined;
  readonly #trails: readonly FieldTrail[];
  #level = -1;

  /** `trails` are those with a level or more. */
  constructor(trails: readonly FieldTrail[]) {
    this.#trails = trails;
    this.depth = Math.max(...trails.map(({ levels }) => levels));
    this.ordinals = new Int32Array(this.depth + 1);
  }

  /** Begins with a line. */
  begin(slots: Slots): void {
    this.fault = undefined;
    this.#level = 0;
    this.ordinals.fill(-1);
    for (const trail of this.#trails) this.#failed(trail.begin(slots));
    if (!this.#isFaulty()) this.#checkOpen(0);
  }

  /** Goes to the next element; false at the end, or at a fault. */
  next(slots: Slots): boolean {
    while (!this.#isFaulty() && this.#level >= 0) {
      const level = this.#level;
      const hasNext = this.#hasNext(level);
      if (this.#isFaulty()) return false;
      if (!hasNext) {
        this.#level--;
        continue;
      }
      for (const trail of this.#trails) if (trail.levels > level) this.#failed(trail.step(level, slots));
      if (this.#isFaulty()) return false;
      for (let below = level + 1; below < this.ordinals.length; below++) this.ordinals[below] = -1;
      if (level + 1 < this.depth) {
        this.#level++;
        this.#checkOpen(level + 1);
        continue;
      }
      for (let each = 0; each < this.ordinals.length; each++) this.ordinals[each] = (this.ordinals[each] ?? 0) + 1;
      return true;
    }
    return false;
  }

  #isFaulty(): boolean {
    return this.fault !== undefined;
  }

  #hasNext(level: number): boolean {
    let more: FieldTrail | undefined;
    let none: FieldTrail | undefined;
    for (const trail of this.#trails) {
      if (!trail.isOpen(level)) continue;
      if (trail.hasNext(level)) more ??= trail;
      else none ??= trail;
    }
    if (more === undefined || none === undefined) return more !== undefined;
    const detail = `${more.name} has ${more.count(level)} elements and ${none.name} ${none.count(level)}, expected arrays of equal length`;
    this.fault = { reason: "wrong_type", detail };
    return false;
  }

  /** Finds the fault of a line, or of an element, without any of the arrays. */
  #checkOpen(level: number): void {
    for (const trail of this.#trails) if (trail.isOpen(level)) return;
    const trails = this.#trails.filter(({ levels }) => levels > level);
    this.fault = { reason: "missing_field", detail: `no ${trails.map(({ name }) => name).join(" and no ")}` };
  }

  #failed(detail: string | undefined): void {
    if (detail !== undefined) this.fault ??= { reason: "wrong_type", detail };
  }
}
