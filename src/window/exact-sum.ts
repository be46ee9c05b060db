/**
 * Sums of real numbers that do not depend on the order in which they are added, and from which a number can be taken out
 * again to the last bit: fixed point, in limbs that are whole numbers. A limb is exact for 2^33 numbers.
 */

/** How many limbs a sum has. */
export const limbsPerSum = 4;

/** Numbers of this magnitude and more have no place in a sum; all others are rounded to 2^-40. */
const greatestAddend = 2 ** 40;

const unit = 2 ** 40;
const base = 2 ** 20;

/** Splits a number into limbs, the lowest first, and hands each to `put`. Throws for numbers that have no place. */
export function splitIntoLimbs(x: number, put: (limb: number, value: number) => void): void {
  if (!(Math.abs(x) < greatestAddend)) throw new Error(`${x} has no place in a sum`);
  // Scaling by powers of two and splitting at them is exact.
  const whole = Math.abs(x) >= 2 ** 12 ? Math.trunc(x * unit) : Math.round(x * unit);
  const high = Math.trunc(whole / unit);
  const low = whole - high * unit;
  const middle = Math.trunc(low / base);
  const top = Math.trunc(high / base);
  put(0, low - middle * base);
  put(1, middle);
  put(2, high - top * base);
  put(3, top);
}

/** Reads a sum from its limbs, rounded once. */
export function sumOfLimbs(limb: (limb: number) => number): number {
  let sum = 0n;
  for (let at = limbsPerSum - 1; at >= 0; at--) sum = sum * BigInt(base) + BigInt(limb(at));
  return Number(sum) / unit;
}
