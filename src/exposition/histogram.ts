import type { Sample } from "./health.ts";

/** Makes the samples of a histogram from counts between its bounds, the last of which is above all of them. */
export function* histogramSamples(
  labels: Readonly<Record<string, string>>,
  bounds: readonly number[],
  { buckets, sum }: { readonly buckets: Float64Array; readonly sum: number },
): Iterable<Sample> {
  let count = 0;
  for (const [index, bound] of [...bounds, Number.POSITIVE_INFINITY].entries()) {
    count += buckets[index] ?? 0;
    const le = Number.isFinite(bound) ? String(bound) : "+Inf";
    yield { suffix: "_bucket", labels: { ...labels, le }, value: count };
  }
  yield { suffix: "_sum", labels, value: sum };
  yield { suffix: "_count", labels, value: count };
}
