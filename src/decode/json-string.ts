import { hex4, isSimpleEscape } from "./unescape.ts";

/** The place of the first quote, backslash or control character in `[start, end)`, or `end`. */
export function plainEnd(bytes: Buffer, view: DataView, start: number, end: number): number {
  let p = start;
  for (; p + 4 <= end; p += 4) {
    // Four bytes at once: a byte becomes 0 where it is the one looked for, and taking 1 from it sets its highest bit.
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

/** Goes on from a backslash: the place of the quote that ends the string, or of what is no valid string, or `end`. */
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
