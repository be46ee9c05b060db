import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import type { DecodeOptions, FormatOptions } from "../../src/decode/options.ts";
import { decodeAll, jsonOptions, openDecoding, path, pattern } from "./decoding.ts";

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
    { text: 'model="m" meta.region="a \\"b\\" \\u20ac\\n" label=a', region: 'a "b" €\n', actual: "a" },
    { text: 'model=m meta.region=1.10 label="1.0"', region: "1.10", actual: "1" },
    { text: "model=m meta.region=NaN label=nan", region: "NaN", actual: "nan" },
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

test.each(["", '""', "NaN", '"NaN"', "Infinity", "-Infinity"])("logfmt's label=%s is no class", (cell) => {
  expect(decodeAll(as({ kind: "logfmt" }), `model=m prediction=a label=${cell}`)).toMatchObject([
    { actual: undefined },
  ]);
});

test.each([
  { name: "CSV", format: { kind: "csv" }, text: "model,label\nm,caf\xe9\nm,a" },
  { name: "logfmt", format: { kind: "logfmt" }, text: "model=m label=caf\xe9\nmodel=m label=a" },
  {
    name: "a regular expression",
    format: { kind: "regex", pattern: pattern(/^(?<model>\S+) (?<label>\S+)/u) },
    text: "m caf\xe9\nm a",
  },
] as const)("a class in $name that is no UTF-8 is rejected", ({ format, text }) => {
  expect(decodeAll(as(format), Buffer.from(text, "latin1"))).toMatchObject([
    { rejected: "bad_encoding" },
    { actual: "a" },
  ]);
});

describe("CSV", () => {
  const options = as({ kind: "csv" });
  const header = "model,meta.region,label";
  test.each([
    { text: "m,eu,a", region: "eu", actual: "a" },
    { text: "m,,a", region: "", actual: "a" },
    { text: '"m","a ""b"", c","a"', region: 'a "b", c', actual: "a" },
    { text: 'm,"",a', region: "", actual: "a" },
    { text: "m,1.10,1.00", region: "1.10", actual: "1" },
    { text: "m,NaN,Infinit", region: "NaN", actual: "Infinit" },
    { text: 'm,"""",a', region: '"', actual: "a" },
    { text: "m, eu ,a", region: " eu ", actual: "a" },
    { text: "m,eu, 1.0\t", region: "eu", actual: "1" },
    { text: 'm,eu, "a "', region: "eu", actual: "a " },
  ])("$text", ({ text, region, actual }) => {
    const seen = decodeAll(options, `\ufeff${header}\r\n${text}\r\n${header}\r\n`);
    expect(seen).toEqual([{ labels: ["m", region], predicted: undefined, actual, id: undefined, time: NaN }]);
  });

  test.each([
    { text: 'm,"eu', detail: 'a quoted cell without a closing quote on its line: "\\"eu"' },
    { text: 'm,e"u,a', detail: 'a quote inside an unquoted cell: "e\\"u,a"' },
    { text: 'm,"e"u,a', detail: 'text after a closing quote: "\\"e\\"u,a"' },
    { text: "m,eu", detail: "2 cells, the header names 3" },
    { text: "m,eu,a,", detail: "4 cells, the header names 3" },
  ])("$text is malformed", ({ text, detail }) => {
    const seen = decodeAll(options, `${header}\n${text}\nm,eu,a\n`);
    expect(seen).toMatchObject([{ rejected: "malformed", detail }, { actual: "a" }]);
  });

  test.each(["", '""', " ", "NaN", '"NaN"', "Infinity", "-Infinity"])("a cell %j is no class", (cell) => {
    expect(decodeAll(options, `${header}\nm,eu,${cell}\n`)).toMatchObject([{ rejected: "missing_field" }]);
  });

  test("blanks around the names of a header do not count, nor then around its cells", () => {
    const seen = decodeAll(options, 'model, meta.region ,"label" \nm, eu , a\n"m" ," e", 1.0\n');
    expect(seen).toMatchObject([
      { labels: ["m", "eu"], actual: "a" },
      { labels: ["m", " e"], actual: "1" },
    ]);
  });

  const both = "model,prediction,label,latency";
  test.each([
    { what: "its columns in another order", text: `label,model,prediction,latency\na,m,b,7` },
    { what: "a column more", text: `${both},region\nm,b,a,7,eu` },
    { what: "a column more at the front", text: `time,${both}\n0,m,b,a,7` },
    { what: "blanks around its names", text: "model, prediction, label, latency\nm, b, a, 7" },
    { what: "quotes around its names", text: '"label","model","prediction","latency"\na,m,b,7' },
    { what: "a column that nobody mapped left out", text: "model,prediction,label\nm,b,a" },
    { what: "a column that nobody mapped under another name", text: "label,latency_ms,prediction,model\na,7,b,m" },
    { what: "a mapped column more", text: "model,meta.region,prediction,label\nm,eu,b,a" },
  ])("a header that comes again with $what counts from there on, after a restart as well", ({ text }) => {
    const [again = "", line = ""] = text.split("\n");
    const outcome = { labels: ["m", again.includes("meta") ? "eu" : ""], predicted: "b", actual: "a" };
    const { read, reader } = openDecoding(options);
    read(`${both}\nm,b,a,7\n${again}\n`);
    expect(read(`${line}\n`).slice(1)).toMatchObject([outcome]);
    const saved = structuredClone(reader.save());
    expect(openDecoding(options, { path: "/x" }, saved).read(`${line}\n${again}\n${line}\n`)).toMatchObject([
      outcome,
      outcome,
    ]);
  });

  test("a header whose mapped column gives way to another one makes lines without it, not lines with a wrong one", () => {
    const seen = decodeAll(options, `${both}\nm,b,a,7\nmodel,prediction,score,latency\nm,b,0.5,7\n`);
    expect(seen).toMatchObject([{ actual: "a" }, { predicted: "b", actual: undefined }]);
  });

  test.each(["model,label,label,9", "m,prediction,label,9", "model,model,model,model", "label,,,"])(
    "a line of data whose values are names of columns is no header: %s",
    (line) => {
      const seen = decodeAll(options, `${both}\n${line}\nm,b,a,7\n`);
      expect(seen).toHaveLength(2);
      expect(seen[1]).toMatchObject({ predicted: "b", actual: "a" });
    },
  );

  test("a log of one column has its header passed over", () => {
    const fields = { ...options.fields, labels: [{ kind: "value", value: "m" }] as const };
    expect(decodeAll({ ...options, fields }, "label\na\nlabel\nb\n")).toMatchObject([{ actual: "a" }, { actual: "b" }]);
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

  test.each([
    { what: "the first header", before: "" },
    { what: "a later one", before: `${header}\nm,eu,a\n` },
  ])("no line counts below $what that names a mapped column twice, until a header tells them apart", ({ before }) => {
    const seen = decodeAll(options, `${before}model,meta.region,label,label\nm,eu,a,b\n${header},other\nm,eu,a,1\n`);
    const twice = {
      rejected: "malformed",
      detail: 'the CSV header has "label" twice, which is ambiguous',
    };
    expect(seen.slice(before === "" ? 0 : 1)).toEqual([
      expect.objectContaining(twice),
      expect.objectContaining({ rejected: "malformed" }),
      expect.objectContaining({ labels: ["m", "eu"], actual: "a" }),
    ]);
  });

  test("of columns that nobody asks for, names may come twice", () => {
    expect(decodeAll(options, `${header},x,x\nm,eu,a,1,2\n`)).toMatchObject([{ actual: "a" }]);
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
  const options = as({
    kind: "regex",
    pattern: pattern(/^(?<model>\S+) (?:was (?<label>\S*) )?is (?<prediction>\S+)/g),
  });
  test("the format of a regular expression gives its named groups; a group that took no part says nothing", () => {
    expect(
      decodeAll(options, "m was a is b\nm was 1.0 is 1e0\nm was NaN is b\nm is b\nm was  is b\nm 1\n"),
    ).toMatchObject([
      { actual: "a", predicted: "b" },
      { actual: "1", predicted: "1" },
      { actual: undefined, predicted: "b" },
      { actual: undefined, predicted: "b" },
      { actual: undefined, predicted: "b" },
      {
        rejected: "malformed",
        detail: `does not match /^(?<model>\\S+) (?:was (?<label>\\S*) )?is (?<prediction>\\S+)/`,
      },
    ]);
  });
});
