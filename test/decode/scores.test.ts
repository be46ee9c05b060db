import { describe, expect, test } from "@jest/globals";
import type { DecodeOptions, PathRef, ScoresRef } from "../../src/decode/options.ts";
import fc from "../support/property.ts";
import { decodeAll, jsonOptions, packed, path } from "./decoding.ts";

type Scores = Omit<ScoresRef, "kind">;

function deciding(scores: Scores, actual: PathRef = path("t"), more: Partial<DecodeOptions> = {}): DecodeOptions {
  const fields = {
    labels: [path("model")],
    predicted: { kind: "scores", ...scores } as const,
    actual,
    id: [path("id")],
  };
  return { ...jsonOptions, ...more, fields: { ...jsonOptions.fields, ...fields } };
}

const three: Scores = { scores: path("p"), classes: ["neg", "neu", "pos"] };
const named: Scores = { scores: path("p") };

/** Class and score of each event, or why the line is none. */
function decided(options: DecodeOptions, ...members: readonly string[]): unknown[] {
  const lines = members.map((member) => `{"model":"m","t":"x",${member}}\n`).join("");
  return decodeAll(options, lines).map((outcome) => {
    if ("rejected" in outcome) return `${outcome.rejected}: ${outcome.detail}`;
    return "skipped" in outcome ? outcome.skipped : [outcome.predicted, outcome.score];
  });
}

describe("the class with the highest score is the prediction", () => {
  test.each([
    { what: "an array in the order of the classes", scores: three, line: '"p":[0.1,0.7,0.2]', seen: ["neu", 0.7] },
    { what: "the first of equal scores", scores: three, line: '"p":[0.2,0.4,0.4]', seen: ["neu", 0.4] },
    { what: "the first of all", scores: three, line: '"p":[0,0,0]', seen: ["neg", 0] },
    { what: "scores below zero", scores: three, line: '"p":[-3.5,-1e-3,-2]', seen: ["neu", -0.001] },
    { what: "NaN never wins", scores: three, line: '"p":[NaN,0.1,Infinity]', seen: ["neu", 0.1] },
    { what: "null never wins", scores: three, line: '"p":[null,null,-1]', seen: ["pos", -1] },
    {
      what: "no number at all is no prediction",
      scores: three,
      line: '"p":[NaN,null,"NaN"]',
      seen: [undefined, undefined],
    },
    { what: "null is no prediction", scores: three, line: '"p":null', seen: [undefined, undefined] },
    { what: "nothing is no prediction", scores: three, line: '"q":1', seen: [undefined, undefined] },
    { what: "scores as text", scores: three, line: '"p":["0.1","2e-1","0.05"]', seen: ["neu", 0.2] },
    { what: "an object of classes", scores: named, line: '"p":{"a":0.1,"b":0.9,"c":0.9}', seen: ["b", 0.9] },
    { what: "an object whose classes are escaped", scores: named, line: '"p":{"\\u00e9":1,"b":0}', seen: ["é", 1] },
    { what: "an object whose classes are numbers", scores: named, line: '"p":{"1.0":1,"0":0}', seen: ["1", 1] },
    { what: "an empty object", scores: named, line: '"p":{}', seen: [undefined, undefined] },
    {
      what: "an object, the order of its classes given",
      scores: three,
      line: '"p":{"pos":1,"neg":0}',
      seen: ["pos", 1],
    },
    {
      what: "names in the line",
      scores: { scores: path("r.s"), classes: path("r.c") },
      line: '"r":{"c":["tin","gold",1.0],"s":[0.1,0.2,0.3]}',
      seen: ["1", 0.3],
    },
    {
      what: "names in the line, after the scores, in another object",
      scores: { scores: path("s[0]"), classes: path("meta.c") },
      line: '"s":[[0.5,0.2],[]],"meta":{"c":["a","b"]}',
      seen: ["a", 0.5],
    },
    {
      what: "scores packed as JSON",
      scores: { scores: packed("p", ["json"], "q[1]"), classes: ["a", "b"] },
      line: '"p":"{\\"q\\":[0,[0.1,0.2]]}"',
      seen: ["b", 0.2],
    },
    {
      what: "scores packed as CSV",
      scores: { scores: packed("p", ["csv"]), classes: ["a", "b"] },
      line: '"p":"0.7, 0.2\\n"',
      seen: ["a", 0.7],
    },
    {
      what: "scores and names in one text",
      scores: { scores: packed("p", ["json"], "s"), classes: packed("p", ["json"], "c") },
      line: '"p":"{\\"c\\":[\\"x\\",\\"y\\"],\\"s\\":[1,2]}"',
      seen: ["y", 2],
    },
  ])("$what", ({ scores, line, seen }) => {
    expect(decided(deciding(scores), line, line)).toEqual([seen, seen]);
  });

  test("words that are no value never win", () => {
    const options = deciding(three, path("t"), { missing: new Set(["nan", "-1"]) });
    expect(decided(options, '"p":["nan",0.1,0.2]', '"p":["n/a",0.1,0.2]')).toEqual([
      ["pos", 0.2],
      expect.stringContaining("wrong_type"),
    ]);
  });

  test("the score that decides by a threshold stands on the event as well", () => {
    const predicted = { kind: "score", score: path("p"), threshold: 0.5, below: "0", above: "1" } as const;
    const options = { ...jsonOptions, fields: { ...jsonOptions.fields, predicted, actual: path("t") } };
    expect(decided(options, '"p":0.75', '"p":0.25', '"p":null', '"p":"0.5"')).toEqual([
      ["1", 0.75],
      ["0", 0.25],
      [undefined, undefined],
      ["1", 0.5],
    ]);
  });

  test("an array of random scores is decided as by a loop over them", () => {
    const classes = ["a", "b", "c", "d"];
    const score = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 0.5, null));
    fc.assert(
      fc.property(fc.array(fc.array(score, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (rows) => {
        const best = rows.map((row) => {
          let at = -1;
          for (const [index, value] of row.entries())
            if (value !== null && (at < 0 || value > (row[at] ?? 0))) at = index;
          return at < 0 ? [undefined, undefined] : [classes[at], row[at]];
        });
        const one = deciding({ scores: path("p"), classes });
        expect(decided(one, ...rows.map((row) => `"p":${JSON.stringify(row)}`))).toEqual(best);
        const objects = rows.map((row) =>
          JSON.stringify(Object.fromEntries(row.map((value, at) => [classes[at], value]))),
        );
        expect(decided(deciding(named), ...objects.map((each) => `"p":${each}`))).toEqual(best);
        const batch = deciding({ scores: path("p[]"), classes });
        expect(decided(batch, `"p":${JSON.stringify(rows)}`)).toEqual(best);
        const isFlat = rows.every((row) => row.some((value) => value !== null));
        if (isFlat) expect(decided(batch, `"p":${JSON.stringify(rows.flat())}`)).toEqual(best);
      }),
      { numRuns: 200 },
    );
  });
});

describe("scores of a batch", () => {
  const rows: Scores = { scores: path("p[]"), classes: ["a", "b"] };
  test.each([
    { what: "one vector for each", scores: rows, line: '"p":[[0.1,0.9],[1,0]],"t":["x","y"]' },
    { what: "a flat matrix, cut by the classes", scores: rows, line: '"p":[0.1,0.9,1,0],"t":["x","y"]' },
    {
      what: "a flat matrix in step with an array, without [] of its own",
      scores: { ...rows, scores: path("p") },
      line: '"p":[0.1,0.9,1,0],"t":["x","y"]',
    },
    {
      what: "objects",
      scores: { scores: path("p[]") },
      line: '"p":[{"a":0.1,"b":0.9},{"b":0,"a":1}],"t":["x","y"]',
    },
    {
      what: "vectors with names beside each",
      scores: { scores: path("p[].s"), classes: path("p[].c") },
      line: '"p":[{"s":[0.9,0.1],"c":["b","a"]},{"c":["a","b"],"s":[1,0]}],"t":["x","y"]',
      scored: [0.9, 1],
    },
    {
      what: "a flat matrix with the names in the line",
      scores: { scores: path("p[]"), classes: path("c") },
      line: '"p":[0.1,0.9,1,0],"t":["x","y"],"c":["a","b"]',
    },
    {
      what: "the lines of a CSV",
      scores: { ...rows, scores: packed("p", ["csv"], "[]") },
      line: '"p":"0.1,0.9\\n1,0\\n","t":["x","y"]',
    },
  ])("$what", ({ scores, line, scored = [0.9, 1] }) => {
    expect(decided(deciding(scores, path("t[]")), line)).toEqual([
      ["b", scored[0]],
      ["a", scored[1]],
    ]);
  });

  test("a vector that is null is no prediction, in its place", () => {
    expect(decided(deciding(rows, path("t[]")), '"p":[null,[1,0]],"t":["x","y"]')).toEqual([
      [undefined, undefined],
      ["a", 1],
    ]);
  });

  test("rows that are null stay rows, however many there are", () => {
    const line = '"p":[null,null,null,[1,0]],"t":["x","y","z","w"]';
    const missing = [undefined, undefined];
    expect(decided(deciding(rows, path("t[]")), line)).toEqual([missing, missing, missing, ["a", 1]]);
    expect(decided(deciding(rows, path("t[]")), '"p":[null,null,1,0],"t":["x","y"]')).toEqual([missing, ["a", 1]]);
    const began = performance.now();
    const options = { ...deciding(rows), maxLineBytes: 10_000_000 };
    expect(decided(options, `"p":[${"null,".repeat(100_000)}null]`)).toHaveLength(100_001);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test("elements have the number in their ids", () => {
    const seen = decodeAll(
      { ...deciding(rows), fields: { ...deciding(rows).fields, actual: undefined } },
      '{"model":"m","p":[1,0,0,1],"id":"r"}\n',
    );
    expect(seen).toMatchObject([
      { predicted: "a", id: "r#0" },
      { predicted: "b", id: "r#1" },
    ]);
  });
});

describe("scores that cannot decide reject the line", () => {
  const name = 'wrong_type: field "p" is';
  test.each([
    { scores: three, line: '"p":[0.1,0.9]', says: `${name} an array of 2 scores, expected 3, one per class` },
    { scores: three, line: '"p":[]', says: `${name} an array of 0 scores, expected 3, one per class` },
    { scores: three, line: '"p":[1,0,0,1]', says: `${name} an array of 4 scores, expected 3, one per class` },
    {
      scores: three,
      line: '"p":[1,0,0,1,0,0]',
      says: `${name} an array of 6 scores, expected 3, one per class; \`[]\` at the end of its path reads several rows from it`,
    },
    { scores: three, line: '"p":[1,"high",0]', says: `${name} scores with "high" among them, expected numbers` },
    { scores: three, line: '"p":[1,[0],0]', says: `${name} scores with an array among them, expected numbers` },
    { scores: three, line: '"p":[1,true,0]', says: `${name} scores with "true" among them, expected numbers` },
    { scores: named, line: '"p":{"a":{"b":1}}', says: `${name} scores with an object among them, expected numbers` },
    { scores: named, line: '"p":[0.1,0.9]', says: `${name} an array of scores, expected \`classes\` with them` },
    { scores: three, line: '"p":0.9', says: `${name} a single value, expected an array or object of scores` },
    { scores: three, line: '"p":"0.9"', says: `${name} a single value, expected an array or object of scores` },
    {
      scores: { scores: path("p"), classes: path("c") },
      line: '"p":[1,2]',
      says: `${name} an array of scores, expected an array of their classes in field "c"`,
    },
    {
      scores: { scores: path("p"), classes: path("c") },
      line: '"p":[1,2],"c":["a"]',
      says: `${name} an array of 2 scores, expected 1, one per class`,
    },
    {
      scores: { scores: path("p"), classes: path("c") },
      line: '"p":[1,2],"c":["a",null]',
      says: `${name} an array of scores, expected a name for each in the array of classes`,
    },
  ])("$line: $says", ({ scores, line, says }) => {
    const good = '"p":[1,0,0],"c":["a","b","c"]';
    const goodOnes = scores.classes === undefined ? '"p":{"neg":1}' : good;
    const seen = decided(deciding(scores), goodOnes, line, goodOnes);
    const right = [scores.classes !== undefined && "kind" in scores.classes ? "a" : "neg", 1];
    expect(seen).toEqual([right, expect.stringContaining(says), right]);
  });

  test.each([
    {
      line: '"p":[1,0,1],"t":["x","y"]',
      says: 'element 1: field "p[]" is an array that ends with 1 scores, expected 2',
    },
    { line: '"p":[[1,0],[1]],"t":["x","y"]', says: 'element 1: field "p[]" is an array of 1 scores, expected 2' },
    { line: '"p":[1,0],"t":["x","y"]', says: 'field "t[]" has 2 elements and field "p[]" 1, expected' },
  ])("in a batch: $line", ({ line, says }) => {
    const rows: Scores = { scores: path("p[]"), classes: ["a", "b"] };
    expect(decided(deciding(rows, path("t[]")), line)).toEqual([expect.stringContaining(says)]);
  });

  test("a class that is no UTF-8 is rejected", () => {
    const line = Buffer.from('{"model":"m","t":"x","p":{"caf\xe9":1}}\n', "latin1");
    expect(decodeAll(deciding(named), line)).toMatchObject([{ rejected: "bad_encoding" }]);
  });
});
