import { expect, test } from "@jest/globals";
import { sourceHint } from "../../src/config/field-hints.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { makeDecoder } from "../../src/decode/decoder.ts";
import { FieldSurvey } from "../../src/decode/field-survey.ts";

/** What is said of the lines of a log with these keys of a source. */
function hintOf(source: object, lines: readonly string[]): string | undefined {
  const config = parseConfig({ sources: [{ files: ["a.log"], ...source }] }, "/etc/config.json", {});
  const decode = config.sources[0]?.decode;
  if (decode === undefined) throw new Error("no source");
  const surveys = { survey: new FieldSurvey(), leftOut: new FieldSurvey() };
  const reader = makeDecoder(decode, {
    ...surveys,
    event: ({ actual }) => (actual === undefined ? { skipped: "unlabelled" } : "counted"),
    skipped: () => undefined,
    rejected: () => undefined,
  }).open({ path: "a.log" }, undefined);
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  reader.read(bytes, 0, bytes.length);
  return sourceHint(decode, surveys);
}

const seen = (field: string, fields: string, meant?: string): string =>
  `no line has the field "${field}"; the fields seen${fields}${meant === undefined ? "" : `; did you mean "${meant}"?`}`;

test.each([
  {
    what: "a label that is spelt otherwise",
    source: {},
    lines: ['{"model": "m", "prediction": "a", "lable": "b"}'],
    hint: seen("label", ' are "model", "prediction", "lable"', "lable"),
  },
  {
    what: "a label that no field is like",
    source: {},
    lines: ['{"model": "m", "prediction": "a"}', '{"model": "m", "prediction": "a", "x": NaN}'],
    hint: seen("label", ' are "model", "prediction", "x"'),
  },
  {
    what: "a field within another one",
    source: { fields: { model: "meta.model", actual: "truth.label" } },
    lines: ['{"meta": {"model": "m"}, "prediction": "a", "truth": {"labels": "b", "by": "x"}}'],
    hint: seen("truth.label", ' in "truth" are "labels", "by"', "truth.labels"),
  },
  {
    what: "a score that is missing with the model",
    source: { fields: { predicted: { score: "score", threshold: 0.5, below: "a", above: "b" } } },
    lines: ['{"modell": "m", "scores": 0.1, "label": "b"}'],
    hint: [
      seen("model", ' are "modell", "scores", "label"', "modell"),
      seen("score", ' are "modell", "scores", "label"', "scores"),
    ].join("; "),
  },
  {
    what: "a key of logfmt",
    source: { format: "logfmt" },
    lines: ['model=m prediction="a label=b" lable=b flag'],
    hint: seen("label", ' are "model", "prediction", "lable", "flag"', "lable"),
  },
  {
    what: "a column of CSV",
    source: { format: "csv" },
    lines: ["model,prediction,Labels", "m,a,b"],
    hint: seen("label", ' are "model", "prediction", "Labels"', "Labels"),
  },
  {
    what: "a label that is null, or empty",
    source: {},
    lines: ['{"model": "m", "prediction": "a", "label": null}', '{"meta": {}, "other": {"label": 1}}'],
    hint: undefined,
  },
  {
    what: "a field that is there under its dotted name",
    source: { fields: { model: "model", actual: "truth.v" } },
    lines: ['{"model": "m", "prediction": "a", "truth.v": null}'],
    hint: undefined,
  },
  {
    what: "a condition that is spelt otherwise",
    source: { where: { "meta.evnt": "prediction" } },
    lines: ['{"meta": {"event": "prediction"}, "model": "m", "prediction": "a", "label": "b"}'],
    hint: seen("meta.evnt", ' in "meta" are "event"', "meta.event"),
  },
  {
    what: "conditions whose fields have other values",
    source: { where: { event: "prediction", "list[0].kind": "a" } },
    lines: ['{"event": "started", "list": [{"kind": "b"}]}'],
    hint: undefined,
  },
  {
    what: "a field of the elements of an array",
    source: { fields: { model: "model", predicted: "rows[].class", actual: "rows[].truth" } },
    lines: ['{"model": "m", "rows": [{"clas": "a", "truth": "b"}, {}]}'],
    hint: seen("rows.class", ' in "rows" are "clas", "truth"', "rows.clas"),
  },
  {
    what: "what is packed in a text",
    source: { fields: { model: "model", predicted: "p", actual: { in: "body", decode: ["json"], path: "no.such" } } },
    lines: ['{"model": "m", "p": "a", "body": "{}"}'],
    hint: undefined,
  },
  {
    what: "lines that all count",
    source: {},
    lines: ['{"model": "m", "prediction": "a", "label": "b"}'],
    hint: undefined,
  },
  { what: "lines that are no JSON", source: {}, lines: ["{"], hint: undefined },
])("of $what the message says what the lines have instead", ({ source, lines, hint }) => {
  expect(hintOf(source, lines)).toBe(hint);
});

test("a message about fields shows neither control characters nor long or many names", () => {
  const fields = Object.fromEntries(Array.from({ length: 300 }, (_field, index) => [`f${index}`, 1]));
  const line = JSON.stringify({ "\u001b[1m": 1, ["x".repeat(1000)]: 1, ...fields, model: "m", prediction: "a" });
  const hint = hintOf({}, [line]) ?? "";
  expect(hint).toMatch(/"\\u001b\[1m"|\\u\{1b\}/u);
  expect(hint.length).toBeLessThan(800);
});

test("a line of nothing but blanks between its fields costs no more than another of its length", () => {
  const began = performance.now();
  const line = `{"model": "m", "prediction": NaN,${" ".repeat(100_000)}"lable": [-Infinity , NaN]}`;
  expect(hintOf({}, [line])).toBe(seen("label", ' are "model", "prediction", "lable"', "lable"));
  expect(performance.now() - began).toBeLessThan(2000);
});

test("of lines with many fields nothing is said to be missing that stands behind them", () => {
  const features = Object.fromEntries(Array.from({ length: 500 }, (_field, index) => [`f${index}`, 1]));
  const hint = hintOf({}, [JSON.stringify({ ...features, model: "m", prediction: "a", lable: "b" })]);
  expect(hint).toMatch(
    /^no line has the field "label"; the fields seen are "f0", .*, \.\.\.; did you mean "lable"\?$/u,
  );
});

test("fields without end are neither kept nor said to be all", () => {
  const names = Array.from({ length: 30 }, (_name, index) => `f${index}`);
  const nest = (depth: number): object =>
    Object.fromEntries(names.map((name) => [name, depth === 0 ? 1 : nest(depth - 1)]));
  const survey = new FieldSurvey();
  survey.take({ model: "m" });
  survey.take(nest(2));
  expect([...survey.top.below.keys()]).toEqual([]);
  expect(survey.isOpen).toBe(false);
  survey.restart();
  survey.take({ model: "m" });
  expect([...survey.top.below.keys()]).toEqual(["model"]);
});
