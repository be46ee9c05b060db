const quote = 0x22;
const backslash = 0x5c;
const hex = Buffer.from("0123456789abcdef");

/** Writes JSON into bytes that grow, since a string of V8 ends at 512 MiB. */
export class JsonWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(capacity, 64));
  }

  /** What was written; valid until more is. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes ASCII as it stands. */
  raw(text: string): void {
    this.#makeRoom(text.length);
    this.#length += this.#bytes.write(text, this.#length, "latin1");
  }

  /** Writes the text `[start, end)` as a string. */
  string(text: Buffer, start: number, end: number): void {
    this.#add(quote);
    for (let p = start; p < end; p++) {
      const byte = text[p] ?? 0;
      if (byte < 0x20) {
        this.raw("\\u00");
        this.#add(hex[byte >> 4] ?? 0);
        this.#add(hex[byte & 15] ?? 0);
        continue;
      }
      if (byte === quote || byte === backslash) this.#add(backslash);
      this.#add(byte);
    }
    this.#add(quote);
  }

  #add(byte: number): void {
    if (this.#length === this.#bytes.length) this.#makeRoom(1);
    this.#bytes[this.#length++] = byte;
  }

  #makeRoom(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * this.#bytes.length + length);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
