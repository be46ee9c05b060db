import { describe, expect, test } from "@jest/globals";
import { arrayOverLines } from "../../src/decode/format-json.ts";
import type { DecodeOptions, FieldRef } from "../../src/decode/options.ts";
import { decodeAll, jsonOptions, openDecoding, path, pattern } from "./decoding.ts";

function json(document: unknown): string {
  return `${JSON.stringify(document)}\n`;
}

function withFields(fields: Partial<DecodeOptions["fields"]>): DecodeOptions {
  return { ...jsonOptions, fields: { ...jsonOptions.fields, ...fields } };
}

describe("classes and labels", () => {
  test.each([
    { what: "a string as it stands", predicted: "a b", text: "a b" },
    { what: "an empty string", predicted: "", text: "" },
    { what: "zero", predicted: 0, text: "0" },
    { what: "false", predicted: false, text: "false" },
    { what: "true", predicted: true, text: "true" },
    { what: "a fraction", predicted: 0.5, text: "0.5" },
    { what: "__proto__", predicted: "__proto__", text: "__proto__" },
    { what: "quotes, backslashes and control characters", predicted: '"\\\n\u0001', text: '"\\\n\u0001' },
    { what: "letters past ASCII", predicted: "é€😀", text: "é€😀" },
  ])("$what is a value", ({ predicted, text }) => {
    const seen = decodeAll(jsonOptions, json({ model: predicted === "" ? "m" : predicted, prediction: predicted }));
    expect(seen).toMatchObject([{ predicted: text, actual: undefined }]);
  });

  test.each(["1", "1.0", "1e0", '"1"', '"1.0"', '"1.00"', '"10e-1"', '"\\u0031.0"', "true", '"true"'])(
    "a class that is written %s is the one that its other spellings are",
    (written) => {
      const name = written.includes("true") ? "true" : "1";
      const line = `{"model":"m","prediction":${written},"label":${JSON.stringify(name)}}`;
      expect(decodeAll(jsonOptions, line)).toMatchObject([{ predicted: name, actual: name }]);
    },
  );

  test.each([
    { written: "1.10", text: "1.10", actual: "1.1" },
    { written: '"1.10"', text: "1.10", actual: "1.1" },
    { written: "-0", text: "-0", actual: "0" },
    { written: "NaN", text: "NaN", actual: undefined },
    { written: "-Infinity", text: "-Infinity", actual: undefined },
  ])("labels of the tag and ids stay as they are written, classes alone have one spelling: $written", (given) => {
    const { written, text, actual } = given;
    const others = `"meta":{"region":${written}},"request_id":${written},"prediction":"a","label":${written}`;
    const seen = decodeAll(jsonOptions, `{"model":${written},"version":${written},${others}}`);
    const id = actual === undefined ? text : undefined;
    expect(seen).toMatchObject([{ labels: [text, text, text], id, actual }]);
  });

  test("a class that the config or the file's path gives has the spelling of all others", () => {
    const fields = withFields({
      labels: [{ kind: "value", value: "1.0" }],
      predicted: { kind: "value", value: "1.0" },
      actual: { kind: "file", pattern: pattern(/class=([^/]*)/u), group: "actual" },
    });
    const seen = ["class=1.00", "class=01", "class=NaN", "class=", "none"].map((path) => {
      return openDecoding(fields, { path: `/logs/${path}/a.jsonl` }).read("{}\n")[0];
    });
    expect(seen).toMatchObject(
      ["1", "01", undefined, undefined, undefined].map((actual) => ({ labels: ["1.0"], predicted: "1", actual })),
    );
  });

  test.each(["NaN", "Infinity", "-Infinity"])(
    "%s without quotes is no class and no time, in quotes it is a word",
    (bare) => {
      const lines = [`"prediction":${bare},"label":"a","ts":${bare}`, `"prediction":"${bare}","label":"a"`];
      expect(
        decodeAll(jsonOptions, lines.map((line) => `{"model":"m","x":[${bare}],${line}}\n`).join("")),
      ).toMatchObject([
        { predicted: undefined, actual: "a", time: NaN },
        { predicted: bare, actual: "a" },
      ]);
    },
  );

  test("null is the same as nothing, other labels than the model may be missing", () => {
    const seen = decodeAll(jsonOptions, json({ model: "m", version: null, prediction: null, label: "a", ts: null }));
    expect(seen).toEqual([{ labels: ["m", "", ""], predicted: undefined, actual: "a", id: undefined, time: NaN }]);
  });

  test("a nested path is found, and its dotted name as a key of the document when the path leads nowhere", () => {
    const lines = [
      { model: "m", label: "a", meta: { region: "eu" } },
      { model: "m", label: "a", "meta.region": "us" },
      { model: "m", label: "a", "meta.region": "us", meta: { region: "eu" } },
      { model: "m", label: "a", "meta.region": null, meta: { region: null } },
      { model: "m", label: "a", meta: { "meta.region": "no" } },
      { model: "m", label: "a", meta: [{ region: "no" }] },
      { model: "m", label: "a", inner: { meta: { region: "no" }, model: "no", label: "no" } },
    ];
    const seen = decodeAll(jsonOptions, lines.map(json).join(""));
    expect(seen.map((outcome) => "labels" in outcome && outcome.labels)).toEqual(
      ["eu", "us", "eu", "", "", "", ""].map((region) => ["m", "", region]),
    );
  });

  test.each([
    { way: "a.b.c", document: { a: { b: { c: "1" } } } },
    { way: 'a."b.c"', document: { a: { "b.c": "1" } } },
    { way: '"a.b".c', document: { "a.b": { c: "1" } } },
    { way: '"a.b.c"', document: { "a.b.c": "1" } },
    { way: "the deepest", document: { "a.b.c": "no", a: { "b.c": "no", b: { c: "1" } } } },
    { way: "the one below the other", document: { "a.b.c": "no", "a.b": { c: "no" }, a: { "b.c": "1", b: {} } } },
    { way: "none of them", document: { a: { b: { "a.b.c": "no" }, c: "no" }, "b.c": "no" } },
  ])("keys of a path that stand as one dotted key are found at every level: $way", ({ way, document }) => {
    const options = withFields({ labels: [path("model"), path("a.b.c")] });
    // Twice, since the second line of a shape is read in another way than the first.
    const region = way.startsWith("none") ? "" : "1";
    const lines = [document, document].map((each) => json({ model: "m", label: "a", ...each }));
    expect(decodeAll(options, lines.join(""))).toMatchObject([{ labels: ["m", region] }, { labels: ["m", region] }]);
  });

  test("a dotted key of the config is one key, and messages name it so", () => {
    const truth = { kind: "path", path: ["labels", "truth.v"] } as const;
    const options = withFields({ labels: [path("model")], actual: truth, predicted: undefined });
    const lines = [{ labels: { "truth.v": "a" } }, { "labels.truth.v": "b" }, { labels: { truth: { v: "no" } } }];
    expect(decodeAll(options, lines.map((line) => json({ model: "m", ...line })).join(""))).toMatchObject([
      { actual: "a" },
      { actual: "b" },
      { rejected: "missing_field", detail: 'no field "labels."truth.v""' },
    ]);
  });

  test("fixed values and the file's path name the model", () => {
    const fields = withFields({
      labels: [
        { kind: "file", pattern: pattern(/\/models\/(?<model>[^/]+)\//gu), group: "model" },
        { kind: "value", value: "v3" },
        { kind: "file", pattern: pattern(/-(\w+)\.jsonl$/u), group: "region" },
      ],
    });
    const line = json({ label: "a" });
    const { outcomes, decoder, reader } = openDecoding(fields, { path: "/models/fraud/log-eu.jsonl" });
    const other = decoder.open({ path: "/models/churn/log.jsonl" }, undefined);
    const none = decoder.open({ path: "/other.jsonl" }, undefined);
    for (const each of [reader, other, reader, none]) each.read(Buffer.from(line), 0, line.length);
    expect(outcomes).toMatchObject([
      { labels: ["fraud", "v3", "eu"] },
      { labels: ["churn", "v3", ""] },
      { labels: ["fraud", "v3", "eu"] },
      { rejected: "missing_field" },
    ]);
  });

  test.each([
    { path: "/logs/prod/v3/a.jsonl", labels: ["prod", "v3"] },
    { path: "/logs/prod/a.jsonl", labels: ["prod", ""] },
  ])("a group of the field's name that $path does not match is no value, and no other group is", ({ path, labels }) => {
    const regex = pattern(/^\/logs\/(?<model>\w+)\/(?:(?<version>v\d+)\/)?/u);
    const file = (group: string): FieldRef => ({ kind: "file", pattern: regex, group });
    const fields = withFields({ labels: [file("model"), file("version")] });
    expect(openDecoding(fields, { path }).read(json({ label: "a" }))).toMatchObject([{ labels }]);
  });

  test("the id is given only where something has to be joined", () => {
    const ids = ['"prediction":"a"', '"label":"a"', '"prediction":"a","label":"a"'].map(
      (classes) => `{"model":"m","request_id":12345678901234567,${classes}}\n`,
    );
    expect(decodeAll(jsonOptions, ids.join(""))).toMatchObject([
      { id: "12345678901234567" },
      { id: "12345678901234567" },
      { id: undefined },
    ]);
  });
});

describe("a part of a value", () => {
  const part = (keys: string, regex: RegExp, group: string): FieldRef => ({
    kind: "path",
    path: keys.split("."),
    part: { pattern: pattern(regex), group },
  });
  const options = withFields({
    labels: [part("source", /endpoints\/(?<model>[^/]+)/u, "model")],
    predicted: part("text", /pred=(\S+)/u, "predicted"),
    actual: part("text", /truth=(\S*)/u, "actual"),
    time: part("at.text", /at (?<time>.*)/u, "time"),
  });
  const good = { source: "/ml/endpoints/fraud/deployments/blue", text: "pred=1.0 truth=legit" };

  test.each([
    { what: "of the field's own group, or else the first one", line: good },
    { what: "of an escaped text", line: { ...good, text: 'said "pred=1.0 truth=legit' } },
    { what: "of a time", line: { ...good, at: { text: "at 2026-01-01T00:00:00Z" } }, time: Date.UTC(2026, 0, 1) },
    { what: "of a time under its dotted name", line: { ...good, "at.text": "at 1.5" }, time: 1500 },
    { what: "of a time that does not match", line: { ...good, at: { text: "on Monday" } } },
    { what: "of a class that is NaN", line: { ...good, text: "pred=1 truth=NaN" }, actual: undefined },
    { what: "of a class that is empty", line: { ...good, text: "pred=1 truth=" }, actual: undefined },
  ])("a part is read $what", ({ line, time = NaN, ...rest }) => {
    const actual = "actual" in rest ? rest.actual : "legit";
    const event = { labels: ["fraud"], predicted: "1", actual, id: undefined, time };
    expect(decodeAll(options, json(line) + json(line))).toEqual([event, event]);
  });

  const model = 'match of /endpoints\\/(?<model>[^/]+)/u in field "source"';
  test.each([
    { line: { ...good, source: "/ml/fraud" }, rejected: "missing_field", detail: `no ${model}` },
    { line: { ...good, source: null }, rejected: "missing_field", detail: `no ${model}` },
    {
      line: { ...good, source: ["endpoints/x", "y"] },
      rejected: "wrong_type",
      detail: `${model} is an array, expected a string, number or boolean`,
    },
    {
      line: { ...good, source: "endpoints/a\ufffd" },
      rejected: "bad_encoding",
      detail: `${model} is "endpoints/a\ufffd"`,
    },
    {
      line: { ...good, "at.text": "at noon" },
      rejected: "bad_time",
      detail: 'match of /at (?<time>.*)/u in field "at.text" is "noon"',
    },
  ])("a part that cannot be read rejects its line: $detail", ({ line, rejected, detail }) => {
    expect(decodeAll(options, json(line))).toMatchObject([{ rejected, detail: expect.stringContaining(detail) }]);
  });

  test("a part may be a score", () => {
    const score = part("text", /p=(\S+)/u, "score");
    const predicted = { kind: "score", score, threshold: 0.5, below: "0", above: "1" } as const;
    const line = json({ ...good, text: "p=0.7 truth=0" });
    expect(decodeAll(withFields({ ...options.fields, predicted }), line)).toMatchObject([{ predicted: "1" }]);
  });
});

test.each([
  { line: { a: "x", b: "y" }, id: "x" },
  { line: { a: null, b: "y" }, id: "y" },
  { line: { a: "", b: 7 }, id: "7" },
  { line: { b: "y", c: "z" }, id: "y" },
  { line: { c: "z" }, id: undefined },
])("the id is the first of several that has a value: $line gives $id", ({ line, id }) => {
  const options = withFields({ id: [path("a"), path("b")] });
  expect(decodeAll(options, json({ model: "m", label: "a", ...line }))).toMatchObject([{ id }]);
});

describe("words that are no value", () => {
  const options = { ...jsonOptions, missing: new Set(["nan", "None", "-1", "0"]) };
  test.each([
    { what: "a class", line: { prediction: "a", label: "None" }, event: { predicted: "a", actual: undefined } },
    { what: "a class by its number", line: { prediction: "-1.0", label: -1 }, rejected: "missing_field" },
    { what: "a time", line: { label: "a", ts: 0 }, event: { time: NaN } },
    { what: "a time as text", line: { label: "a", ts: "nan" }, event: { time: NaN } },
    { what: "another spelling", line: { label: "NONE" }, event: { actual: "NONE" } },
    {
      what: "a label of the tag",
      line: { model: "None", version: "nan", label: "a" },
      event: { labels: ["None", "nan", ""] },
    },
    { what: "an id", line: { request_id: "None", label: "a" }, event: { id: "None" } },
  ])("are none for classes, scores and times, and stay for tags and ids: $what", ({ line, event, rejected }) => {
    const seen = decodeAll(options, json({ model: "m", ...line }));
    expect(seen).toMatchObject([event ?? { rejected }]);
  });

  test("are none for a score", () => {
    const score = { kind: "score", score: path("p"), threshold: 0.5, below: "0", above: "1" } as const;
    const scored = { ...options, fields: { ...options.fields, predicted: score } };
    const seen = decodeAll(scored, [-1, "nan", "0.0", 0.7].map((p) => json({ model: "m", label: "a", p })).join(""));
    expect(seen).toMatchObject([undefined, undefined, undefined, "1"].map((predicted) => ({ predicted })));
  });
});

describe("a score decides the class", () => {
  const options = withFields({
    predicted: { kind: "score", score: path("p"), threshold: 0.5, below: "legit", above: "fraud" },
  });
  test.each([
    { p: 0.5, predicted: "fraud" },
    { p: 0.4999999, predicted: "legit" },
    { p: 1, predicted: "fraud" },
    { p: 0, predicted: "legit" },
    { p: "0.75", predicted: "fraud" },
    { p: "5e-1", predicted: "fraud" },
    { p: null, predicted: undefined },
    { p: NaN, predicted: undefined },
  ])("$p gives $predicted", ({ p, predicted }) => {
    const line = json({ model: "m", label: "x", p: "@" }).replace('"@"', Number.isNaN(p) ? "NaN" : JSON.stringify(p));
    expect(decodeAll(options, line)).toMatchObject([{ predicted, actual: "x" }]);
  });

  test.each([
    { p: "NaN", shown: '"NaN"' },
    { p: "high", shown: '"high"' },
    { p: "", shown: '""' },
    { p: true, shown: "true" },
    { p: [0.9, 0.1], shown: "an array" },
  ])("$p is no score", ({ p, shown }) => {
    const detail = `field "p" is ${shown}, expected a number`;
    expect(decodeAll(options, json({ model: "m", label: "x", p }))).toMatchObject([{ rejected: "wrong_type", detail }]);
  });
});

describe("a bad line is rejected by its first reason, with words for a person", () => {
  const long = "x".repeat(257);
  test.each([
    { line: {}, rejected: "missing_field", detail: 'no field "model"' },
    { line: { model: "", label: "a" }, rejected: "missing_field", detail: 'no field "model"' },
    { line: { model: null, label: "a" }, rejected: "missing_field", detail: 'no field "model"' },
    {
      line: { model: "m", ts: "x" },
      rejected: "missing_field",
      detail: 'neither field "prediction" nor field "label"',
    },
    {
      line: { model: "m", prediction: { class: "a" }, label: "a", ts: "never" },
      rejected: "wrong_type",
      detail: 'field "prediction" is an object, expected a string, number or boolean',
    },
    {
      line: { model: "m", prediction: ["a", "b"], label: "a" },
      rejected: "wrong_type",
      detail:
        'field "prediction" is an array, expected one class: rows of several labels (multi-label) are not supported; `[]` at the end of its path reads each element as an event',
    },
    {
      line: { model: "m", prediction: "a", label: ["a", "b"] },
      rejected: "wrong_type",
      detail:
        'field "label" is an array, expected one class: rows of several labels (multi-label) are not supported; `[]` at the end of its path reads each element as an event',
    },
    {
      line: { model: ["m", "n"], label: "a" },
      rejected: "wrong_type",
      detail: 'field "model" is an array, expected a string, number or boolean',
    },
    {
      line: { model: "m", label: "a", ts: {} },
      rejected: "wrong_type",
      detail: 'field "ts" is an object, expected a time',
    },
    {
      line: { model: "m", label: long, ts: "never" },
      rejected: "bad_time",
      detail: 'field "ts" is "never", expected a time such as RFC 3339, or Unix time',
    },
    {
      line: { model: "m", label: "a", ts: true },
      rejected: "bad_time",
      detail: 'field "ts" is true, expected a time such as RFC 3339, or Unix time',
    },
    {
      line: { model: "m", label: "a", ts: "2026-02-03 12:00:05,123" },
      rejected: "bad_time",
      detail:
        'field "ts" is "2026-02-03 12:00:05,123", which has no offset: say its zone, fields.time: { path: "ts", zone: "Europe/Berlin" }',
    },
    {
      line: { model: long, label: "a" },
      rejected: "value_too_long",
      detail: 'field "model" is 257 bytes long, the limit is 256 (limits.maxValueBytes)',
    },
    {
      line: { model: "é".repeat(129), label: "a" },
      rejected: "value_too_long",
      detail: 'field "model" is 258 bytes long, the limit is 256 (limits.maxValueBytes)',
    },
  ])("$detail", ({ line, rejected, detail }) => {
    const good = { model: "m", label: "a" };
    const seen = decodeAll(jsonOptions, [good, line, good].map(json).join(""));
    expect(seen).toMatchObject([{ actual: "a" }, { rejected, detail, line: JSON.stringify(line) }, { actual: "a" }]);
  });

  test("a value may be as long as the maximum, however it is escaped", () => {
    const model = "é".repeat(128);
    const escaped = `{"model":"${"\\u00e9".repeat(128)}","label":"a"}\n`;
    expect(decodeAll(jsonOptions, json({ model, label: "a" }) + escaped)).toMatchObject([
      { labels: [model, "", ""] },
      { labels: [model, "", ""] },
    ]);
  });

  test.each([
    { line: "hello", detail: 'expected a JSON object, found "hello"' },
    { line: "[1]", detail: 'expected a JSON object, found "[1]"; paths that begin with [] read arrays' },
    { line: '{"model":"m"', detail: "the JSON object is incomplete" },
    {
      line: "{",
      detail: "a JSON object that spans lines is not read: write each on a line of its own, jq -c . FILE",
    },
    {
      line: "{'model': 'm'}",
      detail: `invalid JSON at byte 2: "'model': 'm'"; JSON has double quotes: Python writes it with json.dumps`,
    },
    { line: '{"model":"m",}', detail: 'invalid JSON at byte 14: "}"' },
    { line: "\ufffe{", detail: 'expected a JSON object, found "\ufffe{"' },
  ])("$line is malformed", ({ line, detail }) => {
    expect(decodeAll(jsonOptions, `${line}\n`)).toMatchObject([{ rejected: "malformed", detail, line }]);
  });

  test.each([
    { lines: ["[", '{"model":"m","label":"a"},', '  {"model":"m"} ,  ', "]"], named: [0, 1, 2, 3] },
    { lines: ['[{"model":"m","label":"a"},', " ]"], named: [0, 1] },
    { lines: ["[", "  {", '    "model": "m",', "  },", "  {", "  }", "]"], named: [0, 6] },
    { lines: ["[INFO] x", "[1]", "[1],", "{},x", '{"a",', '{"a":1,'], named: [] },
  ])("an array over several lines is named as such: $lines", ({ lines, named }) => {
    const details = lines.flatMap((line) =>
      decodeAll(jsonOptions, `${line}\n`).map((outcome) => "detail" in outcome && outcome.detail === arrayOverLines),
    );
    expect(details.flatMap((isNamed, index) => (isNamed ? [index] : []))).toEqual(named);
  });

  test.each([
    {
      what: "a class",
      line: '{"model":"m","label":"caf\xe9"}',
      detail: 'field "label" is "caf\\xe9", which is not UTF-8',
    },
    {
      what: "a label of the tag",
      line: '{"model":"m","version":"\xff","label":"a"}',
      detail: 'field "version" is "\\xff", ',
    },
    {
      what: "an id",
      line: '{"model":"m","request_id":"\xc3(","label":"a"}',
      detail: 'field "request_id" is "\\xc3(", ',
    },
    {
      what: "a class with escapes",
      line: '{"model":"m","label":"\\n\xff"}',
      detail: 'field "label" is "\\n\ufffd", which holds ',
    },
    {
      what: "half a surrogate pair",
      line: '{"model":"m","label":"\\ud800"}',
      detail: 'field "label" is "\ufffd", which holds U+',
    },
    {
      what: "a letter that was lost before",
      line: '{"model":"m","label":"\\ufffd"}',
      detail: 'field "label" is "\ufffd"',
    },
    { what: "a long class", line: `{"model":"m","label":"${"a".repeat(90)}\xff"}`, detail: `"${"a".repeat(80)}..."` },
  ])("$what that is no UTF-8 is rejected, so that two letters never become one", ({ line, detail }) => {
    const bytes = Buffer.from(`${line}\n`, "latin1");
    const seen = decodeAll(jsonOptions, Buffer.concat([bytes, bytes]));
    const rejection = { rejected: "bad_encoding", detail: expect.stringContaining(detail) };
    expect(seen).toMatchObject([rejection, rejection]);
  });

  test("bytes that are no UTF-8 do no harm where nobody looks", () => {
    const line = Buffer.from('{"model":"m","\xff":"\xfe","prediction":"a","label":"a","request_id":"\xff"}', "latin1");
    expect(decodeAll(jsonOptions, line)).toMatchObject([{ predicted: "a", actual: "a" }]);
  });

  test.each([
    { p: "\xff", rejected: "wrong_type" },
    { p: "\\n\xff", rejected: "wrong_type" },
    { ts: "\xff", rejected: "bad_time" },
    { ts: "\\n\xff", rejected: "bad_time" },
  ])("a score or a time that is no UTF-8 is none: $p$ts", ({ p = "1", ts = "1", rejected }) => {
    const options = withFields({
      predicted: { kind: "score", score: path("p"), threshold: 0.5, below: "0", above: "1" },
    });
    const line = Buffer.from(`{"model":"m","label":"a","p":"${p}","ts":"${ts}"}`, "latin1");
    expect(decodeAll(options, line)).toMatchObject([{ rejected }]);
  });

  test("a UTF-16 file is named as such", () => {
    const bytes = Buffer.from("\ufeff{}\n", "utf16le");
    expect(decodeAll(jsonOptions, bytes)[0]).toMatchObject({ detail: "the file is UTF-16, expected UTF-8" });
  });
});
