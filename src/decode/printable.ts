import { isUtf8 } from "node:buffer";

/** Invisible characters: controls, formats (bidirectional, zero-width), line separators. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Escapes invisible characters (`\u{202e}`), so that log content cannot steer a terminal. */
export function printableText(text: string): string {
  return text.replace(invisible, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Escapes invisible characters as `printableText`, and bytes that are not UTF-8 (`\xff`). */
export function printableBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return printableText(bytes.toString());
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const char = bytes.subarray(at, at + utf8Length(bytes[at] ?? 0));
    const isChar = isUtf8(char);
    text += isChar ? printableText(char.toString()) : `\\x${(char[0] ?? 0).toString(16)}`;
    at += isChar ? char.length : 1;
  }
  return text;
}

/** Quotes bytes for a message: at most `most` of them, without splitting a character. */
export function quotedBytes(bytes: Buffer, start: number, end: number, most: number): string {
  return JSON.stringify(bytes.toString("utf8", start, truncatedEnd(bytes, start, end, most)));
}

/** End of `[start, end)` truncated to at most `most` bytes without splitting a character. */
export function truncatedEnd(bytes: Buffer, start: number, end: number, most: number): number {
  if (end - start <= most) return end;
  let stop = start + most;
  while (stop > start + most - 3 && isContinuationByte(bytes[stop])) stop--;
  return stop;
}

function isContinuationByte(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Length of a UTF-8 character by its first byte. */
function utf8Length(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
