import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, Parsed } from "./formats.ts";
import type { Slots } from "./slots.ts";
import type { Wanted } from "./field-tree.ts";

/**
 * A regular expression with named groups; a group's name is the key. A line that does not match is malformed; a group
 * that took no part or matched nothing says nothing.
 */
export const regexFormat: Format<"regex"> = {
  make: ({ pattern }, wanted, slots) => {
    const parser = new RegexParser(pattern, wanted, slots);
    return () => parser;
  },
};

class RegexParser implements LineParser {
  readonly selfDelimiting = false;
  readonly fault: string;
  readonly #pattern: RegExp;
  readonly #names: readonly (readonly [name: string, slot: number])[];
  readonly #slots: Slots;

  constructor(pattern: RegExp, wanted: Wanted, slots: Slots) {
    // A pattern with g or y remembers where it stopped: each line must be looked at from its start.
    this.#pattern = new RegExp(pattern.source, pattern.flags.replace(/[gy]/gu, ""));
    this.#names = [...new FlatNames(wanted).entries()];
    this.#slots = slots;
    this.fault = `does not match ${String(pattern)}`;
  }

  parse(bytes: Buffer, start: number, end: number): Parsed {
    this.#slots.clear(bytes);
    const match = this.#pattern.exec(bytes.toString("utf8", start, end));
    if (match === null) return "malformed";
    for (const [name, slot] of this.#names) {
      const text = match.groups !== undefined && Object.hasOwn(match.groups, name) ? match.groups[name] : undefined;
      if (text !== undefined) this.#slots.setText(slot, text);
    }
    return "values";
  }

  save(): undefined {
    return undefined;
  }
}
