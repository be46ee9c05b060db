import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import type { DecodeOptions, FormatOptions } from "../../src/decode/options.ts";
import type { JsonValue } from "../../src/serializable.ts";
import { decodeAll, jsonOptions, openDecoding, path, pattern, type Outcome } from "./decoding.ts";

function inEncoding(encoding: string, format: FormatOptions = { kind: "json" }): DecodeOptions {
  const fields = { ...jsonOptions.fields, labels: [path("model")], labelNames: ["model"] };
  return { ...jsonOptions, encoding, format, fields };
}

/** A line of ASCII with the bytes in the place of `@`. */
function around(line: string, bytes: string): Buffer {
  const [before = "", ...after] = line.split("@");
  return Buffer.concat([
    Buffer.from(before),
    ...after.flatMap((text) => [Buffer.from(bytes, "hex"), Buffer.from(text)]),
  ]);
}

/** Characters of bytes; the second of Shift JIS, Big5 and ISO-2022-JP may be a backslash, a quote or a brace. */
const words = [
  { encoding: "latin1", bytes: "636166e9", word: "café" },
  { encoding: "windows-1252", bytes: "80ff", word: "€ÿ" },
  { encoding: "iso-8859-15", bytes: "a4", word: "€" },
  { encoding: "windows-1251", bytes: "e4e0", word: "да" },
  { encoding: "gbk", bytes: "c6dbd5a9", word: "欺诈" },
  { encoding: "gb18030", bytes: "c6db8139ee39", word: "欺㐀" },
  { encoding: "shift_jis", bytes: "835c955c", word: "ソ表" },
  { encoding: "big5", bytes: "a55c", word: "功" },
  { encoding: "euc-kr", bytes: "bbe7b1e2", word: "사기" },
  { encoding: "iso-2022-jp", bytes: "1b2442493d1b2842", word: "表" },
];

const formats: readonly { name: string; format: FormatOptions; line: string }[] = [
  { name: "JSON", format: { kind: "json" }, line: '{"model":"m@","prediction":"a","label":"@"}' },
  { name: "logfmt", format: { kind: "logfmt" }, line: 'model=m@ prediction=a label="@"' },
  { name: "CSV", format: { kind: "csv", columns: ["model", "prediction", "label"] }, line: 'm@,a,"@"' },
  {
    name: "a regular expression",
    format: { kind: "regex", pattern: pattern(/^(?<model>\S+) (?<prediction>\S+) (?<label>\S+)$/u) },
    line: "m@ a @",
  },
];

describe.each(words)("a log in $encoding", ({ encoding, bytes, word }) => {
  test.each(formats)("is read as $name", ({ format, line }) => {
    const outcome = { labels: [`m${word}`], predicted: "a", actual: word };
    const text = around(`${line}\n${line.replaceAll("@", "")}x\n${line}\n`, bytes);
    const seen = decodeAll(inEncoding(encoding, format), text);
    expect([seen[0], seen.at(-1)]).toMatchObject([outcome, outcome]);
  });

  test("is read in pieces of a container's log, wherever they were cut", () => {
    const line = around('{"model":"m","prediction":"a","label":"@"}', bytes);
    for (let at = 1; at < line.length; at++) {
      const pieces = [
        Buffer.from("2026-01-01T00:00:00Z stdout P "),
        line.subarray(0, at),
        Buffer.from("\n2026-01-01T00:00:00Z stdout F "),
        line.subarray(at),
      ];
      const seen = decodeAll({ ...inEncoding(encoding), wrapper: "cri" }, Buffer.concat(pieces));
      expect(seen).toMatchObject([{ predicted: "a", actual: word }]);
    }
  });
});

test.each([
  { encoding: "gbk", bytes: "fe20" },
  { encoding: "shift_jis", bytes: "8122" },
  { encoding: "euc-jp", bytes: "ff" },
])("a line that is no $encoding is rejected, and its neighbours are read", ({ encoding, bytes }) => {
  const good = '{"model":"m","prediction":"a","label":"b"}\n';
  const bad = around('{"model":"@","prediction":"a","label":"b"}\n', bytes);
  const text = Buffer.concat([Buffer.from(good), bad, around(good.replace("b", "@"), "b0a1"), bad]);
  expect(decodeAll(inEncoding(encoding), text)).toMatchObject([
    { actual: "b" },
    { rejected: "bad_encoding", detail: `the line is not ${encoding}, which is the \`encoding\` of its source` },
    { predicted: "a" },
    { rejected: "bad_encoding" },
  ]);
});

test("messages show the text of a line, also where they cut it", () => {
  const options = { ...inEncoding("gbk"), maxLineBytes: 60 };
  const seen = decodeAll(options, around(`{"model":"@",\n@@\n${"@".repeat(40)}\n`, "c6db"));
  expect(seen).toMatchObject([
    { rejected: "malformed", line: '{"model":"欺",' },
    { rejected: "malformed", line: "欺欺" },
    { rejected: "line_too_long", line: "欺".repeat(40) },
  ]);
  const { reader, outcomes } = openDecoding(options);
  reader.skipped(Buffer.from("c6dbc6", "hex"));
  expect(outcomes).toMatchObject([{ rejected: "line_too_long", line: expect.stringMatching(/^欺/u) }]);
});

test("the header of a CSV is kept over a restart", () => {
  const fields = { ...inEncoding("gbk").fields, actual: path("欺") };
  const options: DecodeOptions = { ...inEncoding("gbk", { kind: "csv" }), fields };
  const seen: Outcome[] = [];
  let saved: JsonValue | undefined;
  for (const line of ["model,prediction,@\n", "m,a,@\n", "model,prediction,@\n"]) {
    const { reader, read } = openDecoding(options, { path: "/x" }, saved);
    seen.push(...read(around(line, "c6db")));
    saved = structuredClone(reader.save());
  }
  expect(seen).toMatchObject([{ predicted: "a", actual: "欺" }]);
});

/** The characters of an encoding of one or two bytes, with their bytes. */
function charactersOf(encoding: string): readonly (readonly [char: string, bytes: string])[] {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const chars = new Map<string, string>();
  for (let code = 0x80; code < 0x10000; code += code < 0x100 ? 1 : 7) {
    const bytes = code.toString(16).padStart(code < 0x100 ? 2 : 4, "0");
    try {
      const char = decoder.decode(Buffer.from(bytes, "hex"));
      if (/^[\p{L}\p{N}]$/u.test(char) && !chars.has(char)) chars.set(char, bytes);
    } catch {
      // No character has these bytes.
    }
  }
  return [...chars];
}

test.each(["windows-1251", "gbk", "shift_jis", "big5", "euc-kr"])("any word of %s reads back the same", (encoding) => {
  const char = fc.constantFrom(...charactersOf(encoding));
  const line = fc.constantFrom(...formats);
  fc.assert(
    fc.property(fc.array(char, { minLength: 1, maxLength: 8 }), line, (chars, { format, line: text }) => {
      const word = chars.map(([one]) => one).join("");
      const bytes = around(text, chars.map(([, two]) => two).join(""));
      expect(decodeAll(inEncoding(encoding, format), bytes)).toMatchObject([{ labels: [`m${word}`], actual: word }]);
    }),
  );
});
