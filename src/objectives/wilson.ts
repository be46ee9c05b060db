/** Lower and upper end of an interval. */
export type Range = readonly [low: number, high: number];

/**
 * Computes Wilson's interval of a proportion of `x` successes in `n` trials: all proportions from which `x` is at most `z`
 * standard deviations away, which is what the score test asks (E. B. Wilson, "Probable inference, the law of succession,
 * and statistical inference", JASA 22, 1927).
 */
export function wilsonInterval(x: number, n: number, z: number): Range {
  return [wilsonLow(x, n, z), 1 - wilsonLow(n - x, n, z)];
}

/** The smaller root, as the product of both over the larger: without cancellation, and exactly 0 where `x` is. */
function wilsonLow(x: number, n: number, z: number): number {
  return (x * x) / n / (x + (z * z) / 2 + z * Math.sqrt((x * (n - x)) / n + (z * z) / 4));
}
