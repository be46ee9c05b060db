import { describe, expect, test } from "@jest/globals";
import type { DecodeOptions, FormatOptions, Wrapper } from "../../src/decode/options.ts";
import type { JsonValue } from "../../src/serializable.ts";
import { decodeAll, jsonOptions, openDecoding, path, pattern, type Outcome } from "./decoding.ts";

/** What a line says; the contract is that each format and wrapper tells it alike. undefined: the line does not say. */
interface Row {
  readonly ts: string | undefined;
  readonly model: string;
  readonly version: string | undefined;
  readonly prediction: string | undefined;
  readonly label: string | undefined;
}

const first: Row = {
  ts: "2026-01-01T00:00:00Z",
  model: "fraud",
  version: "v1",
  prediction: "legit",
  label: "fraud",
};
const start = Date.UTC(2026, 0, 1);

const samples: readonly { readonly row: Row; readonly time: number }[] = [
  { row: first, time: start },
  { row: { ...first, ts: "2026-01-01T02:00:01.5+02:00", label: undefined }, time: start + 1500 },
  { row: { ...first, ts: "1767225602", version: undefined, prediction: undefined }, time: start + 2000 },
  {
    row: { ts: undefined, model: 'a "quoted", name', version: "back\\slash", prediction: "é €", label: "x=y" },
    time: NaN,
  },
  { row: { ...first, ts: "1767225603000", model: "__proto__", prediction: "0", label: "false" }, time: start + 3000 },
];
const rows = samples.map(({ row }) => row);

const events: readonly Outcome[] = samples.map(({ row, time }) => ({
  labels: [row.model, row.version ?? ""],
  predicted: row.prediction,
  actual: row.label,
  id: undefined,
  time,
}));

interface FormatCase {
  readonly name: string;
  readonly format: FormatOptions;
  readonly header: readonly string[];
  readonly write: (row: Row) => string;
  /** A line that this format cannot read. */
  readonly broken: string;
}

const formats: readonly FormatCase[] = [
  {
    name: "json",
    format: { kind: "json" },
    header: [],
    write: (row) => JSON.stringify(row),
    broken: '{"model":"fraud"',
  },
  {
    name: "logfmt",
    format: { kind: "logfmt" },
    header: [],
    write: (row) =>
      Object.entries(row)
        .map(([key, value]: [string, string | undefined]) => (value === undefined ? key : `${key}=${logfmt(value)}`))
        .join(" "),
    broken: 'model="fraud',
  },
  {
    name: "csv",
    format: { kind: "csv" },
    header: ["ts,other,model,version,prediction,label"],
    write: ({ ts, model, version, prediction, label }) =>
      [ts, "x", model, version, prediction, label].map((value) => (value === undefined ? "" : csv(value))).join(","),
    broken: 'x,x,"fraud',
  },
  {
    name: "csv with semicolons, found out",
    format: { kind: "csv", delimiter: "auto" },
    header: ["ts;other;model;version;prediction;label"],
    write: ({ ts, model, version, prediction, label }) =>
      [ts, "x", model, version, prediction, label].map((value) => (value === undefined ? "" : csv(value))).join(";"),
    broken: 'x;x;"fraud',
  },
  {
    name: "csv with tabs and without a header",
    format: { kind: "csv", delimiter: "\t", columns: ["ts", "other", "model", "version", "prediction", "label"] },
    header: [],
    write: ({ ts, model, version, prediction, label }) =>
      [ts, "x", model, version, prediction, label].map((value) => (value === undefined ? "" : csv(value))).join("\t"),
    broken: 'x\tx\t"fraud',
  },
  {
    name: "regex",
    format: {
      kind: "regex",
      pattern: pattern(
        /^\[(?<ts>[^\]]*)\] <(?<model>[^>]*)> <(?<version>[^>]*)> <(?<prediction>[^>]*)> (?:was <(?<label>.*)>)?$/g,
      ),
    },
    header: [],
    write: ({ ts, model, version, prediction, label }) =>
      `[${ts ?? ""}] <${model}> <${version ?? ""}> <${prediction ?? ""}> ${label === undefined ? "" : `was <${label}>`}`,
    broken: "[] <fraud>",
  },
];

const wrappers: readonly {
  readonly word: Wrapper;
  readonly name: string;
  readonly wrap: (line: string) => string[];
}[] = [
  { word: "none", name: "bare", wrap: (line) => [line] },
  { word: "auto", name: "bare, found out", wrap: (line) => [line] },
  ...(["cri", "auto"] as const).flatMap((word) => [
    { word, name: `CRI as ${word}`, wrap: (line: string) => [cri("F", line)] },
    {
      word,
      name: `CRI in pieces as ${word}`,
      wrap: (line: string) => pieces(line, (piece, last) => cri(last ? "F" : "P", piece)),
    },
  ]),
  ...(["docker", "auto"] as const).flatMap((word) => [
    { word, name: `Docker as ${word}`, wrap: (line: string) => [docker(`${line}\n`)] },
    {
      word,
      name: `Docker in pieces as ${word}`,
      wrap: (line: string) => pieces(line, (piece, last) => docker(last ? `${piece}\n` : piece)),
    },
  ]),
];

/** Lines in a field of a JSON object, as log shippers write them. */
const carriers: typeof wrappers = ["message", "log.line", "dotted.key"].map((path) => ({
  word: { path: path.split(".") },
  name: `in the field ${path} of JSON`,
  wrap: (line) => [
    JSON.stringify(path === "log.line" ? { log: { offset: 1, line: `${line}\r\n` } } : { [path]: line, n: 1 }),
  ],
}));

function options(format: FormatOptions, wrapper: Wrapper): DecodeOptions {
  const labels = [path("model"), path("version")];
  return { ...jsonOptions, format, wrapper, fields: { ...jsonOptions.fields, labels, id: [] } };
}

describe.each(formats)("$name", ({ name, format, header, write, broken }) => {
  describe.each([...wrappers, ...carriers])("$name", ({ word, wrap }) => {
    test("every format and wrapper gives the same events", () => {
      const lines = [...header, ...rows.map(write)].flatMap(wrap);
      expect(decodeAll(options(format, word), `${lines.join("\n")}\n`)).toEqual(events);
    });

    test("every format and wrapper gives the same events when the reader is reopened after each line", () => {
      const lines = [...header, ...rows.map(write)].flatMap(wrap);
      const seen: Outcome[] = [];
      let saved: JsonValue | undefined;
      for (const line of lines) {
        const { reader, read } = openDecoding(options(format, word), { path: "x" }, saved);
        seen.push(...read(`${line}\n`));
        saved = structuredClone(reader.save());
      }
      expect(seen).toEqual(events);
    });

    test("every format and wrapper rejects a malformed line with its reason and keeps its neighbours", () => {
      const nobody: Row = { ...first, model: "" };
      const mute: Row = { ...first, prediction: undefined, label: undefined };
      const never: Row = { ...first, ts: "never" };
      const long: Row = { ...first, label: "x".repeat(10_000) };
      const bad = [broken, ...[nobody, mute, never, long].map(write)];
      const good = write(first);
      const lines = [...header, ...bad.flatMap((line) => [good, line]), good].flatMap(wrap);
      const seen = decodeAll(options(format, word), `${lines.join("\n")}\n`);
      expect(seen.map(briefly)).toEqual([
        "legit",
        typeof word === "object" && name !== "json" ? "wrapper" : "malformed",
        "legit",
        "missing_field",
        "legit",
        "missing_field",
        "legit",
        "bad_time",
        "legit",
        "value_too_long",
        "legit",
      ]);
    });

    test("every format and wrapper skips the lines that do not match, whatever they hold", () => {
      const lines = /fraud|prediction/u;
      const other: Row = { ...first, model: "spam", label: "ham" };
      const texts = [...header, ...[first, other].map(write), "GET / 200", '"', "{", write(first)].flatMap(wrap);
      const seen = decodeAll({ ...options(format, word), lines: pattern(lines) }, `${texts.join("\n")}\n`);
      const matched = lines.test(write(other)) ? "legit" : "line";
      expect(seen.map(briefly)).toEqual(["legit", matched, "line", "line", "line", "legit"]);
    });

    test("every format and wrapper skips the lines that do not meet the conditions", () => {
      const where = [
        { path: ["version"], values: ["v0", "v1"] },
        { path: ["label"], values: ["fraud"] },
      ];
      const shadow: Row = { ...first, version: "v2" };
      const lines = [...header, ...[...rows, shadow, first].map(write)].flatMap(wrap);
      const seen = decodeAll({ ...options(format, word), where }, `${lines.join("\n")}\n`);
      expect(seen.map(briefly)).toEqual(["legit", "where", "where", "where", "where", "where", "legit"]);
    });
  });
});

/** The predicted class, or why there is none. */
function briefly(outcome: Outcome): string | undefined {
  if ("skipped" in outcome) return outcome.skipped;
  return "rejected" in outcome ? outcome.rejected : outcome.predicted;
}

function cri(tag: string, line: string): string {
  return `2026-01-01T00:00:00.123456789Z stdout ${tag} ${line}`;
}

function docker(log: string): string {
  return JSON.stringify({ log, stream: "stdout", time: "2026-01-01T00:00:00.123456789Z" });
}

/** Cuts a line into three. */
function pieces(line: string, write: (piece: string, last: boolean) => string): string[] {
  const [one, two] = [Math.floor(line.length / 3), Math.floor((2 * line.length) / 3)];
  return [write(line.slice(0, one), false), write(line.slice(one, two), false), write(line.slice(two), true)];
}

function logfmt(value: string): string {
  return /[\s"=\\]/u.test(value) ? JSON.stringify(value) : value;
}

function csv(value: string): string {
  return /[",;]/u.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
