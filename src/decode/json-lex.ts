/** Where the JSON number ends that starts at `start`; the complement (`~`) of the broken place when there is none. */
export function numberEnd(bytes: Buffer, start: number, end: number): number {
  let p = start;
  if (p < end && bytes[p] === 0x2d) p++;
  const whole = p;
  p = digitsEnd(bytes, p, end);
  if (p === whole) return ~p;
  // No number starts with a zero and goes on: what follows cannot belong to it.
  if (bytes[whole] === 0x30) p = whole + 1;
  if (p < end && bytes[p] === 0x2e) {
    const fraction = p + 1;
    p = digitsEnd(bytes, fraction, end);
    if (p === fraction) return ~p;
  }
  if (p < end && ((bytes[p] ?? 0) | 0x20) === 0x65) {
    p++;
    if (p < end && (bytes[p] === 0x2b || bytes[p] === 0x2d)) p++;
    const exponent = p;
    p = digitsEnd(bytes, exponent, end);
    if (p === exponent) return ~p;
  }
  return p;
}

function digitsEnd(bytes: Buffer, start: number, end: number): number {
  let p = start;
  while (p < end) {
    const digit = (bytes[p] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    p++;
  }
  return p;
}
