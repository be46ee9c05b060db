import { describe, expect, test } from "@jest/globals";
import { makeDecoder } from "../../src/decode/decoder.ts";
import type { DecodeOptions } from "../../src/decode/options.ts";
import fc from "../support/property.ts";
import { batchOracle } from "./batch-oracle.ts";
import { decodeAll, jsonOptions, packed, path, type Outcome } from "./decoding.ts";

type Fields = Partial<DecodeOptions["fields"]>;

function withFields(fields: Fields): DecodeOptions {
  return { ...jsonOptions, fields: { ...jsonOptions.fields, labels: [path("model")], ...fields } };
}

interface Mapping {
  readonly predicted?: string;
  readonly actual?: string;
  readonly id?: readonly string[];
  readonly model?: string;
  readonly time?: string;
}

/** Fields as text, the common case. */
function mapped({ predicted, actual, id = [], model = "model", time }: Mapping): DecodeOptions {
  return withFields({
    labels: [path(model)],
    predicted: predicted === undefined ? undefined : path(predicted),
    actual: actual === undefined ? undefined : path(actual),
    id: id.map(path),
    time: time === undefined ? undefined : path(time),
  });
}

/** What is said of each event, or of the line: `predicted/actual#id`. */
function briefly(outcome: Outcome): string {
  if ("skipped" in outcome) return outcome.skipped;
  if ("rejected" in outcome) return `${outcome.rejected}: ${outcome.detail}`;
  const { predicted = "-", actual = "-", id } = outcome;
  return `${predicted}/${actual}${id === undefined ? "" : ` ${id}`}`;
}

/** Twice, since the second line of a shape may be read in another way than the first. */
function events(options: DecodeOptions, document: unknown): string[] {
  const line = `${JSON.stringify(document)}\n`;
  const first = decodeAll(options, line);
  const second = decodeAll(options, line + line);
  const seen = first.map(briefly);
  expect(second.map(briefly)).toEqual([...seen, ...seen]);
  return seen;
}

describe("each element of an array that a path names by [] is an event", () => {
  test.each([
    {
      what: "arrays walk in step",
      options: mapped({ predicted: "p[]", actual: "t[]" }),
      line: { model: "m", p: [1, 0, "x"], t: [1, 1.0, "y"] },
      seen: ["1/1", "0/1", "x/y"],
    },
    {
      what: "one of them inside an object, after the other",
      options: mapped({ predicted: "out.p[]", actual: "t[]" }),
      line: { model: "m", t: ["a", "b"], out: { other: [[1], 2], p: ["a", "c"] } },
      seen: ["a/a", "c/b"],
    },
    {
      what: "fields of the elements",
      options: mapped({ predicted: "rows[].class", actual: "rows[].was.label" }),
      line: {
        model: "m",
        rows: [
          { class: "a", was: { label: "b" } },
          { was: { label: "c" }, class: "d", x: [{}] },
        ],
      },
      seen: ["a/b", "d/c"],
    },
    {
      what: "a field outside of the array is the same for all",
      options: mapped({ predicted: "p[]", actual: "t" }),
      line: { model: "m", t: "a", p: ["a", "b"] },
      seen: ["a/a", "b/a"],
    },
    {
      what: "arrays inside of arrays, with fields of the outer ones",
      options: mapped({ predicted: "a[].b[].p", actual: "a[].t" }),
      line: {
        model: "m",
        a: [
          { t: 1, b: [{ p: 1 }, { p: 2 }] },
          { b: [], t: 0 },
          { b: [{ p: 3 }], t: 2 },
        ],
      },
      seen: ["1/1", "2/1", "3/2"],
    },
    {
      what: "rows of rows",
      options: mapped({ predicted: "p[][]", actual: "t[][]" }),
      line: { model: "m", p: [[1, 2], [3]], t: [[4, 5], [6]] },
      seen: ["1/4", "2/5", "3/6"],
    },
    {
      what: "a line that is an array",
      options: mapped({ predicted: "[].p", actual: "[].t", model: "[].model" }),
      line: [
        { model: "m", p: 1, t: 2 },
        { t: 3, p: 4, model: "m" },
      ],
      seen: ["1/2", "4/3"],
    },
    {
      what: "elements of an element that a member tells",
      options: mapped({ predicted: "outputs[name=class_id].data[]", actual: "t[]" }),
      line: {
        model: "m",
        t: [1, 2],
        outputs: ["x", { name: ["class_id"] }, { data: [9], name: "p" }, { data: [1, 3], name: "class_id" }],
      },
      seen: ["1/1", "3/2"],
    },
    {
      what: "one element",
      options: mapped({ predicted: "p[]", actual: "t[]" }),
      line: { model: "m", p: [1], t: [2] },
      seen: ["1/2"],
    },
    {
      what: "elements under a dotted key",
      options: mapped({ predicted: "out.p[].c.d", actual: "t[]" }),
      line: { model: "m", "out.p": [{ "c.d": 1 }, { c: { d: 2 } }], t: [3, 4] },
      seen: ["1/3", "2/4"],
    },
    {
      what: "elements that are packed each",
      options: withFields({ predicted: packed("p[]", ["json"], "c"), actual: path("t[]"), id: [], time: undefined }),
      line: { model: "m", p: ['{"c":1}', '{"c":"x"}'], t: [3, 4] },
      seen: ["1/3", "x/4"],
    },
    {
      what: "arrays in what is packed, the outer one open",
      options: withFields({
        labels: [path("[].model")],
        predicted: packed("[].p", ["json"], "c[]"),
        actual: path("[].t"),
        id: [],
        time: undefined,
      }),
      line: [
        { model: "m", p: '{"c":[1,2]}', t: 3 },
        { model: "m", p: '{"c":[]}', t: 3 },
        { model: "m", p: '{"c":[4]}', t: 5 },
      ],
      seen: ["1/3", "2/3", "4/5"],
    },
  ])("$what", ({ options, line, seen }) => {
    expect(events(options, line)).toEqual(seen);
  });

  test("the model and the time may be the elements' own, and the time of the line counts for all", () => {
    const line = { at: 5, rows: [{ m: "a", at: 1 }, { m: "b" }].map((row) => ({ ...row, p: 1, t: 1 })) };
    const fields = { predicted: "rows[].p", actual: "rows[].t", model: "rows[].m" };
    const own = decodeAll(mapped({ ...fields, time: "rows[].at" }), `${JSON.stringify(line)}\n`);
    expect(own).toMatchObject([
      { labels: ["a"], time: 1000 },
      { labels: ["b"], time: NaN },
    ]);
    expect(decodeAll(mapped({ ...fields, time: "at" }), `${JSON.stringify(line)}\n`)).toMatchObject([
      { time: 5000 },
      { time: 5000 },
    ]);
  });
});

describe("without [] a value is one", () => {
  test.each([
    { field: "p", line: { p: ["a"] } },
    { field: "p", line: { p: [[["a"]]] } },
    { field: "p[0]", line: { p: ["a", "b"] } },
    { field: "p[1]", line: { p: [{ x: 1 }, "a", "b"] } },
    { field: "p.1", line: { p: [{ x: 1 }, "a", "b"] } },
    { field: "p.1.c", line: { p: [0, { c: "a" }] } },
    { field: "p.1", line: { p: { 1: "a", 2: "b" } } },
    { field: "p.1", line: { "p.1": "a", p: ["x"] } },
    { field: "x.p[1][0].c", line: { x: { p: [0, [{ c: ["a"] }]] } } },
    { field: "p[0].c.d", line: { p: [{ "c.d": "a" }] } },
    { field: "p[k=v].c", line: { p: [null, 1, { k: "w", c: "x" }, { c: "a", k: "v" }] } },
    {
      field: "p[k=1].c",
      line: {
        p: [
          { k: "1.0", c: "x" },
          { k: 1.0, c: "a" },
        ],
      },
    },
    { field: 'p["x.y"="a]b"].c', line: { p: [{ "x.y": "a]b", c: "a" }] } },
    { field: "p[k=].c", line: { p: [{ c: "x" }, { k: "", c: "a" }] } },
    { field: '"p[0]"', line: { "p[0]": "a" } },
    { field: "p[0]", line: { p: [] }, none: true },
    { field: "p[1]", line: { p: ["a"] }, none: true },
    { field: "p[0]", line: { p: { 0: "a" } }, none: true },
    { field: "p[0]", line: { p: "a" }, none: true },
    { field: "p[0]", line: { p: [null] }, none: true },
    { field: "p[k=v].c", line: { p: { k: "v", c: "a" } }, none: true },
    { field: "p.1", line: { p: [1] }, none: true },
    { field: "p.c", line: { p: [{ c: "a" }] }, none: true },
  ])("$field of $line", ({ field, line, none = false }) => {
    const seen = events(mapped({ predicted: field, actual: "t" }), { model: "m", t: "b", ...line });
    expect(seen).toEqual([none ? "-/b" : "a/b"]);
  });

  test("a condition may be on an element", () => {
    const options = {
      ...mapped({ predicted: "p", actual: "t" }),
      where: [{ ...path("tags[k=kind].v"), values: ["a"] }],
    };
    const tagged = (v: unknown) => ({
      model: "m",
      p: 1,
      t: 2,
      tags: [
        { k: "x", v: "a" },
        { k: "kind", v },
      ],
    });
    expect([tagged("a"), tagged("b"), { model: "m", p: 1, t: 2 }].map((line) => events(options, line))).toEqual([
      ["1/2"],
      ["where"],
      ["where"],
    ]);
  });
});

describe("the id of an element", () => {
  test.each([
    { what: "the line's id has the number of each", id: ["id"], line: { id: "a" }, ids: ["a#0", "a#1"] },
    { what: "an id of its own stays", id: ["ids[]"], line: { ids: ["x", 7] }, ids: ["x", "7"] },
    { what: "an id with # is kept and numbered", id: ["id"], line: { id: "a#1" }, ids: ["a#1#0", "a#1#1"] },
    { what: "the first that holds", id: ["ids[]", "id"], line: { ids: [null, "x"], id: "a" }, ids: ["a#0", "x"] },
    { what: "none", id: ["id"], line: {}, ids: [undefined, undefined] },
  ])("$what", ({ id, line, ids }) => {
    const seen = decodeAll(mapped({ predicted: "p[]", id }), `${JSON.stringify({ model: "m", p: [1, 2], ...line })}\n`);
    expect(seen.map((outcome) => "id" in outcome && outcome.id)).toEqual(ids);
  });

  test("one element is numbered too, and a one-element array without [] is not", () => {
    const line = `${JSON.stringify({ model: "m", p: [1], id: "a" })}\n`;
    expect(decodeAll(mapped({ predicted: "p[]", id: ["id"] }), line)).toMatchObject([{ id: "a#0" }]);
    expect(decodeAll(mapped({ predicted: "p", id: ["id"] }), line)).toMatchObject([{ id: "a" }]);
  });

  test("an id of an outer element is numbered among those it stands for, one of the line among all", () => {
    const rows = [
      { id: "a", p: [1, 2] },
      { id: "b", p: [3] },
    ];
    const line = `${JSON.stringify({ model: "m", id: "x", rows })}\n`;
    const idsOf = (id: string) =>
      decodeAll(mapped({ predicted: "rows[].p[]", id: [id] }), line).map((outcome) => "id" in outcome && outcome.id);
    expect(idsOf("rows[].id")).toEqual(["a#0", "a#1", "b#0"]);
    expect(idsOf("id")).toEqual(["x#0", "x#1", "x#2"]);
  });
});

describe("a batch is taken or refused whole", () => {
  const options = { ...mapped({ predicted: "p[]", actual: "t[]", model: "m[]", time: "ts[]" }) };
  const good = { m: ["m", "m"], p: [1, 2], t: [1, 2], ts: [1, 2] };
  test.each([
    {
      what: "of unequal lengths",
      line: { ...good, t: [1, 2, 3] },
      says: 'wrong_type: field "t[]" has 3 elements and field "m[]" 2, expected arrays of equal length',
    },
    {
      what: "of which one is empty",
      line: { ...good, p: [] },
      says: 'wrong_type: field "m[]" has 2 elements and field "p[]" 0, expected arrays of equal length',
    },
    {
      what: "with an object in place of an array",
      line: { ...good, p: { 0: 1 } },
      says: 'wrong_type: field "p[]" finds an object, expected an array for `[]`',
    },
    {
      what: "with a value in place of an array",
      line: { ...good, p: "12" },
      says: 'wrong_type: field "p[]" finds a single value, expected an array for `[]`',
    },
    {
      what: "without any of the arrays",
      line: { x: 1 },
      says: 'missing_field: no field "m[]" and no field "p[]" and no field "t[]" and no field "ts[]"',
    },
    {
      what: "with a bad element",
      line: { ...good, p: [1, {}] },
      says: 'wrong_type: element 1: field "p[]" is an object',
    },
    { what: "with a row", line: { ...good, p: [1, [1, 2]] }, says: 'wrong_type: element 1: field "p[]" is an array' },
    { what: "with a bad time", line: { ...good, ts: [1, "x"] }, says: 'bad_time: element 1: field "ts[]" is "x"' },
    { what: "without a model", line: { ...good, m: ["", "m"] }, says: 'missing_field: element 0: no field "m[]"' },
    {
      what: "with an element that has neither class",
      line: { ...good, p: [1, null], t: [1, null] },
      says: 'missing_field: element 1: neither field "p[]" nor field "t[]"',
    },
  ])("a line $what gives one rejection and no event", ({ line, says }) => {
    const seen = decodeAll(options, [good, line, good].map((each) => `${JSON.stringify(each)}\n`).join(""));
    expect(seen.map(briefly)).toEqual(["1/1", "2/2", expect.stringContaining(says), "1/1", "2/2"]);
  });

  test("a time beyond, and values too long, are found in any element", () => {
    const line = { ...good, t: ["a", "x".repeat(300)] };
    expect(decodeAll(options, `${JSON.stringify(line)}\n`).map(briefly)).toEqual([
      expect.stringContaining("value_too_long: element 1"),
    ]);
  });

  test("an array that is absent has no value for any element", () => {
    const seen = decodeAll(options, `${JSON.stringify({ ...good, t: null, ts: undefined })}\n`);
    expect(seen.map(briefly)).toEqual(["1/-", "2/-"]);
  });

  test("an empty batch is skipped: it has no outcome and no fault", () => {
    expect(decodeAll(options, '{"m":[],"p":[],"t":[],"ts":[]}\n').map(briefly)).toEqual(["unlabelled"]);
  });
});

describe("hostile batches", () => {
  const options = { ...mapped({ predicted: "p[]", actual: "t[]" }), maxLineBytes: 200_000_000 };

  test.each([
    { what: "arrays a million deep", value: `${"[".repeat(1e6)}${"]".repeat(1e6)}` },
    { what: "one element a million deep", value: `${"[".repeat(1e6)}1${"]".repeat(1e6)}` },
    { what: "objects a million deep", value: `${'{"p":'.repeat(1e6)}1${"}".repeat(1e6)}` },
    { what: "rows a million deep", value: `[1,${"[".repeat(1e6)}${"]".repeat(1e6)}]` },
  ])("$what are read in time linear in their length", ({ value }) => {
    const began = performance.now();
    const line = Buffer.from(`{"model":"m","p":${value},"t":[1]}\n`);
    expect(decodeAll(options, line)).toHaveLength(1);
    expect(decodeAll({ ...options, ...mapped({ predicted: "p", actual: "t" }), maxLineBytes: 2e8 }, line)).toHaveLength(
      1,
    );
    expect(
      decodeAll({ ...options, ...mapped({ predicted: "p[][][0]", actual: "t[]" }), maxLineBytes: 2e8 }, line),
    ).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test("a batch line of 2 MB gives its 200,000 events without keeping any", () => {
    const count = 200_000;
    const line = Buffer.from(`{"model":"m","p":[${"1234,".repeat(count - 1)}0],"t":[${"1234,".repeat(count - 1)}0]}\n`);
    const before = process.memoryUsage().heapUsed;
    let seen = 0;
    let most = 0;
    const decoder = makeDecoder(options, {
      event: () => {
        if (++seen % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
        return "counted";
      },
      skipped: () => undefined,
      rejected: () => undefined,
    });
    decoder.open({ path: "x" }, undefined).read(line, 0, line.length);
    expect(seen).toBe(count);
    expect(most).toBeLessThan(60_000_000);
  });
});

test("a batch gives the events that its elements give as lines of their own, whatever they hold", () => {
  const scalar = fc.oneof(
    fc.constantFrom("a", "b", "1", 1, 1.5, true, null, "", "é😀", '"\\\n'),
    fc.string({ maxLength: 5, unit: "grapheme-composite" }),
  );
  const element = fc.record({ p: scalar, t: scalar.filter((value) => value !== null) });
  const single = mapped({ predicted: "p", actual: "t" });
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 6 }), (rows) => {
      const alone = decodeAll(single, rows.map((row) => `${JSON.stringify({ model: "m", ...row })}\n`).join(""));
      const columns = { model: "m", x: { p: rows.map(({ p }) => p) }, t: rows.map(({ t }) => t) };
      const forms: [DecodeOptions, unknown][] = [
        [mapped({ predicted: "x.p[]", actual: "t[]" }), columns],
        [mapped({ predicted: "rows[].p", actual: "rows[].t" }), { rows, model: "m" }],
        [mapped({ predicted: "[].p", actual: "[].t", model: "[].model" }), rows.map((row) => ({ ...row, model: "m" }))],
        [mapped({ predicted: "a[].r[].p", actual: "a[].r[].t" }), { model: "m", a: rows.map((row) => ({ r: [row] })) }],
        [
          withFields({
            predicted: packed("b", ["json"], "[].p"),
            actual: packed("b", ["json"], "[].t"),
            id: [],
            time: undefined,
          }),
          { model: "m", b: JSON.stringify(rows) },
        ],
      ];
      for (const [options, document] of forms) {
        expect(decodeAll(options, `${JSON.stringify(document, null, 0)}\n`)).toEqual(alone);
      }
    }),
    { numRuns: 150 },
  );
});

describe("lines of elements are read as by JSON.parse and a plain walk, whatever bytes are changed", () => {
  test.each([
    { predicted: "p[]", actual: "t[]", line: '{"p":[1,"a",[2.0]],"x":[[],{}],"t":["b",null,true]}' },
    { predicted: "r[].p", actual: "r[].t.u", line: '{"r":[{"p":1,"t":{"u":2}},{"t":{"u":"x\\n"},"p":"\\u0061"}]}' },
    { predicted: "a[].b[].p", actual: "a[].t", line: '{"a":[{"b":[{"p":1},{"p":2}],"t":3},{"t":4,"b":[{"p":5}]}]}' },
    { predicted: "p[1][]", actual: "p[0][]", line: '{"p":[[1,2],["b","a"],{"c":[]}]}' },
    { predicted: "p[][]", actual: "t[]", line: '{"t":[1,2],"p":[[1,2],[3]]}' },
    { predicted: "[].p", actual: "[].t", line: '[{"p":1,"t":2},{"t":"a","p":NaN}]' },
  ])("$predicted and $actual", ({ predicted, actual, line }) => {
    const options = {
      ...mapped({ predicted, actual }),
      fields: { ...mapped({ predicted, actual }).fields, labels: [fixed] },
    };
    const compare = (bytes: Buffer): void => {
      if (bytes.includes("\n") || /^[\0\s]*$/u.test(bytes.toString("latin1")) || bytes[0] === 0) return;
      const expected = batchOracle(options, bytes);
      const seen = decodeAll(options, Buffer.concat([bytes, Buffer.from("\n")]));
      const isVoid =
        typeof expected !== "string" && expected.some(([one, other]) => one === undefined && other === undefined);
      expect([bytes.toString("latin1"), classesOf(seen)]).toEqual([
        bytes.toString("latin1"),
        isVoid ? "missing_field" : expected,
      ]);
    };
    const bytes = Buffer.from(line);
    for (let at = 0; at <= bytes.length; at++) {
      compare(Buffer.from(bytes.subarray(0, at)));
      compare(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
      for (const byte of Buffer.from('{}[]:,"\\ 09e-tnN')) {
        compare(Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + 1)]));
        compare(Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]));
      }
    }
  });
});

const fixed = { kind: "value", value: "m" } as const;

function classesOf(outcomes: readonly Outcome[]): unknown {
  const [first] = outcomes;
  if (first !== undefined && "rejected" in first) return first.rejected;
  if (first !== undefined && "skipped" in first) return first.skipped;
  return outcomes.map((outcome) => ("labels" in outcome ? [outcome.predicted, outcome.actual] : outcome));
}
