import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { csvDelimiters } from "../../src/decode/csv-delimiter.ts";
import type { CsvOptions, DecodeOptions, FormatOptions } from "../../src/decode/options.ts";
import type { JsonValue } from "../../src/serializable.ts";
import { decodeAll, jsonOptions, openDecoding, path, pattern, type Outcome } from "./decoding.ts";

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

describe("CSV of other forms", () => {
  const names = ["model", "meta.region", "label"];
  const csv = (more: Partial<CsvOptions>): DecodeOptions => as({ kind: "csv", ...more });
  const outcome = { labels: ["m", "eu"], actual: "a" };

  test.each([
    { what: "semicolons", delimiter: ";", text: 'model;meta.region;label\nm;"e;u";a,b', region: "e;u", actual: "a,b" },
    { what: "tabs", delimiter: "\t", text: "model\tmeta.region\tlabel\nm\te, u\t a ", region: "e, u", actual: "a" },
    { what: "tabs, without a first cell", delimiter: "\t", text: "x\tmodel\tlabel\n\tm\ta", region: "", actual: "a" },
    { what: "bars", delimiter: "|", text: 'model | label\n m | "a|b" ', region: "", actual: "a|b" },
    { what: "commas, found out", delimiter: "auto", text: "model,label\nm,a;b|c", region: "", actual: "a;b|c" },
    { what: "semicolons, found out", delimiter: "auto", text: '"a,b";model;label\n1,5;m;a', region: "", actual: "a" },
    { what: "tabs, found out", delimiter: "auto", text: "x,y;z\tmodel\tlabel\n;;;\tm\ta", region: "", actual: "a" },
    { what: "bars, found out", delimiter: "auto", text: "model|label\nm|a", region: "", actual: "a" },
  ] as const)("cells stand between $what", ({ delimiter, text, region, actual }) => {
    const options = csv({ delimiter });
    expect(decodeAll(options, text)).toMatchObject([{ labels: ["m", region], actual }]);
    const [header = "", line = ""] = text.split("\n");
    const { read, reader } = openDecoding(options);
    read(`${header}\n`);
    const saved = structuredClone(reader.save());
    expect(openDecoding(options, { path: "/x" }, saved).read(line)).toMatchObject([{ labels: ["m", region], actual }]);
  });

  test("a header that another delimiter would part is rejected with that one", () => {
    expect(decodeAll(csv({}), "model;label\n")).toMatchObject([
      {
        rejected: "malformed",
        detail: expect.stringMatching(
          /^expected a CSV header that .*; it does with format: \{ csv: \{ delimiter: ";" \} \}$/u,
        ),
      },
    ]);
  });

  test.each([
    { what: "no header", text: "m,eu,a" },
    { what: "a header that repeats them", text: "model,meta.region,label\nm,eu,a\nmodel,meta.region,label" },
    { what: "a header in quotes", text: '"model","meta.region","label"\nm,eu,a' },
    { what: "a header with blanks", text: "model, meta.region, label\nm, eu, a" },
    { what: "a header in another order, which counts from there on", text: "label,model,meta.region\na,m,eu" },
  ])("columns of the config name the cells of a log with $what", ({ text }) => {
    const options = csv({ columns: names });
    expect(decodeAll(options, text)).toMatchObject([outcome]);
    const seen: Outcome[] = [];
    let saved: JsonValue | undefined;
    for (const line of text.split("\n")) {
      const { reader, read } = openDecoding(options, { path: "/x" }, saved);
      seen.push(...read(line));
      saved = structuredClone(reader.save());
    }
    expect(seen).toMatchObject([outcome]);
  });

  test("columns that the config names anew count after a restart", () => {
    const { read, reader } = openDecoding(csv({ columns: names }));
    read("m,eu,a\n");
    const changed = openDecoding(csv({ columns: names.toReversed() }), { path: "/x" }, reader.save());
    expect(changed.read("a,eu,m\n")).toMatchObject([outcome]);
  });

  test("a line of more or fewer cells than columns is malformed", () => {
    expect(decodeAll(csv({ columns: names }), "m,eu\n")).toMatchObject([
      { rejected: "malformed", detail: "2 cells, the header names 3" },
    ]);
  });

  test.each([
    { text: String.raw`m,"say \"hi\", you",a`, region: 'say "hi", you' },
    { text: String.raw`m,"\"",a`, region: '"' },
    { text: String.raw`m,"\\\"",a`, region: String.raw`\"` },
    { text: String.raw`m,"""\"x\"",a`, region: '""x"' },
    // What RFC 4180 reads, it reads: there a backslash is a letter.
    { text: String.raw`m,"C:\",a`, region: "C:\\" },
    { text: String.raw`m,C:\n,a`, region: String.raw`C:\n` },
    { text: String.raw`m,"a\b""c",a`, region: String.raw`a\b"c` },
  ])("quotes within quotes may be escaped: $text", ({ text, region }) => {
    expect(decodeAll(csv({ columns: names }), text)).toMatchObject([{ labels: ["m", region], actual: "a" }]);
  });

  test("a line that no reading of its quotes makes whole is malformed, and its neighbours are read as they stand", () => {
    const text = String.raw`m,"e\"u,a` + "\n" + String.raw`m,"e\",a`;
    expect(decodeAll(csv({ columns: names }), text)).toMatchObject([
      { rejected: "malformed" },
      { labels: ["m", "e\\"], actual: "a" },
    ]);
  });

  test("any row reads back the same with any delimiter, in any quotes, below a header or not", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "|", " ", "é", "\t"), minLength: 1 });
    const delimiters = fc.constantFrom(...csvDelimiters);
    const form = fc.record({ delimiter: delimiters, isAuto: fc.boolean(), hasHeader: fc.boolean(), all: fc.boolean() });
    fc.assert(
      fc.property(text, text, form, (region, actual, { delimiter, isAuto, hasHeader, all }) => {
        const write = (cell: string): string =>
          all || !/^\w+$/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
        const line = (cells: readonly string[]): string => `${cells.map(write).join(delimiter)}\n`;
        const options = hasHeader
          ? csv({ delimiter: isAuto ? "auto" : delimiter })
          : csv({ delimiter, columns: names });
        const seen = decodeAll(options, (hasHeader ? line(names) : "") + line(["m", region, actual]));
        expect(seen).toMatchObject([{ labels: ["m", region], actual }]);
      }),
    );
  });
});

describe("a decimal comma", () => {
  const withScore = (format: FormatOptions): DecodeOptions => ({
    ...as(format),
    fields: {
      ...jsonOptions.fields,
      labels: [path("model")],
      predicted: { kind: "score", score: path("score"), threshold: 0.5, below: "below", above: "above" },
    },
  });
  const at = (seconds: number): number => Date.UTC(2026, 0, 1) + seconds * 1000;

  test.each([
    { delimiter: ";", cells: ["0,93", "0,93", "1767225600,25"], predicted: "above", actual: "0,93", time: at(0.25) },
    { delimiter: "\t", cells: ["-,5e1", "1,0", "1767225600"], predicted: "below", actual: "1,0", time: at(0) },
    {
      delimiter: "|",
      cells: ['"0,5"', "1.0", "2026-01-01 00:00:01,5Z"],
      predicted: "above",
      actual: "1",
      time: at(1.5),
    },
    { delimiter: "auto", cells: [" 0,49 ", "a", '"1767225601,5"'], predicted: "below", actual: "a", time: at(1.5) },
  ] as const)("of CSV between $delimiter is read in scores and times: $cells", ({ delimiter, cells, ...outcome }) => {
    const between = delimiter === "auto" ? ";" : delimiter;
    const line = (values: readonly string[]): string => `${values.join(between)}\n`;
    const text = line(["model", "score", "label", "ts"]) + line(["m", ...cells]);
    expect(decodeAll(withScore({ kind: "csv", delimiter }), text)).toMatchObject([outcome]);
  });

  test.each(["1.234,5", "1,234,5", "0,93x", ","])("%s is no score with one", (cell) => {
    const seen = decodeAll(withScore({ kind: "csv", delimiter: ";" }), `model;score;label;ts\nm;${cell};a;1\n`);
    expect(seen).toMatchObject([{ rejected: "wrong_type" }]);
  });

  test.each([
    { what: "CSV between commas", format: { kind: "csv" }, text: 'model,score,label,ts\nm,"0,93",a,1' },
    {
      what: "CSV found to be between commas",
      format: { kind: "csv", delimiter: "auto" },
      text: 'model,score,label,ts\nm,"0,93",a,1',
    },
    { what: "JSON", format: { kind: "json" }, text: '{"model":"m","score":"0,93","label":"a","ts":1}' },
    { what: "logfmt", format: { kind: "logfmt" }, text: "model=m score=0,93 label=a ts=1" },
  ] as const)("is not read in $what", ({ format, text }) => {
    expect(decodeAll(withScore(format), text)).toMatchObject([{ rejected: "wrong_type" }]);
  });
});

describe("CSV whose quoted cells may hold line ends", () => {
  const columns = ["model", "meta.region", "label"];
  const options: DecodeOptions = {
    ...as({ kind: "csv", columns, multiline: true }),
    maxLineBytes: 40,
    maxValueBytes: 40,
  };
  const unclosed = { rejected: "malformed", detail: expect.stringContaining("a quoted cell without a closing quote") };

  /** The outcomes of lines that are read one by one, each by a reader opened with what the last one saved. */
  function reopened(of: DecodeOptions, lines: readonly string[]): Outcome[] {
    const seen: Outcome[] = [];
    let saved: JsonValue | undefined;
    for (const line of lines) {
      const { reader, read } = openDecoding(of, { path: "/x" }, saved);
      seen.push(...read(`${line}\n`));
      saved = structuredClone(reader.save());
    }
    return seen;
  }

  const records = [
    { text: 'm,"e\nu",a', region: "e\nu" },
    { text: 'm,"\n\n  \nu",a', region: "\n\n  \nu" },
    { text: 'm,"e\r\nu",a', region: "e\nu" },
    { text: 'm,"e""\n""u",a', region: 'e"\n"u' },
    { text: '"m","e,\n,u",a', region: "e,\n,u" },
    { text: 'm,"e\n","a"', region: "e\n" },
    { text: String.raw`m,"\"e\",` + "\n" + String.raw`\"",a`, region: '"e",\n"' },
    { text: 'm,"e\n' + String.raw`\"u\"",a`, region: 'e\n"u"' },
  ];
  test.each(records)("$text is one record", ({ text, region }) => {
    const outcome = { labels: ["m", region], actual: "a" };
    expect(decodeAll(options, `m,eu,b\n${text}\nm,eu,b\n`)).toMatchObject([{ actual: "b" }, outcome, { actual: "b" }]);
    expect(reopened(options, text.split("\n"))).toMatchObject([outcome]);
    const inPod = text.split("\n").map((line) => `2026-01-01T00:00:00Z stdout F ${line}`);
    expect(decodeAll({ ...options, wrapper: "cri" }, inPod.join("\n"))).toMatchObject([outcome]);
  });

  test("what waits for its last line goes on in the next file of the log", () => {
    const { decoder, reader, read, outcomes } = openDecoding(options);
    read('m,"e\n');
    const next = decoder.open({ path: "/next.csv" }, structuredClone(reader.handOn()));
    expect(reader.save()).toBeUndefined();
    next.read(Buffer.from('u",a\n'), 0, 5);
    expect(outcomes).toMatchObject([{ labels: ["m", "e\nu"], actual: "a" }]);
  });

  test.each([
    { what: "breaks", lines: ['m,"eu,a', "m,eu,b", 'm,"eu",c'], last: "c" },
    { what: "breaks where another one begins", lines: ['m,"eu,a', "m,eu,b", 'm,"e', 'u",c'], last: "c" },
    { what: "outgrows a line", lines: ['m,"eu,a', "m,eu,b", `m,${"x".repeat(27)},c`], last: "c" },
    { what: "has a line that is too long", lines: ['m,"eu,a', "m,eu,b", `m,${"x".repeat(40)},c`], last: undefined },
    { what: "ends with the file", lines: ['m,"eu,a', "m,eu,b"], last: undefined },
  ])("of a record that $what the line that opened it is malformed, and the others are read", ({ lines, last }) => {
    const expected = [unclosed, { actual: "b" }, ...(last === undefined ? [] : [{ actual: last }])];
    const { reader, read } = openDecoding(options);
    read(lines.map((line) => `${line}\n`).join(""));
    reader.end?.();
    expect(
      read("").filter((outcome) => !("rejected" in outcome) || outcome.rejected !== "line_too_long"),
    ).toMatchObject(expected);
    expect(reader.save()).toBeUndefined();
  });

  test("a record of the wrong number of cells is one malformed line", () => {
    expect(decodeAll(options, 'm,"e\nu"\nm,eu,b\n')).toMatchObject([
      { rejected: "malformed", line: 'm,"e\nu"' },
      { actual: "b" },
    ]);
  });

  test("any lines give the same outcomes when the reader is reopened after each", () => {
    const line = fc.string({ unit: fc.constantFrom('"', "a", ",", "\\", " "), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const all = [...lines, 'm,"eu"",a', 'm,"eu"",a'];
        expect(reopened(options, all)).toEqual(decodeAll(options, all.join("\n")));
      }),
    );
  });

  test("any cells come back, whatever line ends and quotes they hold", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ";", "\n", "\\", "é"), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(cell, cell, (region, actual) => {
        const quoted = [region, actual].map((text) => `"${text.replaceAll('"', '""')}"`);
        const wide = { ...as({ kind: "csv", columns, multiline: true, delimiter: ";" as const }), maxLineBytes: 100 };
        const seen = decodeAll(wide, `m;${quoted.join(";")}\n`);
        expect(seen).toMatchObject([{ labels: ["m", region], actual }]);
      }),
    );
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
