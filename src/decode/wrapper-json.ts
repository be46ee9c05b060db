import { findField, type Field } from "./field.ts";
import { FieldTree } from "./field-tree.ts";
import { JsonParser } from "./format-json.ts";
import { valueEnd } from "./json-walk.ts";
import { slotKind, Slots } from "./slots.ts";
import { unescapeInto } from "./unescape.ts";
import { Unpackers } from "./unpackers.ts";
import type { Content, Unwrapper } from "./wrappers.ts";

/** Parser of JSON objects that carry lines of a program in a field, shared by all files of a source. */
export class JsonCarrier {
  readonly slots: Slots;
  readonly parser: JsonParser;
  readonly field: Field;
  /** The unescaped text of the current line. */
  #scratch = Buffer.alloc(4096);

  constructor(path: readonly string[]) {
    const tree = new FieldTree();
    this.field = findField({ kind: "path", path }, tree, new Unpackers());
    this.slots = new Slots(tree.size);
    this.parser = new JsonParser(tree, this.slots);
  }

  /** Makes room for a text; valid until the next call. */
  scratch(length: number): Buffer {
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafe(2 * length);
    return this.#scratch;
  }
}

/**
 * Unwraps lines that log shippers put into a field of a JSON object, `{"message":"<line>", ...}`. An object in place of
 * the text is the line itself; a field without either holds no line.
 */
export class JsonUnwrapper implements Unwrapper {
  /** No line is in parts. */
  readonly partials = [];
  readonly #carrier: JsonCarrier;
  readonly #content: Content;

  constructor(carrier: JsonCarrier, content: Content) {
    this.#carrier = carrier;
    this.#content = content;
  }

  line(bytes: Buffer, start: number, end: number): void {
    const { parser, slots, field } = this.#carrier;
    if (parser.parse(bytes, start, end) === "malformed") {
      this.#content.rejected("bad_wrapper", bytes, start, end, parser.fault);
      return;
    }
    const slot = field.slotIn(slots);
    const from = slots.starts[slot] ?? 0;
    const to = slots.ends[slot] ?? 0;
    const kind = slots.kinds[slot];
    if (kind === slotKind.text) this.#line(bytes, from, to);
    else if (kind === slotKind.escaped) {
      const text = this.#carrier.scratch(to - from);
      this.#line(text, 0, unescapeInto(bytes, from, to, text, 0));
    } else if (kind === slotKind.object) this.#line(bytes, from, valueEnd(slots, from));
    else this.#content.skipped("wrapper");
  }

  save(): undefined {
    return undefined;
  }

  #line(bytes: Buffer, start: number, to: number): void {
    let end = to;
    while (end > start && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
    this.#content.line(bytes, start, end, NaN);
  }
}
