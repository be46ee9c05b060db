const simple = new Uint8Array(128);
for (const [escape, byte] of [
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
] as const) {
  simple[escape.charCodeAt(0)] = byte.charCodeAt(0);
}

/** Tells whether `\` and this byte are a single-character escape (so not `\u`). */
export function isSimpleEscape(byte: number): boolean {
  return byte < 128 && simple[byte] !== 0;
}

/** Parses four hexadecimal digits; -1 when they are none. */
export function hex4(bytes: Buffer, start: number, end: number): number {
  if (start + 4 > end) return -1;
  let value = 0;
  for (let p = start; p < start + 4; p++) {
    const byte = bytes[p] ?? 0;
    let digit = byte - 0x30;
    if (digit < 0 || digit > 9) {
      digit = (byte | 0x20) - 0x61 + 10;
      if (digit < 10 || digit > 15) return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

/**
 * Unescapes `[start, end)` into `out` at `at`, in UTF-8, and returns the end index there. The escapes must be valid. The
 * result is never longer than the escaped form; a lone surrogate becomes U+FFFD, as in every output.
 */
export function unescapeInto(bytes: Buffer, start: number, end: number, out: Buffer, at: number): number {
  let o = at;
  for (let p = start; p < end;) {
    const byte = bytes[p++] ?? 0;
    if (byte !== 0x5c) {
      out[o++] = byte;
      continue;
    }
    const escape = bytes[p++] ?? 0;
    if (escape !== 0x75) {
      out[o++] = simple[escape] ?? 0;
      continue;
    }
    let code = hex4(bytes, p, end);
    p += 4;
    if (code >= 0xd800 && code < 0xe000) {
      const low = bytes[p] === 0x5c && bytes[p + 1] === 0x75 ? hex4(bytes, p + 2, end) : -1;
      if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + (code - 0xd800) * 0x400 + (low - 0xdc00);
        p += 6;
      } else {
        code = 0xfffd;
      }
    }
    o = writeUtf8(code, out, o);
  }
  return o;
}

function writeUtf8(code: number, out: Buffer, at: number): number {
  if (code < 0x80) {
    out[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    out[at] = 0xc0 | (code >> 6);
    out[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code < 0x10000) {
    out[at] = 0xe0 | (code >> 12);
    out[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    out[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  out[at] = 0xf0 | (code >> 18);
  out[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  out[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  out[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}

/** Unescapes `[start, end)` to a string; the escapes must be valid. */
export function unescapeText(bytes: Buffer, start: number, end: number): string {
  const out = Buffer.allocUnsafe(end - start);
  return out.toString("utf8", 0, unescapeInto(bytes, start, end, out, 0));
}
