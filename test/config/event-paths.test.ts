import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../src/config/parse.ts";
import type { DecodeOptions } from "../../src/decode/options.ts";
import { Problem } from "../../src/problem.ts";
import fc from "../support/property.ts";

function decodeOf(source: object): DecodeOptions {
  const [only] = parseConfig({ sources: [{ files: ["a.jsonl"], ...source }] }, "/etc/mqe.config.ts", {}).sources;
  if (only === undefined) throw new Error("no source");
  return only.decode;
}

function faults(source: object): readonly string[] {
  try {
    decodeOf(source);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.details;
    throw error;
  }
}

const each = { kind: "each" };
const keys = (...names: string[]): object => ({ kind: "keys", keys: names });

describe("paths lead into arrays", () => {
  test.each([
    { given: "p[]", path: ["p"], steps: [each] },
    { given: "a.b[].c.d", path: ["a", "b"], steps: [each, keys("c", "d")] },
    { given: "[].p", path: [], steps: [each, keys("p")] },
    { given: "[][0]", path: [], steps: [each, { kind: "index", index: 0 }] },
    { given: "a[12][].x", path: ["a"], steps: [{ kind: "index", index: 12 }, each, keys("x")] },
    {
      given: "outputs[name=class_id].data[]",
      path: ["outputs"],
      steps: [{ kind: "having", key: "name", value: "class_id" }, keys("data"), each],
    },
    {
      given: 'a[key=gen_ai.label].v."x.y"',
      path: ["a"],
      steps: [{ kind: "having", key: "key", value: "gen_ai.label" }, keys("v", "x.y")],
    },
    { given: 'a["k=]"="]"]', path: ["a"], steps: [{ kind: "having", key: "k=]", value: "]" }] },
    { given: "a[k=]", path: ["a"], steps: [{ kind: "having", key: "k", value: "" }] },
    { given: "a.0.b", path: ["a", "0", "b"], steps: undefined },
    { given: '"a[0]".b', path: ["a[0]", "b"], steps: undefined },
  ])("$given", ({ given, path, steps }) => {
    const { fields } = decodeOf({ fields: { model: { value: "m" }, predicted: { value: "p" }, actual: given } });
    expect(fields.actual).toEqual({ kind: "path", path, ...(steps !== undefined && { steps }) });
  });

  test.each([
    "a[",
    "a[0",
    "a[-1]",
    "a[x]",
    "a[]b",
    "a[].",
    "a[]..b",
    "a[=x]",
    "a[1.5]",
    "a[ ]",
    "[]x",
    "a[k=v",
    "[",
    "a[1e3]",
  ])("%j is no path", (given) => {
    expect(faults({ fields: { model: { value: "m" }, actual: given } })).toEqual([
      `sources[0].fields.actual: expected a path like "meta.region", got ${JSON.stringify(given)}; brackets are [], [0] or [key=value], and keys that hold others are quoted`,
    ]);
  });

  test("a text is a path or is not, and nothing else happens", () => {
    const part = fc.constantFrom("a", "b.c", ".", "[", "]", "[]", "[0]", "[k=v]", '"', "\\", "=", "é", " ", "\n");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const lines = faults({ fields: { model: { value: "m" }, predicted: { value: "p" }, actual: parts.join("") } });
        for (const line of lines) expect(line).toMatch(/^sources\[0\]\.fields\.actual: [^\n]+$/u);
      }),
      { numRuns: 500 },
    );
  });
});

describe("packed values and scores", () => {
  test("steps go through what is packed, with a part and a zone", () => {
    const { fields } = decodeOf({
      fields: {
        model: { in: "log.message", decode: ["json"], path: "model", match: "(\\w+)" },
        predicted: { in: "out[].data", decode: ["base64", "json"], path: "predictions[0]" },
        actual: { in: "truth[]", decode: "csv" },
        time: { in: "log.message", decode: ["json"], path: "at", zone: "UTC" },
      },
    });
    const decode = (...as: string[]): object => ({ kind: "decode", as });
    expect(fields).toMatchObject({
      labels: [{ path: ["log", "message"], steps: [decode("json"), keys("model")], part: { group: "model" } }],
      predicted: {
        path: ["out"],
        steps: [each, keys("data"), decode("base64", "json"), keys("predictions"), { kind: "index", index: 0 }],
      },
      actual: { path: ["truth"], steps: [each, decode("csv")] },
      time: { path: ["log", "message"], steps: [decode("json"), keys("at")], zone: "UTC" },
    });
  });

  test("scores have their classes from the config, from the line, or with them", () => {
    const scoresOf = (predicted: object): unknown =>
      decodeOf({ fields: { predicted, model: "m", actual: "t" } }).fields.predicted;
    const scores = { kind: "path", path: ["p"] };
    expect(scoresOf({ scores: "p", classes: [0, "1.0", true] })).toEqual({
      kind: "scores",
      scores,
      classes: ["0", "1", "true"],
    });
    expect(scoresOf({ scores: "p" })).toEqual({ kind: "scores", scores });
    expect(scoresOf({ scores: "p", classes: { path: "names.0" } })).toMatchObject({
      classes: { path: ["names", "0"] },
    });
    expect(scoresOf({ scores: { in: "p", decode: "json" }, classes: { in: "c", decode: ["csv"] } })).toMatchObject({
      scores: { steps: [{ kind: "decode", as: ["json"] }] },
      classes: { path: ["c"], steps: [{ kind: "decode", as: ["csv"] }] },
    });
  });

  const packings = '"json", "base64" or "csv"';
  test.each([
    { predicted: { in: "a" }, says: [`decode: missing; expected ${packings}`] },
    { predicted: { decode: "json" }, says: ["in: missing; expected a path"] },
    { predicted: { in: "a", decode: [] }, says: ["decode: expected at least one packing"] },
    { predicted: { in: "a", decode: "jsn" }, says: [`decode: expected ${packings}, got "jsn"; did you mean "json"?`] },
    { predicted: { in: "a", decode: ["json", 1] }, says: [`decode[1]: expected ${packings}, got 1`] },
    { predicted: { in: 1, decode: "json" }, says: ["in: expected a path, got 1"] },
    { predicted: { in: "a..b", decode: "json" }, says: ['in: expected a path like "meta.region", got "a..b"'] },
    {
      predicted: { in: "a", decode: "json", path: "b[" },
      says: ['path: expected a path like "meta.region", got "b["'],
    },
    { predicted: { in: "a", decode: "json", pth: "b" }, says: ['pth: unknown key; did you mean "path"?'] },
    {
      predicted: { in: "a", decode: ["csv", "json"] },
      says: ["decode[0]: gives cells, in which nothing else is packed"],
    },
    {
      predicted: { in: "a", decode: "base64", path: "b" },
      says: ["path: what base64 gives is text, without places in it"],
    },
    {
      predicted: { scores: 1 },
      says: ['scores: expected a path like "probabilities", or { in, decode, path }, got 1'],
    },
    { predicted: { classes: ["a", "b"] }, says: ["scores: missing; expected a path"] },
    { predicted: { scores: { value: "a" } }, says: ["scores: expected a path"] },
    { predicted: { scores: "p", classes: [] }, says: ["classes: expected at least one class"] },
    {
      predicted: { scores: "p", classes: ["a"] },
      says: ["classes: expected two classes or more: one decides nothing"],
    },
    { predicted: { scores: "p", classes: [1, "b", "1.0"] }, says: ['classes[2]: "1" is already one of the classes'] },
    { predicted: { scores: "p", classes: "a" }, says: ["classes: expected a list of classes, { path }"] },
    { predicted: { scores: "p", classes: { pat: "a" } }, says: ['classes.pat: unknown key; did you mean "path"?'] },
    { predicted: { scores: "p", classes: { path: "c[]" } }, says: ["classes: has more `[]` than `scores`"] },
    { predicted: { scores: "p", threshold: 1 }, says: ["threshold: unknown key"] },
    { predicted: { scores: "t" }, says: [": is the field of `actual` too: each outcome would be right"] },
    { predicted: { in: "t", decode: "json", path: "a" }, says: [] },
    { predicted: { score: "p[0]", threshold: 0.5, below: 0, above: 1 }, says: [] },
  ])("predicted: $predicted", ({ predicted, says }) => {
    expect(faults({ fields: { model: "m", predicted, actual: "t" } })).toEqual(
      says.map((text) =>
        expect.stringMatching(startOf(`sources[0].fields.predicted${text.startsWith(":") ? "" : "."}${text}`)),
      ),
    );
  });

  test.each([
    { time: { in: "a", decode: "json", path: "t", zone: "Nowhere" }, says: "zone: " },
    { time: { in: "a", zone: "UTC" }, says: "decode: missing" },
  ])("time: $time", ({ time, says }) => {
    expect(faults({ fields: { model: "m", actual: "t", time } })).toEqual([
      expect.stringMatching(startOf(`sources[0].fields.time.${says}`)),
    ]);
  });
});

describe("paths that the lines can never have are refused", () => {
  const fields = { model: { value: "m" }, predicted: "p", actual: "t" };
  const unpack = (name: string): string => `unpack its text: { in: "${name}", decode: ["json"] }`;
  test.each([
    {
      what: "a condition on several values",
      source: { where: { "tags[]": "a" } },
      says: 'where["tags[]"]: `[]` leads to several values: a condition is on one, like [0]',
    },
    {
      what: "elements of a cell of CSV",
      source: { format: "csv", fields: { ...fields, predicted: "p[0]" } },
      says: `fields.predicted: a field of csv is one text, without elements; quote a name that has brackets, "\\"p[0]\\"", or ${unpack("p")}`,
    },
    {
      what: "elements of a value of logfmt",
      source: { format: "logfmt", fields: { ...fields, actual: "t[]" } },
      says: `fields.actual: a field of logfmt is one text, without elements; quote a name that has brackets, "\\"t[]\\"", or ${unpack("t")}`,
    },
    {
      what: "scores in a group of a regular expression",
      source: { format: { regex: "(?<p>.)(?<t>.)" }, fields: { ...fields, predicted: { scores: "p" } } },
      says: `fields.predicted.scores: a field of regex is one text, not an array of scores; ${unpack("p")}`,
    },
    {
      what: "a group that is not there, packed",
      source: {
        format: { regex: "(?<body>.)(?<t>.)" },
        fields: { ...fields, predicted: { in: "bdy", decode: "json" } },
      },
      says: 'fields.predicted: the regular expression has no group "bdy"; did you mean "body"?',
    },
    {
      what: "a condition on an element in CSV",
      source: { format: "csv", fields, where: { "a[0]": 1 } },
      says: 'where["a[0]"]: a field of csv is one text',
    },
    {
      what: "a field of a line that is an array",
      source: { fields: { model: "model", predicted: "[].p", actual: "[].t" } },
      says: 'fields.model: "[].p" makes each line an array, which has no field "model"; did you mean "[].model"?',
    },
    {
      what: "an element as wrapper",
      source: { wrapper: { path: "a[0]" } },
      says: "wrapper.path: expected the keys of one field, without brackets",
    },
  ])("$what", ({ source, says }) => {
    expect(faults(source)).toEqual([expect.stringMatching(startOf(`sources[0].${says}`))]);
  });

  test.each([
    { format: "csv", fields: { ...fields, predicted: '"p[0]"' } },
    { format: { csv: { columns: ["p[0]", "t"] } }, fields: { ...fields, predicted: '"p[0]"' } },
    { format: "csv", fields: { ...fields, predicted: { in: "p", decode: "json", path: "[]" } } },
    { format: "logfmt", fields: { ...fields, predicted: { scores: { in: "p", decode: "json" } } } },
    { fields: { model: { value: "m" }, predicted: "[0].p", actual: "[0].t" }, where: { "[0].k": "v" } },
  ])("%j is not", (source) => {
    expect(faults(source)).toEqual([]);
  });
});

function startOf(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&")}`, "u");
}
