import type { Format, LineParser, ParseResult } from "./formats.ts";
import { JsonScanner } from "./json-scan.ts";
import { skipSpace } from "./json-lex.ts";
import { JsonShapes } from "./json-shapes.ts";
import { ScalarList } from "./scalar-list.ts";
import { quotedBytes } from "./printable.ts";
import type { Slots } from "./slots.ts";
import type { FieldTree } from "./field-tree.ts";

/** Fault of the lines of a file that is one JSON array. */
export const arrayOverLines =
  "a JSON array that spans lines is not read: write each of its elements on a line of its own, jq -c '.[]' FILE";

const objectOverLines = "a JSON object that spans lines is not read: write each on a line of its own, jq -c . FILE";
const singleQuotes = "; JSON has double quotes: Python writes it with json.dumps";

/** JSON lines: each line one object, or array where paths begin in one, as strict as `JSON.parse`. */
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
  #at = 0;

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
    this.#at = this.#scanner.at;
    return "malformed";
  }

  get fault(): string {
    const at = this.#at;
    if (this.#isPartOfArray()) return arrayOverLines;
    if (at >= this.#end) {
      // Inside of an array that spans lines the objects are indented.
      const text = this.#bytes.toString("latin1", this.#start, this.#end);
      return text.trimEnd() === "{" ? objectOverLines : "the JSON object is incomplete";
    }
    const shown = quotedBytes(this.#bytes, at, this.#end, 12);
    return at === this.#start
      ? `expected a JSON object, found ${shown}${this.#bytes[at] === 0x5b ? "; paths that begin with [] read arrays" : ""}`
      : `invalid JSON at byte ${at - this.#start + 1}: ${shown}${this.#bytes[at] === 0x27 ? singleQuotes : ""}`;
  }

  /** Tells whether the faulty line begins or ends an array, or is an element with the comma after it. */
  #isPartOfArray(): boolean {
    const bytes = this.#bytes;
    const first = bytes[skipSpace(bytes, this.#start, this.#end)];
    if (first === 0x5b) return !this.#scanner.isValue(bytes, this.#start, this.#end) && this.#scanner.at >= this.#end;
    if (first === 0x5d) return this.#endsAfterComma(skipSpace(bytes, this.#start, this.#end) + 1, false);
    const before = bytes[this.#at - 1] ?? 0;
    return first === 0x7b && (before === 0x7d || before <= 0x20) && this.#endsAfterComma(this.#at, true);
  }

  /** Tells whether the line ends behind blanks, after a comma that may be there or must. */
  #endsAfterComma(from: number, isNeeded: boolean): boolean {
    const comma = skipSpace(this.#bytes, from, this.#end);
    const hasComma = comma < this.#end && this.#bytes[comma] === 0x2c;
    return hasComma ? skipSpace(this.#bytes, comma + 1, this.#end) >= this.#end : !isNeeded && comma >= this.#end;
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
