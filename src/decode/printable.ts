import { isUtf8 } from "node:buffer";

/** What cannot be seen, or steers what is seen: controls, formats (bidirectional, of no width), line separators. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The text as it may be shown to a person: what cannot be seen stands as `\u{202e}`. */
export function shownText(text: string): string {
  return text.replace(unseen, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Bytes of a line as they may be shown to a person: as `shownText`, and a byte that is no UTF-8 stands as `\xff`. */
export function shownBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return shownText(bytes.toString());
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const letter = bytes.subarray(at, at + letterBytes(bytes[at] ?? 0));
    const isLetter = isUtf8(letter);
    text += isLetter ? shownText(letter.toString()) : `\\x${(letter[0] ?? 0).toString(16)}`;
    at += isLetter ? letter.length : 1;
  }
  return text;
}

/** The bytes from `start` on as they stand in a message: in quotes, at most `most` of them, and no letter in part. */
export function quoted(bytes: Buffer, start: number, end: number, most: number): string {
  return JSON.stringify(bytes.toString("utf8", start, cutBefore(bytes, start, end, most)));
}

/** Where `[start, end)` ends when it is cut to at most `most` bytes, so that no letter is cut in two. */
export function cutBefore(bytes: Buffer, start: number, end: number, most: number): number {
  if (end - start <= most) return end;
  let stop = start + most;
  while (stop > start + most - 3 && isInsideLetter(bytes[stop])) stop--;
  return stop;
}

function isInsideLetter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** How many bytes the letter has that begins with this one, if it is a letter. */
function letterBytes(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
