import { canonicalClass } from "./canonical-class.ts";
import { unescapeText } from "./unescape.ts";

const entries = 4096;
const width = 64;
/** The replacement character, which decoders substitute for invalid bytes and escapes. */
export const replacement = "\ufffd";
/** Flags of an entry: the same bytes may give another text for a class, or when escaped. */
const classBit = 1;
const escapedBit = 2;

// One cache for the whole process: its arrays are then constants of the compiled code, which halves the cost of a lookup.
const arena = Buffer.alloc(entries * width);
const arenaView = new DataView(arena.buffer, arena.byteOffset, arena.length);
/** Length and flags of each entry in one number; 0 for an empty entry. */
const shapes = new Uint16Array(entries);
const texts = new Array<string>(entries).fill("");

/**
 * Decodes the value `[start, end)`, a class to its canonical name; `view` is a view on `bytes`. Undefined when the text
 * holds U+FFFD, which would merge different damaged values. Equal bytes mostly give the same string object: labels and
 * classes have few values, and a hash and a compare cost a tenth of a new string. A colliding value replaces the entry,
 * so memory is bounded; a value longer than an entry is decoded every time.
 */
export function internText(
  bytes: Buffer,
  view: DataView,
  start: number,
  end: number,
  isEscaped: boolean,
  isClass: boolean,
): string | undefined {
  const length = end - start;
  if (length > width) return decode(bytes, start, end, isEscaped, isClass);
  const shape = (length << 4) | (isClass ? classBit : 0) | (isEscaped ? escapedBit : 0);
  // A few bytes make a sufficient hash, since the whole value is compared anyway.
  let hash = shape;
  if (length >= 4) {
    const middle = view.getInt32(start + ((length - 4) >> 1), true);
    hash ^= Math.imul(view.getInt32(start, true), 0x2c1b3c6d) ^ Math.imul(middle, 0x297a2d39);
    hash = Math.imul(hash ^ view.getInt32(end - 4, true), 0x01000193);
  } else {
    for (let p = start; p < end; p++) hash = Math.imul(hash ^ view.getUint8(p), 0x01000193);
  }
  // Values that differ only in their last character ("model-0", "model-1") differ only in the topmost bits. The finalizer
  // of MurmurHash3 spreads them over the low bits, so that such values do not evict each other on every line.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  const entry = (hash ^ (hash >>> 16)) & (entries - 1);
  if (shapes[entry] === shape && isEntry(view, start, end, entry * width)) return texts[entry] ?? "";
  const text = decode(bytes, start, end, isEscaped, isClass);
  if (text === undefined) return undefined;
  shapes[entry] = shape;
  bytes.copy(arena, entry * width, start, end);
  texts[entry] = text;
  return text;
}

function isEntry(view: DataView, start: number, end: number, entry: number): boolean {
  const last = end - 4;
  if (last < start) {
    for (let p = start, at = entry; p < end; p++, at++) if (view.getUint8(p) !== arenaView.getUint8(at)) return false;
    return true;
  }
  // The last word overlaps the one before when the length is no multiple of 4.
  for (let p = start, at = entry; p < last; p += 4, at += 4) {
    if (view.getInt32(p) !== arenaView.getInt32(at)) return false;
  }
  return view.getInt32(last) === arenaView.getInt32(entry + last - start);
}

function decode(bytes: Buffer, start: number, end: number, isEscaped: boolean, isClass: boolean): string | undefined {
  const text = isEscaped ? unescapeText(bytes, start, end) : bytes.toString("utf8", start, end);
  if (text.includes(replacement)) return undefined;
  return isClass ? canonicalClass(text) : text;
}
