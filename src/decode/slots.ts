import { internText } from "./intern.ts";
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

  setText(slot: number, text: string): void {
    this.kinds[slot] = slotKind.decoded;
    this.texts[slot] = text;
  }

  /** The text of a slot that holds a string, number or boolean: the same string object for the same bytes, mostly. */
  text(slot: number): string {
    const kind = this.kinds[slot] ?? 0;
    if (kind === slotKind.decoded) return this.texts[slot] ?? "";
    return internText(this.bytes, this.view, this.starts[slot] ?? 0, this.ends[slot] ?? 0, kind);
  }
}
