import { FlatNames } from "./flat-names.ts";
import type { Format, LineParser, ParseResult } from "./formats.ts";
import type { Pattern } from "./pattern/pattern.ts";
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
  readonly #pattern: Pattern;
  readonly #groups: readonly (readonly [group: number, slot: number])[];
  readonly #slots: Slots;

  constructor(pattern: Pattern, tree: FieldTree, slots: Slots) {
    this.#pattern = pattern;
    this.#groups = [...new FlatNames(tree).entries()].flatMap(([name, slot]) =>
      (pattern.names.get(name) ?? []).map((group) => [group, slot] as const),
    );
    this.#slots = slots;
    this.fault = `does not match ${pattern.text}`;
  }

  parse(bytes: Buffer, start: number, end: number): ParseResult {
    this.#slots.clear(bytes);
    const match = this.#pattern.exec(bytes.toString("utf8", start, end));
    if (match === null) return "malformed";
    for (const [group, slot] of this.#groups) {
      const text = match[group];
      if (text !== undefined) this.#slots.setText(slot, text);
    }
    return "values";
  }

  fieldsOf(line: string): unknown {
    const match = this.#pattern.exec(line);
    const { names } = this.#pattern;
    return Object.fromEntries([...names].map(([name, groups]) => [name, groups.flatMap((n) => match?.[n] ?? [])[0]]));
  }

  save(): undefined {
    return undefined;
  }
}
