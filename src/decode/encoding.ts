import { isAscii } from "node:buffer";
import { TextDecoder } from "node:util";
import type { RejectReason, SkipReason } from "./event.ts";
import type { Content } from "./wrappers.ts";

/** Turns lines of another encoding into UTF-8. */
export class Recoder implements Content {
  readonly #content: Content;
  readonly #name: string;
  readonly #strict: TextDecoder;
  readonly #lenient: TextDecoder;
  /** False for an encoding in which bytes of ASCII may stand for other characters. */
  readonly #holdsAscii: boolean;

  /** `encoding` is a label of `TextDecoder`. */
  constructor(content: Content, encoding: string) {
    this.#content = content;
    this.#name = encoding;
    this.#strict = new TextDecoder(encoding, { fatal: true });
    this.#lenient = new TextDecoder(encoding);
    this.#holdsAscii = this.#strict.encoding !== "iso-2022-jp";
  }

  line(bytes: Buffer, start: number, end: number, time: number): void {
    const line = bytes.subarray(start, end);
    if (this.#isAscii(line)) {
      this.#content.line(bytes, start, end, time);
      return;
    }
    const text = this.#decode(line);
    if (text === undefined) {
      const detail = `the line is not ${this.#name}, which is the \`encoding\` of its source`;
      this.#content.rejected("bad_encoding", bytes, start, end, detail);
    } else this.#content.line(text, 0, text.length, time);
  }

  wholeLine(bytes: Buffer, start: number, end: number, time: number): boolean {
    const line = bytes.subarray(start, end);
    if (this.#isAscii(line)) return this.#content.wholeLine(bytes, start, end, time);
    const text = this.#decode(line);
    return text !== undefined && this.#content.wholeLine(text, 0, text.length, time);
  }

  skipped(reason: SkipReason): void {
    this.#content.skipped(reason);
  }

  rejected(reason: RejectReason, bytes: Buffer, start: number, end: number, detail: string): void {
    const text = this.shown(bytes.subarray(start, end));
    this.#content.rejected(reason, text, 0, text.length, detail);
  }

  /** The text of a line for messages, which may be cut short. */
  shown(line: Buffer): Buffer {
    return Buffer.from(toText(this.#lenient, line));
  }

  #isAscii(line: Buffer): boolean {
    return this.#holdsAscii && isAscii(line);
  }

  #decode(line: Buffer): Buffer | undefined {
    try {
      return Buffer.from(toText(this.#strict, line));
    } catch {
      return undefined;
    }
  }
}

/** Characters of windows-1252 from 0x80 to 0x9f. */
const upperControls = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Decodes a line; windows-1252 by itself, since some versions of Node take ISO 8859-1 for it. */
function toText(decoder: TextDecoder, line: Buffer): string {
  if (decoder.encoding !== "windows-1252") return decoder.decode(line);
  const units = Buffer.allocUnsafe(2 * line.length);
  for (let at = 0; at < line.length; at++) {
    const byte = line[at] ?? 0;
    units.writeUInt16LE(byte >= 0x80 && byte < 0xa0 ? upperControls.charCodeAt(byte - 0x80) : byte, 2 * at);
  }
  return units.toString("utf16le");
}
