import { expect, test } from "@jest/globals";
import type { DecodeOptions, FormatOptions, Packing, Wrapper } from "../../src/decode/options.ts";
import fc from "../support/property.ts";
import { decodeAll, jsonOptions, packed, path, pattern } from "./decoding.ts";

/** What a line says of one event. */
interface Row {
  readonly model: string;
  readonly id: string;
  readonly at: string;
  readonly predicted: string;
  readonly actual: string;
}

/** How the rows of a line are written, and read: as columns of texts by name. */
interface Form {
  readonly name: string;
  readonly isBatch: boolean;
  readonly columns: (rows: readonly Row[]) => Record<string, unknown>;
  readonly fields: Pick<DecodeOptions["fields"], "predicted" | "actual">;
  /** True when columns hold arrays or objects, which only JSON has. */
  readonly nests: boolean;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const json = (value: unknown): string => JSON.stringify(value);
const first = (rows: readonly Row[]): Row => rows[0] ?? { model: "", id: "", at: "", predicted: "", actual: "" };
const csvRow = (row: Row): string =>
  [row.predicted, row.actual].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
const both = (rows: readonly Row[]) => rows.map(({ predicted, actual }) => ({ p: predicted, t: { a: actual } }));
const inside = (as: readonly Packing[], predicted: string, actual: string): Form["fields"] => ({
  predicted: packed("body", as, predicted),
  actual: packed("body", as, actual),
});

const forms: readonly Form[] = [
  {
    name: "plain fields",
    isBatch: false,
    nests: false,
    columns: (rows) => ({ p: first(rows).predicted, t: first(rows).actual }),
    fields: { predicted: path("p"), actual: path("t") },
  },
  {
    name: "JSON in a text",
    isBatch: false,
    nests: false,
    columns: (rows) => ({ body: json(both(rows)[0]) }),
    fields: inside(["json"], "p", "t.a"),
  },
  {
    name: "CSV in base64",
    isBatch: false,
    nests: false,
    columns: (rows) => ({ body: base64(csvRow(first(rows))) }),
    fields: inside(["base64", "csv"], "[0]", "[1]"),
  },
  {
    name: "rows of JSON in base64 in JSON in a text",
    isBatch: true,
    nests: false,
    columns: (rows) => ({ body: json(base64(json({ rows: both(rows) }))) }),
    fields: inside(["json", "base64", "json"], "rows[].p", "rows[].t.a"),
  },
  {
    name: "lines of CSV in a text",
    isBatch: true,
    nests: false,
    columns: (rows) => ({ body: base64(rows.map(csvRow).join("\r\n")) }),
    fields: inside(["base64", "csv"], "[][0]", "[][1]"),
  },
  {
    name: "columns",
    isBatch: true,
    nests: true,
    columns: (rows) => ({ p: rows.map(({ predicted }) => predicted), x: { t: rows.map(({ actual }) => actual) } }),
    fields: { predicted: path("p[]"), actual: path("x.t[]") },
  },
  {
    name: "rows, each packed",
    isBatch: true,
    nests: true,
    columns: (rows) => ({ rows: both(rows).map(json) }),
    fields: { predicted: packed("rows[]", ["json"], "p"), actual: packed("rows[]", ["json"], "t.a") },
  },
  {
    name: "scores",
    isBatch: true,
    nests: true,
    columns: (rows) => ({
      s: rows.map(({ predicted }) => ({ [`not ${predicted}`]: 0.25, [predicted]: 0.5 })),
      t: rows.map(({ actual }) => actual),
    }),
    fields: { predicted: { kind: "scores", scores: path("s[]") }, actual: path("t[]") },
  },
  {
    name: "scores with names",
    isBatch: true,
    nests: true,
    columns: (rows) => ({
      rows: rows.map(({ predicted, actual }) => ({ s: [0.5, 0.25], names: [predicted, "other"], t: actual })),
    }),
    fields: {
      predicted: { kind: "scores", scores: path("rows[].s"), classes: path("rows[].names") },
      actual: path("rows[].t"),
    },
  },
];

interface Written {
  readonly name: string;
  readonly format: FormatOptions;
  readonly write: (columns: readonly (readonly [string, unknown])[]) => readonly string[];
}

const formats: readonly Written[] = [
  {
    name: "json",
    format: { kind: "json" },
    write: (columns) => [json(Object.fromEntries(columns))],
  },
  {
    name: "logfmt",
    format: { kind: "logfmt" },
    write: (columns) => [columns.map(([name, value]) => `${name}=${json(String(value))}`).join(" ")],
  },
  {
    name: "csv",
    format: { kind: "csv" },
    write: (columns) => [
      columns.map(([name]) => name).join(","),
      columns.map(([, value]) => `"${String(value).replaceAll('"', '""')}"`).join(","),
    ],
  },
  {
    name: "regex",
    format: {
      kind: "regex",
      pattern: pattern(
        /^model=<(?<model>[^>]*)> id=<(?<id>[^>]*)> at=<(?<at>[^>]*)> (?:p=<(?<p>[^>]*)> t=<(?<t>[^>]*)> |body=<(?<body>[^>]*)> )$/u,
      ),
    },
    write: (columns) => [columns.map(([name, value]) => `${name}=<${String(value)}> `).join("")],
  },
];

/** The first characters of a line, none of them cut. */
const head = (line: string): string => Array.from(line).slice(0, 5).join("");
const docker = (log: string): string => json({ log, stream: "stdout", time: "2026-01-01T00:00:00Z" });
const cri = (tag: string, line: string): string => `2026-01-01T00:00:00Z stdout ${tag} ${line}`;
const wrappers: readonly { word: Wrapper; wrap: (line: string) => readonly string[] }[] = [
  { word: "none", wrap: (line) => [line] },
  { word: "auto", wrap: (line) => [docker(head(line)), docker(`${line.slice(head(line).length)}\n`)] },
  { word: "cri", wrap: (line) => [cri("P", head(line)), cri("F", line.slice(head(line).length))] },
  { word: { path: ["log", "message"] }, wrap: (line) => [json({ log: { message: `${line}\n` }, n: [1] })] },
];

const name = fc.oneof(
  fc.constantFrom(
    "fraud",
    "a b",
    "é€😀",
    "1",
    "0.5",
    "__proto__",
    "[0]",
    "{}",
    "a,b;c",
    "back\\slash",
    '"',
    "x=y",
    "true",
  ),
  fc
    .string({ minLength: 1, maxLength: 6, unit: "grapheme-composite" })
    .filter(
      (text) =>
        /^[^<>\p{C}\ufffd]+$/u.test(text) &&
        text.trim() === text &&
        !/^-?(?:NaN|Infinity)$/u.test(text) &&
        !/[\d.]/u.test(text),
    ),
);
const row: fc.Arbitrary<Row> = fc.record({
  model: name,
  id: name,
  at: fc.integer({ min: 1_000_000_000, max: 2_000_000_000 }).map(String),
  predicted: name.map((text) => `p${text}`),
  actual: name,
});

test("any event, written in any format, wrapper, packing and batch, reads back the same", () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...forms),
      fc.constantFrom(...formats),
      fc.constantFrom(...wrappers),
      (rows, form, format, wrapper) => {
        fc.pre(!form.nests || format.name === "json");
        const given = form.isBatch ? rows : rows.slice(0, 1);
        const { model, id, at } = first(given);
        const lines = format.write(Object.entries({ model, id, at, ...form.columns(given) })).flatMap(wrapper.wrap);
        const options: DecodeOptions = {
          ...jsonOptions,
          format: format.format,
          wrapper: wrapper.word,
          fields: {
            ...form.fields,
            labels: [path("model")],
            labelNames: ["model"],
            id: [path("id")],
            time: path("at"),
          },
        };
        const labelled = decodeAll(options, lines.map((line) => `${line}\n`).join(""));
        expect(labelled).toMatchObject(
          given.map(({ predicted, actual }) => ({ labels: [model], predicted, actual, time: Number(at) * 1000 })),
        );
        const waiting = decodeAll(
          { ...options, fields: { ...options.fields, actual: undefined } },
          lines.map((line) => `${line}\n`).join(""),
        );
        expect(waiting).toMatchObject(
          given.map(({ predicted }, index) => ({
            predicted,
            actual: undefined,
            id: form.isBatch ? `${id}#${index}` : id,
          })),
        );
      },
    ),
    { numRuns: 600 },
  );
});
