import type { Format, LineParser, Parsed } from "./formats.ts";
import { JsonScanner } from "./json-scan.ts";
import { JsonShapes } from "./json-shapes.ts";
import { ValueList } from "./scalar-list.ts";
import { quoted } from "./printable.ts";
import type { Slots } from "./slots.ts";
import type { Wanted } from "./field-tree.ts";

/** JSON lines: each line one object, checked as strictly as `JSON.parse` does. */
export const jsonFormat: Format<"json"> = {
  make: (_options, wanted, slots) => {
    const parser = new JsonParser(wanted, slots);
    return () => parser;
  },
};

/** Reads lines that are JSON objects; it knows nothing of the file that they come from. */
export class JsonParser implements LineParser {
  readonly selfDelimiting = true;
  readonly #values = new ValueList();
  readonly #scanner: JsonScanner;
  readonly #shapes: JsonShapes;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(wanted: Wanted, slots: Slots) {
    this.#scanner = new JsonScanner(wanted.root, slots, this.#values);
    this.#shapes = new JsonShapes(slots);
  }

  parse(bytes: Buffer, start: number, end: number): Parsed {
    if (this.#shapes.read(bytes, start, end)) return "values";
    this.#values.begin(this.#shapes.mayLearn());
    if (this.#scanner.scan(bytes, start, end)) {
      if (this.#values.whole) this.#shapes.learn(bytes, start, end, this.#values);
      return "values";
    }
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    return "malformed";
  }

  get fault(): string {
    const at = this.#scanner.at;
    if (at >= this.#end) return "the JSON object stops before its end";
    const shown = quoted(this.#bytes, at, this.#end, 12);
    return at === this.#start
      ? `expected a JSON object, found ${shown}`
      : `no valid JSON from byte ${at - this.#start + 1}: ${shown}`;
  }

  save(): undefined {
    return undefined;
  }
}
