import { isNonFinite, maxNonFiniteLength, nonFiniteAt, type NonFinite } from "./non-finite.ts";
import { canonicalClass } from "./canonical-class.ts";
import { internText, replacement } from "./intern.ts";

/** Kinds of values in slots, each with its way of reading. */
export const slotKind = {
  /** Absent, JSON null, or an empty value of a text-only format. */
  missing: 0,
  /** A string without escapes: its bytes in the line. */
  text: 1,
  /** A string whose bytes hold JSON escapes. */
  escaped: 2,
  /** A number in JSON syntax. */
  number: 3,
  /** `true` or `false`. */
  boolean: 4,
  /** An object, which no field can be. */
  object: 5,
  /** A string decoded by the format, in `texts`. */
  decoded: 6,
  /** Unquoted `NaN`, `Infinity` or `-Infinity`, in `texts`. */
  nonFinite: 7,
  /** An array, which a field can be only if it is that of its one scalar element. */
  array: 8,
  /** A value that cannot be unpacked; the fault is in `texts`. */
  broken: 9,
} as const;

/** Tells whether a kind is that of an object or array. */
export function isNested(kind: number): boolean {
  return kind === slotKind.object || kind === slotKind.array;
}

/**
 * Byte ranges of one line's field values, decoded on demand. One instance per format, refilled for every line.
 */
export class Slots {
  /** The buffer that `starts` and `ends` index. */
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes, for reading words. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** A `slotKind` per slot. */
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  /** Exclusive. */
  readonly ends: Int32Array;
  readonly texts: string[];
  /** True when scores and times may have a decimal comma. */
  hasDecimalComma = false;

  constructor(size: number) {
    this.kinds = new Uint8Array(size);
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    this.texts = new Array<string>(size).fill("");
  }

  /** Empties all slots before a line of `bytes` is parsed. */
  clear(bytes: Buffer): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const kinds = this.kinds;
    for (let slot = 0; slot < kinds.length; slot++) kinds[slot] = 0;
  }

  set(slot: number, kind: number, start: number, end: number): void {
    this.kinds[slot] = kind;
    this.starts[slot] = start;
    this.ends[slot] = end;
  }

  copy(from: number, to: number): void {
    this.set(to, this.kinds[from] ?? slotKind.missing, this.starts[from] ?? 0, this.ends[from] ?? 0);
    this.texts[to] = this.texts[from] ?? "";
  }

  setNonFinite(slot: number, word: NonFinite): void {
    this.kinds[slot] = slotKind.nonFinite;
    this.texts[slot] = word;
  }

  /** Sets a fault in place of a value. */
  setBroken(slot: number, fault: string): void {
    this.kinds[slot] = slotKind.broken;
    this.texts[slot] = fault;
  }

  /** Sets a value that stands in another buffer than the line's. */
  setDecoded(slot: number, text: string): void {
    this.kinds[slot] = slotKind.decoded;
    this.texts[slot] = text;
  }

  /** Sets a complete value of a text-only format. */
  setCell(slot: number, kind: number, start: number, end: number): void {
    const word = end - start <= maxNonFiniteLength ? nonFiniteAt(this.bytes, start, end) : undefined;
    if (start === end) this.kinds[slot] = slotKind.missing;
    else if (word?.length === end - start) this.setNonFinite(slot, word);
    else this.set(slot, kind, start, end);
  }

  /** Sets a complete value that a text-only format decoded. */
  setText(slot: number, text: string): void {
    if (text === "") this.kinds[slot] = slotKind.missing;
    else if (isNonFinite(text)) this.setNonFinite(slot, text);
    else this.setDecoded(slot, text);
  }

  /**
   * Text of a scalar slot, numbers as written. Equal bytes mostly give the same string object. Undefined when a
   * character is lost: the bytes are not UTF-8 or hold U+FFFD.
   */
  text(slot: number): string | undefined {
    return this.#text(slot, false);
  }

  /** Canonical class name of a scalar slot; undefined as for `text`. */
  className(slot: number): string | undefined {
    return this.#text(slot, true);
  }

  #text(slot: number, isClass: boolean): string | undefined {
    const kind = this.kinds[slot] ?? 0;
    if (kind === slotKind.decoded || kind === slotKind.nonFinite) {
      const text = this.texts[slot] ?? "";
      if (text.includes(replacement)) return undefined;
      return isClass ? canonicalClass(text) : text;
    }
    const isEscaped = kind === slotKind.escaped;
    return internText(this.bytes, this.view, this.starts[slot] ?? 0, this.ends[slot] ?? 0, isEscaped, isClass);
  }
}
