/** How the value in a slot is to be read. */
export const slotKind = {
  /** Not in the line, or JSON null, or an empty value without quotes in a format that is all text. */
  missing: 0,
  /** A string: its bytes as they stand in the line. */
  text: 1,
  /** A string with JSON escapes in its bytes. */
  escaped: 2,
  /** A number, spelled as JSON spells it. */
  number: 3,
  /** `true` or `false`. */
  boolean: 4,
  /** An object or array: not a value that can be read. */
  nested: 5,
  /** A string that the format had to decode: it stands in `texts`. */
  decoded: 6,
} as const;

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
}
