import { classText } from "./canonical-class.ts";
import { slotKind } from "./slot-kind.ts";
import { unescapeText } from "./unescape.ts";

const entries = 4096;
const width = 64;
/** What decoders put where bytes or escapes are no letter. */
export const replacement = "\ufffd";
/** Set in the kind of a class, whose text may be another than that of a label of the same bytes. */
const classBit = 8;

// One cache for the whole process: its arrays are then constants of the compiled code, which halves what a look costs.
const arena = Buffer.alloc(entries * width);
const arenaView = new DataView(arena.buffer, arena.byteOffset, arena.length);
/** Length and kind of each entry in one number, 0 for none. */
const shapes = new Uint16Array(entries);
const texts = new Array<string>(entries).fill("");

/**
 * The text of the value `[start, end)` of this `slotKind`, `view` being a view on `bytes`; a class in its one spelling;
 * undefined when it holds U+FFFD, by which letters that were lost are made equal. The same bytes mostly give the same string object again: the values of labels and classes are few, and a
 * hash and a compare cost a tenth of a new string. An entry whose place is wanted by another value gives way, so the
 * memory is bounded whatever comes; a value longer than an entry is decoded every time.
 */
export function internText(
  bytes: Buffer,
  view: DataView,
  start: number,
  end: number,
  kind: number,
  isClass: boolean,
): string | undefined {
  const length = end - start;
  if (length > width) return decode(bytes, start, end, kind, isClass);
  const shape = (length << 4) | (isClass ? kind | classBit : kind);
  // Few bytes make a hash that is good enough: the whole value is compared anyway.
  let hash = shape;
  if (length >= 4) {
    const middle = view.getInt32(start + ((length - 4) >> 1), true);
    hash ^= Math.imul(view.getInt32(start, true), 0x2c1b3c6d) ^ Math.imul(middle, 0x297a2d39);
    hash = Math.imul(hash ^ view.getInt32(end - 4, true), 0x01000193);
  } else {
    for (let p = start; p < end; p++) hash = Math.imul(hash ^ view.getUint8(p), 0x01000193);
  }
  // Values that differ in their last letter alone ("model-0", "model-1") differ in the topmost bits only, so all bits are
  // spread over the low ones (the finalizer of MurmurHash3): two that share an entry would drive each other out per line.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  const entry = (hash ^ (hash >>> 16)) & (entries - 1);
  if (shapes[entry] === shape && isEntry(view, start, end, entry * width)) return texts[entry] ?? "";
  const text = decode(bytes, start, end, kind, isClass);
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

function decode(bytes: Buffer, start: number, end: number, kind: number, isClass: boolean): string | undefined {
  const text = kind === slotKind.escaped ? unescapeText(bytes, start, end) : bytes.toString("utf8", start, end);
  if (text.includes(replacement)) return undefined;
  return isClass ? classText(text) : text;
}
