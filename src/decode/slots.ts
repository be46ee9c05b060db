import { bareWordAt, isBareWord, longestBareWord, type BareWord } from "./non-finite.ts";
import { classText } from "./canonical-class.ts";
import { internText, replacement } from "./intern.ts";
import { slotKind } from "./slot-kind.ts";

/**
 * The values of the wanted keys of one line, as byte ranges: nothing is decoded before somebody asks for it.
 * One is kept per format and filled anew for every line.
 */
export class Slots {
  /** What `starts` and `ends` count in. */
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes, to be read by words. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** One of `slotKind` per slot. */
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  /** Exclusive. */
  readonly ends: Int32Array;
  readonly texts: string[];

  constructor(size: number) {
    this.kinds = new Uint8Array(size);
    this.starts = new Int32Array(size);
    this.ends = new Int32Array(size);
    this.texts = new Array<string>(size).fill("");
  }

  /** Empties all slots for a line that stands in `bytes`. */
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

  setBare(slot: number, word: BareWord): void {
    this.kinds[slot] = slotKind.bare;
    this.texts[slot] = word;
  }

  /** Sets a whole value of a format that is all text. */
  setCell(slot: number, kind: number, start: number, end: number): void {
    const word = end - start <= longestBareWord ? bareWordAt(this.bytes, start, end) : undefined;
    if (start === end) this.kinds[slot] = slotKind.missing;
    else if (word?.length === end - start) this.setBare(slot, word);
    else this.set(slot, kind, start, end);
  }

  /** The same for a value that the format had to decode. */
  setText(slot: number, text: string): void {
    if (text === "") this.kinds[slot] = slotKind.missing;
    else if (isBareWord(text)) this.setBare(slot, text);
    else {
      this.kinds[slot] = slotKind.decoded;
      this.texts[slot] = text;
    }
  }

  /**
   * The text of a slot that holds a scalar, numbers as they are spelt: the same string object for the same bytes,
   * mostly. undefined when a letter of it was lost: it is no UTF-8, or an earlier program wrote U+FFFD in its place.
   */
  text(slot: number): string | undefined {
    return this.#text(slot, false);
  }

  /** The same for a class, which has one spelling. */
  className(slot: number): string | undefined {
    return this.#text(slot, true);
  }

  #text(slot: number, isClass: boolean): string | undefined {
    const kind = this.kinds[slot] ?? 0;
    if (kind === slotKind.decoded || kind === slotKind.bare) {
      const text = this.texts[slot] ?? "";
      if (text.includes(replacement)) return undefined;
      return isClass ? classText(text) : text;
    }
    return internText(this.bytes, this.view, this.starts[slot] ?? 0, this.ends[slot] ?? 0, kind, isClass);
  }
}
