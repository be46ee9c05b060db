import type { JsonValue } from "../serializable.ts";
import { pairsOf } from "./number-list.ts";
import type { RowCopy } from "./pane-slab.ts";
import { savedNumbers } from "./saved-numbers.ts";

/** What is written down of panes: the length of a pane and its counts; with sums, these beside it. */
export function* savedPanes(
  paneMs: number,
  panes: Iterable<readonly [number: number, row: RowCopy | undefined]>,
): Iterable<readonly [number: number, value: JsonValue | undefined]> {
  for (const [number, row] of panes) {
    const counts = row && [paneMs, ...pairsOf(row.counts)];
    const limbs = row === undefined ? [] : pairsOf(row.limbs);
    yield [number, counts && limbs.length > 0 ? { counts, limbs } : counts];
  }
}

/** Parts of a saved pane: its length before its counts, and its limbs. */
export function savedPane(value: JsonValue): readonly [counts: readonly number[], limbs: readonly number[]] {
  if (typeof value !== "object" || value === null || !("counts" in value)) return [savedNumbers(value), []];
  return [savedNumbers(value["counts"]), savedNumbers(value["limbs"])];
}
