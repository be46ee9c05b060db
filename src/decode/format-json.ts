import type { Format, LineParser, ParseResult } from "./formats.ts";
import { JsonScanner } from "./json-scan.ts";
import { JsonShapes } from "./json-shapes.ts";
import { ScalarList } from "./scalar-list.ts";
import { quotedBytes } from "./printable.ts";
import type { Slots } from "./slots.ts";
import type { FieldTree } from "./field-tree.ts";

/** JSON lines: each line one object, as strict as `JSON.parse`. */
export const jsonFormat: Format<"json"> = {
  make: (_options, tree, slots) => {
    const parser = new JsonParser(tree, slots);
    return () => parser;
  },
};

/** Parser of JSON lines, without state per file. */
export class JsonParser implements LineParser {
  readonly selfDelimiting = true;
  readonly #values = new ScalarList();
  readonly #scanner: JsonScanner;
  readonly #shapes: JsonShapes;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(tree: FieldTree, slots: Slots) {
    this.#scanner = new JsonScanner(tree.root, slots, this.#values);
    this.#shapes = new JsonShapes(slots);
  }

  parse(bytes: Buffer, start: number, end: number): ParseResult {
    if (this.#shapes.read(bytes, start, end)) return "values";
    this.#values.clear(this.#shapes.mayLearn());
    if (this.#scanner.scan(bytes, start, end)) {
      if (this.#values.isComplete) this.#shapes.learn(bytes, start, end, this.#values);
      return "values";
    }
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    return "malformed";
  }

  get fault(): string {
    const at = this.#scanner.at;
    if (at >= this.#end) return "the JSON object is incomplete";
    const shown = quotedBytes(this.#bytes, at, this.#end, 12);
    return at === this.#start
      ? `expected a JSON object, found ${shown}`
      : `invalid JSON at byte ${at - this.#start + 1}: ${shown}`;
  }

  fieldsOf(line: string): unknown {
    // Bare words that Python writes are values here; inside of a string it does not matter. No look-behind, which would go
    // back over a run of blanks from each of them.
    return JSON.parse(line.replaceAll(/([:,[]\s*)-?(?:NaN|Infinity)(?=\s*[,}\]])/gu, "$1null"));
  }

  save(): undefined {
    return undefined;
  }
}
