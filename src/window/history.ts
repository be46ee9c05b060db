/** Outcomes of a stretch of a time window. */
export interface Slice {
  /** Unix milliseconds; the end is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  readonly correct: number;
}

/** Fewest outcomes of a slice: with fewer, its share of correct ones is noise. */
const fewestOutcomes = 20;

/** Most slices of a window. */
const mostSlices = 60;

/**
 * Merges neighbours of consecutive slices, oldest first, until each has at least 20 outcomes and a sixtieth of the whole
 * stretch; the rest at the end belongs to the slice before it. Without outcomes there is no slice.
 */
export function mergeSlices(slices: readonly Slice[]): readonly Slice[] {
  const stretch = (slices.at(-1)?.to ?? 0) - (slices[0]?.from ?? 0);
  const merged: Slice[] = [];
  let open: Slice | undefined;
  for (const slice of slices) {
    open = open === undefined ? slice : joined(open, slice);
    if (open.samples < fewestOutcomes || (open.to - open.from) * mostSlices < stretch) continue;
    merged.push(open);
    open = undefined;
  }
  if (open === undefined || open.samples === 0) return merged;
  const last = merged.pop();
  return [...merged, last === undefined ? open : joined(last, open)];
}

function joined(a: Slice, b: Slice): Slice {
  return { from: a.from, to: b.to, samples: a.samples + b.samples, correct: a.correct + b.correct };
}
