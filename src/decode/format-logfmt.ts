import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, ParseResult } from "./formats.ts";
import { quotedBytes } from "./printable.ts";
import { slotKind, type Slots } from "./slots.ts";
import { hex4, isSimpleEscape } from "./unescape.ts";
import type { FieldTree } from "./field-tree.ts";

/**
 * logfmt: `key=value` pairs separated by spaces; a value with spaces is quoted, with JSON's escapes. A bare `key`, `key=`
 * and `key=""` are missing values. Of equal keys the last one counts.
 */
export const logfmtFormat: Format<"logfmt"> = {
  make: (_options, tree, slots) => {
    const parser = new LogfmtParser(tree, slots);
    return () => parser;
  },
};

class LogfmtParser implements LineParser {
  readonly selfDelimiting = false;
  readonly #names: FlatNames;
  readonly #slots: Slots;
  #escaped = false;
  #fault = "";

  constructor(tree: FieldTree, slots: Slots) {
    this.#names = new FlatNames(tree);
    this.#slots = slots;
  }

  get fault(): string {
    return this.#fault;
  }

  parse(bytes: Buffer, start: number, end: number): ParseResult {
    const slots = this.#slots;
    slots.clear(bytes);
    let p = start;
    for (;;) {
      while (p < end && isSpace(bytes[p])) p++;
      if (p >= end) return "values";
      const key = p;
      while (p < end && !isSpace(bytes[p]) && bytes[p] !== 0x3d && bytes[p] !== 0x22) p++;
      if (p === key) return this.#malformed("expected a key", bytes, p, end);
      if (p < end && bytes[p] === 0x22) return this.#malformed("unexpected quote in key", bytes, key, end);
      const slot = this.#names.find(bytes, key, p);
      if (slot >= 0) slots.set(slot, slotKind.missing, p, p);
      if (p >= end || bytes[p] !== 0x3d) continue;
      const value = ++p;
      if (p < end && bytes[p] === 0x22) {
        p = this.#quoteEnd(bytes, value + 1, end);
        if (p < 0)
          return this.#malformed("a quoted value without a closing quote or with an invalid escape", bytes, key, end);
        if (slot >= 0) slots.setCell(slot, this.#escaped ? slotKind.escaped : slotKind.text, value + 1, p);
        p++;
        if (p < end && !isSpace(bytes[p]))
          return this.#malformed("expected a space after the closing quote", bytes, p, end);
        continue;
      }
      while (p < end && !isSpace(bytes[p])) {
        if (bytes[p] === 0x22) return this.#malformed("unexpected quote in value", bytes, key, end);
        p++;
      }
      if (slot >= 0) slots.setCell(slot, slotKind.text, value, p);
    }
  }

  fieldsOf(line: string): unknown {
    const keys = [...line.matchAll(/(?<=^|[ \t])([^ \t="]+)(?:="(?:[^"\\]|\\.)*")?/gu)];
    return Object.fromEntries(keys.map(([, key = ""]) => [key, undefined]));
  }

  save(): undefined {
    return undefined;
  }

  #quoteEnd(bytes: Buffer, start: number, end: number): number {
    this.#escaped = false;
    for (let p = start; p < end; p++) {
      const byte = bytes[p] ?? 0;
      if (byte === 0x22) return p;
      if (byte !== 0x5c) continue;
      this.#escaped = true;
      p++;
      const escape = p < end ? (bytes[p] ?? 0) : 0;
      if (escape === 0x75) {
        if (hex4(bytes, p + 1, end) < 0) return -1;
        p += 4;
      } else if (!isSimpleEscape(escape)) {
        return -1;
      }
    }
    return -1;
  }

  #malformed(what: string, bytes: Buffer, at: number, end: number): ParseResult {
    this.#fault = `${what}: ${quotedBytes(bytes, at, end, 20)}`;
    return "malformed";
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}
