import { describe, expect, test } from "@jest/globals";
import type { DecodeOptions, FormatOptions, Packing, PathRef } from "../../src/decode/options.ts";
import fc from "../support/property.ts";
import { decodeAll, jsonOptions, packed, path, pattern } from "./decoding.ts";

function reading(
  predicted: PathRef,
  more: Partial<DecodeOptions["fields"]> = {},
  format?: FormatOptions,
): DecodeOptions {
  const fields = {
    ...jsonOptions.fields,
    labels: [path("model")],
    predicted,
    actual: path("t"),
    id: [],
    time: undefined,
  };
  return { ...jsonOptions, ...(format !== undefined && { format }), fields: { ...fields, ...more } };
}

/** The predicted class of each event, or why the line is none. */
function classes(options: DecodeOptions, ...values: readonly unknown[]): unknown[] {
  const lines = values.map((v) => `${JSON.stringify({ model: "m", t: "x", v })}\n`).join("");
  return decodeAll(options, lines).map((outcome) => {
    if ("rejected" in outcome) return `${outcome.rejected}: ${outcome.detail}`;
    return "skipped" in outcome ? outcome.skipped : outcome.predicted;
  });
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("a value that is packed in a text is unpacked", () => {
  test.each<{ as: Packing[]; inner?: string; value: unknown; seen: unknown }>([
    { as: ["json"], inner: "p.c", value: '{"p":{"c":"a"}}', seen: "a" },
    { as: ["json"], inner: "p.c", value: '{"p.c":"a"}', seen: "a" },
    { as: ["json"], inner: "p[1]", value: ' {"p":[1,"é😀"]} \n', seen: "é😀" },
    { as: ["json"], inner: "[0].c", value: '[{"c":true}]', seen: "true" },
    { as: ["json"], inner: "p[k=v].c", value: '{"p":[{"k":"v","c":"a"}]}', seen: "a" },
    { as: ["json"], value: "0.930", seen: "0.93" },
    { as: ["json"], value: '"a\\"\\n"', seen: 'a"\n' },
    { as: ["json"], value: "[1]", seen: "1" },
    {
      as: ["json"],
      inner: "p",
      value: { p: "an object in place of its text" },
      seen: "an object in place of its text",
    },
    { as: ["json"], inner: "[1]", value: ["a", "b"], seen: "b" },
    { as: ["json"], value: 7, seen: "7" },
    { as: ["json"], inner: "p", value: '{"p":NaN}', seen: undefined },
    { as: ["json"], inner: "p", value: '{"p":"NaN"}', seen: "NaN" },
    { as: ["json"], inner: "p", value: '{"p":null}', seen: undefined },
    { as: ["json"], inner: "p", value: '{"q":1}', seen: undefined },
    { as: ["json"], inner: "p", value: '{"p":1,"p":2}', seen: "2" },
    { as: ["json"], inner: "p", value: "null", seen: undefined },
    { as: ["json"], inner: "p", value: "", seen: undefined },
    { as: ["json"], inner: "p", value: null, seen: undefined },
    { as: ["base64"], value: base64("1.0"), seen: "1" },
    { as: ["base64"], value: base64('é"\\'), seen: 'é"\\' },
    { as: ["base64"], value: "_-8", seen: expect.stringContaining("bad_encoding") },
    { as: ["base64"], value: "YQ", seen: "a" },
    { as: ["base64"], value: "Y\nQ==\n", seen: "a" },
    { as: ["base64", "json"], inner: "predictions[0]", value: base64('{"predictions":["a"]}'), seen: "a" },
    { as: ["json", "base64", "json"], inner: "p", value: JSON.stringify(base64('{"p":"a"}')), seen: "a" },
    { as: ["json", "json"], inner: "p", value: JSON.stringify('{"p":"a"}'), seen: "a" },
    { as: ["csv"], value: "0.93\n", seen: "0.93" },
    { as: ["csv"], inner: "[0]", value: " 1, 0.12\r\n", seen: "1" },
    { as: ["csv"], inner: "[1]", value: '1,"a ""b"", c"', seen: 'a "b", c' },
    { as: ["csv"], inner: "[1]", value: "1,NaN", seen: undefined },
    { as: ["csv"], inner: "[1]", value: "1,", seen: undefined },
    { as: ["csv"], inner: "[2]", value: "1,2", seen: undefined },
    { as: ["csv"], value: "\n", seen: undefined },
    { as: ["csv"], value: 3, seen: "3" },
    { as: ["base64", "csv"], inner: "[1]", value: base64("0.1,a\n"), seen: "a" },
  ])("$as $inner of $value", ({ as, inner, value, seen }) => {
    expect(classes(reading(packed("v", as, inner)), value, value)).toEqual([seen, seen]);
  });

  test("as every field: model, time, score, id and part of a value", () => {
    const options = reading(path("p"), {
      labels: [
        packed("v", ["json"], "m"),
        { ...packed("v", ["json"], "m"), part: { pattern: pattern(/(\d)/u), group: "" } },
      ],
      labelNames: ["model", "version"],
      predicted: { kind: "score", score: packed("v", ["json"], "s"), threshold: 0.5, below: "n", above: "y" },
      actual: undefined,
      id: [packed("v", ["json"], "id")],
      time: { ...packed("v", ["json"], "at"), zone: "Europe/Berlin" },
    });
    const inner = { m: "fraud-7", s: "0.5", id: 12, at: "2026-01-01 01:00:00,250" };
    expect(decodeAll(options, `${JSON.stringify({ v: JSON.stringify(inner) })}\n`)).toEqual([
      {
        labels: ["fraud-7", "7"],
        predicted: "y",
        score: 0.5,
        actual: undefined,
        id: "12",
        time: Date.UTC(2026, 0, 1) + 250,
      },
    ]);
  });

  test.each<{ name: string; format: FormatOptions; write: (body: string) => string }>([
    {
      name: "a group of a regular expression",
      format: { kind: "regex", pattern: pattern(/^(?<model>\w+) (?<t>\w+) - (?<v>.*)$/u) },
      write: (body) => `m x - ${body}`,
    },
    { name: "a cell of CSV", format: { kind: "csv" }, write: (body) => `m,x,"${body.replaceAll('"', '""')}"` },
    { name: "a value of logfmt", format: { kind: "logfmt" }, write: (body) => `model=m t=x v=${JSON.stringify(body)}` },
  ])("in $name, elements too", ({ format, write }) => {
    const options = reading(packed("v", ["json"], "o[0].data[]"), {}, format);
    const header = format.kind === "csv" ? "model,t,v\n" : "";
    const bodies = ['{"o":[{"data":["a","é b"]}]}', '{"o":[{"data":[1]}]}'];
    const seen = decodeAll(options, `${header}${bodies.map(write).join("\n")}\n`);
    expect(seen).toMatchObject(["a", "é b", "1"].map((predicted) => ({ predicted, actual: "x" })));
  });

  test("the lines of CSV are elements", () => {
    const options = reading(packed("v", ["base64", "csv"], "[][0]"), {
      actual: packed("v", ["base64", "csv"], "[][1]"),
    });
    const line = JSON.stringify({ model: "m", v: base64("1,a\n\n 2 ,b\r\nx,\n") });
    expect(decodeAll(options, `${line}\n`)).toMatchObject([
      { predicted: "1", actual: "a" },
      { predicted: "2", actual: "b" },
      { predicted: "x", actual: undefined },
    ]);
    expect(classes(reading(packed("v", ["csv"], "[]")), "1\n0\n")).toEqual(["1", "0"]);
  });
});

describe("what cannot be unpacked rejects its line", () => {
  test.each<{ as: Packing[]; inner?: string; value: unknown; says: string }>([
    { as: ["json"], value: '{"p":', says: 'field "v json" is "{\\"p\\":", expected JSON' },
    { as: ["json"], value: "{} x", says: "expected JSON" },
    { as: ["json"], value: "hello", says: 'is "hello", expected JSON' },
    { as: ["json"], inner: "p", value: '{"p":{}}', says: 'field "v json(p)" is an object, expected a string' },
    { as: ["json"], inner: "p", value: '{"p":["a","b"]}', says: 'field "v json(p)" is an array, expected one class' },
    { as: ["base64"], value: "a", says: 'is "a", expected base64' },
    { as: ["base64"], value: "YQ=", says: "expected base64" },
    { as: ["base64"], value: "Y=Q=", says: "expected base64" },
    { as: ["base64"], value: "{}", says: 'is "{}", expected base64' },
    { as: ["base64"], value: { p: 1 }, says: "is an object, expected base64 in a text" },
    { as: ["base64", "json"], value: base64("nothing"), says: 'is "nothing", expected JSON' },
    { as: ["base64", "json"], value: ["YQ=="], says: "is an array, expected base64 in a text" },
    { as: ["json", "base64"], value: '{"p":1}', says: "is JSON without a text in it, expected base64 there" },
    { as: ["csv"], value: 'a,"b', says: "expected CSV" },
    { as: ["csv"], value: "a,b", says: 'field "v csv" is an array, expected one class' },
    { as: ["csv"], value: "a\nb\n", says: "is CSV of 2 lines, expected one: `[]` first in `path` reads each" },
    { as: ["csv"], value: ["a"], says: "is an array, expected CSV in a text" },
  ])("$as of $value: $says", ({ as, inner, value, says }) => {
    const seen = classes(reading(packed("v", as, inner)), value);
    expect(seen).toEqual([expect.stringContaining("wrong_type: field")]);
    expect(seen).toEqual([expect.stringContaining(says)]);
  });

  test("a letter that is lost inside is found", () => {
    const bytes = Buffer.from('{"p":"caf\xe9"}', "latin1");
    const lines = [{ v: bytes.toString("base64") }].map(
      (line) => `${JSON.stringify({ model: "m", t: "x", ...line })}\n`,
    );
    expect(decodeAll(reading(packed("v", ["base64", "json"], "p")), lines.join(""))).toMatchObject([
      { rejected: "bad_encoding" },
    ]);
    const raw = Buffer.from('{"model":"m","t":"x","v":"{\\"p\\":\\"caf\xe9\\"}"}\n', "latin1");
    expect(decodeAll(reading(packed("v", ["json"], "p")), raw)).toMatchObject([{ rejected: "bad_encoding" }]);
  });

  test("arrays a million deep inside of a text are read in time linear in their length", () => {
    const began = performance.now();
    const deep = `${"[".repeat(1e6)}${"]".repeat(1e6)}`;
    const options = { ...reading(packed("v", ["json"], "[]")), maxLineBytes: 1e8 };
    expect(classes(options, deep, `[1,${deep}]`, deep.slice(1))).toHaveLength(3);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test("base64 of a line at its limit takes a small multiple of the line, and longer lines are refused unread", () => {
    const options = { ...reading(packed("v", ["base64", "json"], "p")), maxLineBytes: 30_000_000 };
    const line = (bytes: number): string =>
      `${JSON.stringify({ model: "m", t: "x", v: base64(`{"q":"${"a".repeat(bytes)}","p":1}`) })}\n`;
    const before = process.memoryUsage().arrayBuffers;
    expect(decodeAll(options, line(10_000_000))).toMatchObject([{ predicted: "1" }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(120_000_000);
    expect(decodeAll(options, line(25_000_000))).toMatchObject([{ rejected: "line_too_long" }]);
  });
});

test("what is packed in any way, one inside the other, reads back the same", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 8, unit: "grapheme-composite" }),
    fc.constantFrom("1", "a,b", '"', "\\n", "x\ny"),
  );
  const pack: Record<Packing, (value: string) => string> = {
    json: (value) => JSON.stringify(value),
    base64,
    csv: (value) => `"${value.replaceAll('"', '""')}"\n`,
  };
  const packings = fc
    .tuple(
      fc.array(fc.constantFrom<Packing>("json", "base64"), { maxLength: 3 }),
      fc.constantFrom<Packing>("json", "base64", "csv"),
    )
    .map(([outer, last]) => [...outer, last]);
  fc.assert(
    fc.property(text, packings, (value, as) => {
      // CSV trims cells, and these have no line ends.
      fc.pre(value.trim() === value && value !== "" && (as.at(-1) !== "csv" || !value.includes("\n")));
      fc.pre(!value.includes("\ufffd") && !["NaN", "Infinity", "-Infinity"].includes(value));
      const whole = as.reduceRight((inner, packing) => pack[packing](inner), value);
      const plain = classes(reading(path("v")), value);
      expect(classes(reading(packed("v", as)), whole)).toEqual(plain);
    }),
    { numRuns: 300 },
  );
});
