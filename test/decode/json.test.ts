import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { decodeAll, jsonOptions, path, type Outcome } from "./decoding.ts";
import { anyDocument, eventDocument, mutate, mutation, sameShape } from "./json-arbitrary.ts";
import { oracle } from "./json-oracle.ts";

const runs = { numRuns: 400 };

/** The lines as the oracle reads them, one by one, against the decoder that reads them in one go. */
function agrees(lines: readonly Buffer[], options = jsonOptions): void {
  const kept = lines.filter((line) => /^[^\0\n]*[^\s\0\n][^\n]*$/u.test(line.toString("latin1")) && line[0] !== 0);
  const bytes = Buffer.concat(kept.flatMap((line) => [line, Buffer.from("\n")]));
  const seen = decodeAll(options, bytes).map(withoutDetail);
  expect(seen).toEqual(kept.map((line) => oracle(options, line)));
}

function withoutDetail(outcome: Outcome): object {
  return "rejected" in outcome ? { rejected: outcome.rejected } : outcome;
}

describe("JSON lines are read as JSON.parse reads them, and NaN, Infinity and -Infinity as Python writes them", () => {
  test("arbitrary documents are read as by JSON.parse", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(eventDocument, anyDocument), { maxLength: 8 }), (documents) => {
        agrees(documents.map((document) => Buffer.from(document)));
      }),
      runs,
    );
  });

  test("documents of one shape are read as by JSON.parse, with other shapes among them", () => {
    fc.assert(
      fc.property(sameShape, sameShape, fc.array(eventDocument, { maxLength: 2 }), (first, second, strangers) => {
        agrees([...first, ...strangers, ...second, ...first].map((document) => Buffer.from(document)));
      }),
      runs,
    );
  });

  test("documents with changed, added and removed bytes are read as by JSON.parse", () => {
    fc.assert(
      fc.property(sameShape, fc.array(mutation, { minLength: 20, maxLength: 20 }), (documents, mutations) => {
        agrees([
          ...documents.map((document) => Buffer.from(document)),
          ...mutations.map((change, index) => mutate(Buffer.from(documents[index % documents.length] ?? ""), change)),
        ]);
      }),
      runs,
    );
  });

  test("documents are skipped and values passed over that the config leaves out, as by JSON.parse", () => {
    const options = {
      ...jsonOptions,
      where: [
        { path: ["label"], values: ["legit", "true", "0", "1.0", "100", "NaN", ""] },
        { path: ["model"], values: ["fraud"] },
      ],
      missing: new Set(["true", "0", "100", "", "1767225600"]),
      fields: { ...jsonOptions.fields, id: [path("request_id"), path("version"), path("meta.region")] },
    };
    fc.assert(
      fc.property(sameShape, fc.array(eventDocument, { maxLength: 3 }), (documents, strangers) => {
        agrees(
          [...documents, ...strangers].map((document) => Buffer.from(document)),
          options,
        );
      }),
      runs,
    );
  });

  test.each([
    '{"ts":1767225600.5,"model":"fr\\u00e4ud","meta":{"region":"eu","x":[1,-2.5e+3,true,null,{},[]]},"label":false}',
    '{"model":"m","meta":{"region":"a\\n\\ud83d\\ude00"},"prediction":"abcdefgh","label":"a"}',
    ' { "label" : -0.0e1 , "model" : "m" } ',
    '{"model":"m","x":[NaN,-Infinity],"prediction":Infinity,"label":"a","meta":{"region":NaN},"ts":-Infinity}',
  ])("each byte of %s is cut off, left out, or becomes each of the bytes that mean something", (text) => {
    const line = Buffer.from(text);
    for (let at = 0; at < line.length; at++) {
      agrees([line, line, Buffer.from(line.subarray(0, at)), line]);
      agrees([line, line, Buffer.concat([line.subarray(0, at), line.subarray(at + 1)]), line]);
      for (const byte of Buffer.from('{}[]:,"\\ 09eE+-.tfnuNI\u0001\u001f\u007f')) {
        const changed = Buffer.from(line);
        changed[at] = byte;
        agrees([line, line, changed, line]);
      }
    }
  });

  test.each([
    ['"meta":{"region":"x"},"meta":5', ""],
    ['"meta":{"region":"x"},"meta":{}', ""],
    ['"meta":{"region":"x"},"meta":{"region":null}', ""],
    ['"meta":{"region":"x"},"meta":{"region":"y"}', "y"],
    ['"meta":{},"meta":{"region":"y"}', "y"],
    ['"meta.region":"x","meta":{"region":null}', "x"],
  ])("of equal keys the last counts, with all that is in it: %s", (members, region) => {
    // The first line teaches the shape with nothing at the place that a later key makes void.
    const lines = [members.replace(/"[xy]"/gu, "null"), members, members].map(
      (each) => `{"model":"m","label":"a",${each}}\n`,
    );
    const seen = decodeAll(jsonOptions, lines.join(""));
    expect(seen.map((outcome) => "labels" in outcome && outcome.labels[2])).toEqual(["", region, region]);
  });

  test("10,000 levels of nesting are read, closed or not", () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const objects = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
    const lines = [
      `{"model":"m","deep":${deep},"label":"a"}`,
      `{"model":"m","deep":${objects},"label":"a"}`,
      `{"model":"m","deep":${deep.slice(1)},"label":"a"}`,
      `{"model":"m","deep":${"[".repeat(10_000)}`,
    ];
    expect(decodeAll(jsonOptions, lines.join("\n")).map((outcome) => "rejected" in outcome)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});
