const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * Parses the decimal number `[start, end)` (`-1`, `0.25`, `1.7e9`) to the nearest double, as `Number` does; NaN when it is
 * none. A mantissa below 2^53 and a power of ten up to 22 are both exact, so one division or multiplication rounds once
 * (Clinger's fast path); other numbers are parsed from a string.
 */
export function parseDecimal(bytes: Buffer, start: number, end: number): number {
  let p = start;
  let negative = false;
  const sign = p < end ? (bytes[p] ?? 0) : 0;
  if (sign === 0x2d || sign === 0x2b) {
    negative = sign === 0x2d;
    p++;
  }
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  for (; p < end; p++, digits++) {
    const digit = (bytes[p] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  if (p < end && bytes[p] === 0x2e) {
    for (p++; p < end; p++, digits++, scale--) {
      const digit = (bytes[p] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
  }
  if (digits === 0) return NaN;
  if (p < end) {
    if (((bytes[p] ?? 0) | 0x20) !== 0x65) return NaN;
    p++;
    const exponentSign = p < end ? (bytes[p] ?? 0) : 0;
    if (exponentSign === 0x2d || exponentSign === 0x2b) p++;
    if (p === end) return NaN;
    let exponent = 0;
    for (; p < end; p++) {
      const digit = (bytes[p] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return NaN;
      exponent = exponent * 10 + digit;
    }
    scale += exponentSign === 0x2d ? -exponent : exponent;
  }
  if (digits > 15 || scale < -22 || scale > 22) return Number(bytes.toString("latin1", start, end));
  const power = powers[scale < 0 ? -scale : scale] ?? 1;
  const value = scale < 0 ? mantissa / power : mantissa * power;
  return negative ? -value : value;
}
