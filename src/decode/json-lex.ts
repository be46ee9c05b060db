import { hex4, isSimpleEscape } from "./unescape.ts";

/** Index of the first quote, backslash or control character in `[start, end)`, or `end`. */
export function plainEnd(bytes: Buffer, view: DataView, start: number, end: number): number {
  let p = start;
  for (; p + 4 <= end; p += 4) {
    // Four bytes at once: XOR zeroes a matching byte, and subtracting 1 from it sets its highest bit.
    const word = view.getInt32(p, true);
    const quote = word ^ 0x22222222;
    const slash = word ^ 0x5c5c5c5c;
    const hits =
      (((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash) | ((word - 0x20202020) & ~word)) & 0x80808080;
    if (hits !== 0) return p + ((31 - Math.clz32(hits & -hits)) >> 3);
  }
  for (; p < end; p++) {
    const byte = bytes[p] ?? 0;
    if (byte === 0x22 || byte === 0x5c || byte < 0x20) break;
  }
  return p;
}

/** Index of the closing quote of a string whose backslash is at `start`; the first invalid byte or `end` without one. */
export function escapedEnd(bytes: Buffer, view: DataView, start: number, end: number): number {
  let p = start;
  while (p < end && bytes[p] === 0x5c) {
    const escape = p + 1 < end ? (bytes[p + 1] ?? 0) : 0;
    if (escape === 0x75) {
      if (hex4(bytes, p + 2, end) < 0) return p;
      p += 6;
    } else if (isSimpleEscape(escape)) {
      p += 2;
    } else {
      return p;
    }
    p = plainEnd(bytes, view, p, end);
  }
  return p;
}

/** End of the JSON number at `start`; the complement (`~`) of the first invalid index when there is none. */
export function numberEnd(bytes: Buffer, start: number, end: number): number {
  let p = start;
  if (p < end && bytes[p] === 0x2d) p++;
  const whole = p;
  p = digitsEnd(bytes, p, end);
  if (p === whole) return ~p;
  // A leading zero ends the integer part.
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

/** Returns where JSON's blanks from `start` on end. */
export function skipSpace(bytes: Buffer, start: number, end = bytes.length): number {
  let p = start;
  while (p < end) {
    const byte = bytes[p] ?? 0;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    p++;
  }
  return p;
}
