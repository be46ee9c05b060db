/**
 * What a tag of line protocol cannot hold as it is: controls, backslashes before what is escaped or at the end, and
 * percent signs that would look like the code of a character.
 */
const unwritable = /\p{Cc}|\\(?=[\\,= ]|$)|%(?=[\dA-F]{2})/gu;
const escaped = /[,= ]/gu;

/**
 * Writes the value of a tag. Line protocol has no escape for a backslash, takes no empty value and ends a line at a
 * newline: these are written by a percent sign and their code, as in URLs, and so is a percent sign that could be taken for
 * such a code. Different values stay different.
 */
export function tagValue(value: string): string {
  if (value === "") return "%00";
  return value.replace(unwritable, percentCode).replace(escaped, "\\$&");
}

function percentCode(char: string): string {
  // Its code is the empty text's; this one is of no text, and means U+0000 where UTF-8 must do without zero bytes.
  if (char === "\0") return "%C0%80";
  return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** Name and written value of a tag. */
export type WrittenTag = readonly [name: string, value: string];

/**
 * Start of the lines of a series family: a measurement with tags of which some have another value in each line. Tags are in
 * the order of their bytes, as InfluxDB wants them.
 */
export class SeriesStart {
  readonly #parts: string[] = [];
  /** For each part but the first, which of the given values stands before it. */
  readonly #order: number[] = [];

  /** `variable` are the names of the tags of which `text` is given the values, in this order. */
  constructor(measurement: string, fixed: readonly WrittenTag[], variable: readonly string[]) {
    const tags = [
      ...fixed.map(([name, value]) => ({ name, value, at: -1 })),
      ...variable.map((name, at) => ({ name, value: "", at })),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
    let part = measurement;
    for (const { name, value, at } of tags) {
      part += `,${name}=${value}`;
      if (at < 0) continue;
      this.#parts.push(part);
      this.#order.push(at);
      part = "";
    }
    this.#parts.push(part);
  }

  /** Writes the start of a line; the values are written ones. */
  text(...values: readonly string[]): string {
    let text = this.#parts[0] ?? "";
    for (let at = 0; at < this.#order.length; at++) {
      text += (values[this.#order[at] ?? 0] ?? "") + (this.#parts[at + 1] ?? "");
    }
    return text;
  }
}

/** Writes a count as a field. */
export function countField(name: string, count: number): string {
  return `${name}=${count}i`;
}

/** Writes a number as a field, of the type that fractions have. */
export function numberField(name: string, value: number): string {
  return `${name}=${value}`;
}
