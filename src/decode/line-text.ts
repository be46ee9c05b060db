/** Finds the start of a line's text, after NUL bytes (copytruncate leaves them) and a byte order mark. */
export function textStart(bytes: Buffer, start: number, end: number): number {
  let p = start;
  while (p < end && bytes[p] === 0) p++;
  return p + 2 < end && bytes[p] === 0xef && bytes[p + 1] === 0xbb && bytes[p + 2] === 0xbf ? p + 3 : p;
}

/** Tells whether a line holds nothing but blanks and NUL bytes. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let p = start; p < end; p++) {
    const byte = bytes[p] ?? 0;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0 && (byte < 0x09 || byte > 0x0d))) return false;
  }
  return true;
}
