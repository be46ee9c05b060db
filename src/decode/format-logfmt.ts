import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, Parsed } from "./formats.ts";
import { quoted } from "./printable.ts";
import { slotKind } from "./slot-kind.ts";
import type { Slots } from "./slots.ts";
import { hex4, isSimpleEscape } from "./unescape.ts";
import type { Wanted } from "./field-tree.ts";

/**
 * logfmt: `key=value` pairs between spaces; a value with spaces stands in quotes, with JSON's escapes. A bare `key`,
 * `key=` and `key=""` say nothing. Of equal keys the last one counts.
 */
export const logfmtFormat: Format<"logfmt"> = {
  make: (_options, wanted, slots) => {
    const parser = new LogfmtParser(wanted, slots);
    return () => parser;
  },
};

class LogfmtParser implements LineParser {
  readonly selfDelimiting = false;
  readonly #names: FlatNames;
  readonly #slots: Slots;
  #escaped = false;
  #fault = "";

  constructor(wanted: Wanted, slots: Slots) {
    this.#names = new FlatNames(wanted);
    this.#slots = slots;
  }

  get fault(): string {
    return this.#fault;
  }

  parse(bytes: Buffer, start: number, end: number): Parsed {
    const slots = this.#slots;
    slots.clear(bytes);
    let p = start;
    for (;;) {
      while (p < end && isSpace(bytes[p])) p++;
      if (p >= end) return "values";
      const key = p;
      while (p < end && !isSpace(bytes[p]) && bytes[p] !== 0x3d && bytes[p] !== 0x22) p++;
      if (p === key) return this.#malformed("expected a key", bytes, p, end);
      if (p < end && bytes[p] === 0x22) return this.#malformed("unexpected quote in a key", bytes, key, end);
      const slot = this.#names.find(bytes, key, p);
      if (slot >= 0) slots.set(slot, slotKind.missing, p, p);
      if (p >= end || bytes[p] !== 0x3d) continue;
      const value = ++p;
      if (p < end && bytes[p] === 0x22) {
        p = this.#quoteEnd(bytes, value + 1, end);
        if (p < 0) return this.#malformed("a quoted value has no end or a bad escape", bytes, key, end);
        if (slot >= 0) slots.setCell(slot, this.#escaped ? slotKind.escaped : slotKind.text, value + 1, p);
        p++;
        if (p < end && !isSpace(bytes[p])) return this.#malformed("expected a space after a quote", bytes, p, end);
        continue;
      }
      while (p < end && !isSpace(bytes[p])) {
        if (bytes[p] === 0x22) return this.#malformed("unexpected quote in a value", bytes, key, end);
        p++;
      }
      if (slot >= 0) slots.setCell(slot, slotKind.text, value, p);
    }
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

  #malformed(what: string, bytes: Buffer, at: number, end: number): Parsed {
    this.#fault = `${what}: ${quoted(bytes, at, end, 20)}`;
    return "malformed";
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}
