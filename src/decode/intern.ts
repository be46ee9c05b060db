import { numberText } from "./number.ts";
import { slotKind } from "./slots.ts";
import { unescapeText } from "./unescape.ts";

const entries = 4096;
const width = 64;

/**
 * Makes strings of values, and gives the same string object again for the same bytes: the values of labels and
 * classes are few, and a hash and a compare cost a tenth of a new string. An entry whose place is wanted by another
 * value gives way, so the memory is bounded whatever comes; a value longer than an entry is decoded every time.
 */
export class Interner {
  readonly #bytes = Buffer.alloc(entries * width);
  /** Length and kind of each entry in one number, 0 for none. */
  readonly #shapes = new Uint16Array(entries);
  readonly #texts = new Array<string>(entries).fill("");

  /** The text of the value of this `slotKind` in the bytes `[start, end)`: a string as it is, a number canonical. */
  text(bytes: Buffer, start: number, end: number, kind: number): string {
    const length = end - start;
    if (length > width) return decode(bytes, start, end, kind);
    let hash = kind;
    for (let p = start; p < end; p++) hash = Math.imul(hash ^ (bytes[p] ?? 0), 0x01000193);
    const entry = (hash ^ (hash >>> 15)) & (entries - 1);
    const shape = (length << 4) | kind;
    const at = entry * width;
    if (this.#shapes[entry] === shape) {
      let i = 0;
      while (i < length && this.#bytes[at + i] === bytes[start + i]) i++;
      if (i === length) return this.#texts[entry] ?? "";
    }
    const text = decode(bytes, start, end, kind);
    this.#shapes[entry] = shape;
    bytes.copy(this.#bytes, at, start, end);
    this.#texts[entry] = text;
    return text;
  }
}

function decode(bytes: Buffer, start: number, end: number, kind: number): string {
  if (kind === slotKind.number) return numberText(bytes, start, end);
  if (kind === slotKind.escaped) return unescapeText(bytes, start, end);
  return bytes.toString("utf8", start, end);
}
