import type { SourceCounts } from "../source/source.ts";

/** Sums file counts per source over successive tails; `followed` is taken from the last one. */
export function sourceTotals(tails: readonly (readonly SourceCounts[])[]): SourceCounts[] {
  const totals = new Map<string, SourceCounts>();
  for (const counts of tails.flat()) {
    const before = totals.get(counts.source);
    totals.set(counts.source, before === undefined ? counts : sum(before, counts));
  }
  const present = new Set((tails.at(-1) ?? []).map(({ source }) => source));
  return [...totals.values()].map((counts) => (present.has(counts.source) ? counts : { ...counts, followed: 0 }));
}

function sum(before: SourceCounts, after: SourceCounts): SourceCounts {
  const readErrors = new Map(before.readErrors);
  for (const [code, count] of after.readErrors) readErrors.set(code, (readErrors.get(code) ?? 0) + count);
  return {
    source: after.source,
    followed: after.followed,
    rotations: before.rotations + after.rotations,
    truncations: before.truncations + after.truncations,
    lost: before.lost + after.lost,
    readErrors,
  };
}
