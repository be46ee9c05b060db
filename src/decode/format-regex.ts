import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, ParseResult } from "./formats.ts";
import type { Slots } from "./slots.ts";
import type { FieldTree } from "./field-tree.ts";

/**
 * A regular expression whose named groups are the keys. A line that does not match is malformed; a group that matched
 * nothing is a missing value.
 */
export const regexFormat: Format<"regex"> = {
  make: ({ pattern }, tree, slots) => {
    const parser = new RegexParser(pattern, tree, slots);
    return () => parser;
  },
};

class RegexParser implements LineParser {
  readonly selfDelimiting = false;
  readonly fault: string;
  readonly #pattern: RegExp;
  readonly #names: readonly (readonly [name: string, slot: number])[];
  readonly #slots: Slots;

  constructor(pattern: RegExp, tree: FieldTree, slots: Slots) {
    // Flags g and y would keep the last index; each line is matched from its start.
    this.#pattern = new RegExp(pattern.source, pattern.flags.replace(/[gy]/gu, ""));
    this.#names = [...new FlatNames(tree).entries()];
    this.#slots = slots;
    this.fault = `does not match ${String(pattern)}`;
  }

  parse(bytes: Buffer, start: number, end: number): ParseResult {
    this.#slots.clear(bytes);
    const match = this.#pattern.exec(bytes.toString("utf8", start, end));
    if (match === null) return "malformed";
    for (const [name, slot] of this.#names) {
      const text = match.groups !== undefined && Object.hasOwn(match.groups, name) ? match.groups[name] : undefined;
      if (text !== undefined) this.#slots.setText(slot, text);
    }
    return "values";
  }

  fieldsOf(line: string): unknown {
    return { ...this.#pattern.exec(line)?.groups };
  }

  save(): undefined {
    return undefined;
  }
}
