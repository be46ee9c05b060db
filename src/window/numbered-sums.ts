import { limbsPerSum, sumOfLimbs } from "./exact-sum.ts";
import type { Additions } from "./measure.ts";
import { NumberList } from "./number-list.ts";

/** What a window holds in all: counts by cell, and sums of real numbers. All whole numbers, exact to 2^53. */
export class NumberedSums {
  readonly counts = new NumberList();
  readonly limbs = new NumberList();

  /** Adds what an outcome adds, or takes it out again. */
  add(additions: Additions, sign: 1 | -1): void {
    if (additions.onlyCell >= 0) {
      this.counts.add(additions.onlyCell, sign);
      return;
    }
    const { cells, cellCount, limbs, amounts, limbCount } = additions;
    for (let at = 0; at < cellCount; at++) this.counts.add(cells[at] ?? 0, sign);
    for (let at = 0; at < limbCount; at++) this.limbs.add(limbs[at] ?? 0, sign * (amounts[at] ?? 0));
  }

  /** Reads a sum of real numbers. */
  sum(number: number): number {
    return sumOfLimbs((limb) => this.limbs.get(number * limbsPerSum + limb));
  }
}
