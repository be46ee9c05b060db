import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DecodeOptions, FormatOptions } from "../../src/decode/options.ts";
import { decodeAll, jsonOptions, openDecoding, path } from "./decoding.ts";

function as(format: FormatOptions): DecodeOptions {
  const labels = [path("model"), path("meta.region")];
  const fields = { ...jsonOptions.fields, labels, labelNames: ["model", "region"] };
  return { ...jsonOptions, format, fields };
}

describe("logfmt", () => {
  const options = as({ kind: "logfmt" });
  test.each([
    { text: "model=m label=a", region: "", actual: "a" },
    { text: "  label=a\tmodel=m  debug meta.region=eu ", region: "eu", actual: "a" },
    { text: 'model="m" meta.region="a \\"b\\" \\u20ac\\n" label=""', region: 'a "b" €\n', actual: "" },
    { text: "model=m label=x label=a", region: "", actual: "a" },
    { text: "model=m label=a=b", region: "", actual: "a=b" },
    { text: "model=m prediction= label=a meta.region", region: "", actual: "a" },
    { text: 'model=m other="a b\tc" label=é', region: "", actual: "é" },
  ])("$text", ({ text, region, actual }) => {
    const seen = decodeAll(options, text);
    expect(seen).toEqual([{ labels: ["m", region], predicted: undefined, actual, id: undefined, time: NaN }]);
  });

  test.each(['model="m', 'model="m"x', "=m", 'mo"del=m', 'model=m"', 'model="\\x"', 'model="\\u12"', 'model="m\\'])(
    "%s is malformed",
    (text) => {
      expect(decodeAll(options, text)).toMatchObject([{ rejected: "malformed" }]);
    },
  );
});

describe("CSV", () => {
  const options = as({ kind: "csv" });
  const header = "model,meta.region,label";
  test.each([
    { text: "m,eu,a", region: "eu", actual: "a" },
    { text: "m,,a", region: "", actual: "a" },
    { text: '"m","a ""b"", c","a"', region: 'a "b", c', actual: "a" },
    { text: 'm,eu,""', region: "eu", actual: "" },
    { text: 'm,"""",a', region: '"', actual: "a" },
    { text: "m, eu ,a", region: " eu ", actual: "a" },
  ])("$text", ({ text, region, actual }) => {
    const seen = decodeAll(options, `\ufeff${header}\r\n${text}\r\n${header}\r\n`);
    expect(seen).toEqual([{ labels: ["m", region], predicted: undefined, actual, id: undefined, time: NaN }]);
  });

  test.each([
    { text: 'm,"eu', detail: 'a quoted cell has no end in its line: "\\"eu"' },
    { text: 'm,e"u,a', detail: 'a quote inside a cell that has none around it: "e\\"u,a"' },
    { text: 'm,"e"u,a', detail: 'text after a closing quote: "\\"e\\"u,a"' },
    { text: "m,eu", detail: "2 cells, the header names 3" },
    { text: "m,eu,a,", detail: "4 cells, the header names 3" },
  ])("$text is malformed", ({ text, detail }) => {
    const seen = decodeAll(options, `${header}\n${text}\nm,eu,a\n`);
    expect(seen).toMatchObject([{ rejected: "malformed", detail }, { actual: "a" }]);
  });

  test("a cell without a class is as if it were not there", () => {
    expect(decodeAll(options, `${header}\nm,eu,\n`)).toMatchObject([{ rejected: "missing_field" }]);
  });

  test("lines without a header that names a wanted column are rejected until one comes", () => {
    const seen = decodeAll(options, `m,eu,a\n${header}\nm,eu,a\n`);
    expect(seen).toMatchObject([{ rejected: "malformed" }, { actual: "a" }]);
    expect(seen[0]).toMatchObject({ detail: expect.stringContaining('expected a CSV header that names "model", ') });
  });

  test("any cells come back that are quoted where they must be", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", " ", "é", "\t"), minLength: 1 });
    fc.assert(
      fc.property(cell, cell, (region, actual) => {
        const quoted = [region, actual].map((text) => `"${text.replaceAll('"', '""')}"`);
        const seen = decodeAll(options, `${header}\nm,${quoted.join(",")}\n`);
        expect(seen).toMatchObject([{ labels: ["m", region], actual }]);
      }),
    );
  });

  test("each file has its own header", () => {
    const { decoder, reader, outcomes } = openDecoding(options);
    const other = decoder.open({ path: "/other.csv" }, undefined);
    const give = (to: typeof reader, text: string): void => {
      to.read(Buffer.from(text), 0, Buffer.byteLength(text));
    };
    give(reader, "model,label\n");
    give(other, "label,model\n");
    give(reader, "m,a\n");
    give(other, "a,m\n");
    expect(outcomes).toMatchObject([
      { labels: ["m", ""], actual: "a" },
      { labels: ["m", ""], actual: "a" },
    ]);
  });
});

describe("a regular expression", () => {
  const options = as({ kind: "regex", pattern: /^(?<model>\S+) (?:was (?<label>\S*) )?is (?<prediction>\S+)/g });
  test("gives its named groups; a group that took no part says nothing", () => {
    expect(decodeAll(options, "m was a is b\nm is b\nm was  is b\nm 1\n")).toMatchObject([
      { actual: "a", predicted: "b" },
      { actual: undefined, predicted: "b" },
      { actual: undefined, predicted: "b" },
      {
        rejected: "malformed",
        detail: `does not match ${String(options.format.kind === "regex" && options.format.pattern)}`,
      },
    ]);
  });
});
