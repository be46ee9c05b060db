/** A point as a server reads it from a line. */
export interface Point {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Numbers of either type, the names of those with the type of whole numbers in `whole`. */
  readonly fields: Readonly<Record<string, number>>;
  readonly whole: readonly string[];
  /** As written, in seconds. */
  readonly time: number;
}

/** A second reader of line protocol, after its documentation: a backslash before a comma, `=` or space gives that character. */
export function readLines(text: string): readonly Point[] {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line has no end");
  return text.split("\n").slice(0, -1).map(readLine);
}

function readLine(line: string): Point {
  const [series = "", fields = "", time = "", ...rest] = cut(line, " ");
  if (rest.length > 0 || !/^\d+$/u.test(time)) throw new Error(`no line: ${line}`);
  const [measurement = "", ...tags] = cut(series, ",");
  const pairs = tags.map((tag): [string, string] => {
    const [name = "", value = "", ...more] = cut(tag, "=");
    if (name === "" || value === "" || value.endsWith("\\") || more.length > 0) throw new Error(`no tag: ${tag}`);
    return [name, readTagValue(value.replaceAll(/\\([,= ])/gu, "$1"))];
  });
  const names = pairs.map(([name]) => name);
  if (names.join() !== [...new Set(names)].sort().join()) throw new Error(`tags out of order, or twice: ${line}`);
  const values = cut(fields, ",").map((field): [string, string] => {
    const [name = "", value = "", ...more] = cut(field, "=");
    if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?i?$/u.test(value) || more.length > 0) throw new Error(`no field: ${field}`);
    return [name, value];
  });
  return {
    measurement,
    tags: Object.fromEntries(pairs),
    fields: Object.fromEntries(values.map(([name, value]) => [name, Number(value.replace("i", ""))])),
    whole: values.flatMap(([name, value]) => (value.endsWith("i") ? [name] : [])),
    time: Number(time),
  };
}

/** Cuts at a character that no backslash stands before. */
function cut(text: string, at: string): readonly string[] {
  return text.split(new RegExp(`(?<!\\\\)${at}`, "u"));
}

/** Reads our own codes of what a tag cannot hold: as in URLs, but for the empty text and U+0000. */
export function readTagValue(written: string): string {
  if (written === "%00") return "";
  return written.replace(/(?:%[\dA-F]{2})+/gu, (codes) =>
    codes
      .split("%C0%80")
      .map((part) => Buffer.from(part.replaceAll("%", ""), "hex").toString())
      .join("\0"),
  );
}

/** Values that are hard to write, each of which must come back as it is. */
export const hostileValues: readonly string[] = [
  "",
  "\0",
  "%00",
  "%C0%80",
  "%",
  "%%",
  "%4",
  "%41",
  "%4a",
  "%2541",
  "%5C",
  "100%AB",
  " ",
  " a b ",
  ",",
  "=",
  "a,b=c d",
  "\\",
  "\\\\",
  "end\\",
  "end\\\\",
  "a\\,b",
  "a\\\\,b",
  "a\\ b",
  "a\\=b",
  "C:\\models\\v1",
  "a\nb",
  "a\r\nb",
  "\n",
  "\t",
  "\u0001\u007f\u0085",
  '"quoted"',
  "it's",
  "#comment",
  "\u202eabc",
  "\u2028",
  "模型 🦉",
  "__proto__",
  "1i",
  "true",
  "x".repeat(1000),
];
