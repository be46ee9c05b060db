import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { parse } from "yaml";
import { yamlText } from "../../src/generate/yaml-text.ts";

describe("YAML text", () => {
  test("quotes what YAML 1.1 would take for something else than text", () => {
    expect(yamlText({ a: "yes", b: "012", c: "1:30", d: "null", e: "1_000" })).toBe(
      'a: "yes"\nb: "012"\nc: "1:30"\nd: "null"\ne: "1_000"\n',
    );
  });

  test("has no aliases, no folded lines and no raw characters that Go's reader refuses", () => {
    const shared = { text: "word ".repeat(100) };
    expect(yamlText({ a: shared, b: shared })).not.toMatch(/[&*]/u);
    expect(yamlText([`x\u007f\u0085\u2028\ufeff`])).toBe('- "x\\u007f\\u0085\\u2028\\ufeff"\n');
  });

  test("reads back as the same text, whatever it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
        const wellFormed = texts.map((text) => text.replace(/\p{Cs}/gu, "\ufffd"));
        expect(parse(yamlText({ texts }))).toEqual({ texts: wellFormed });
      }),
    );
  });
});
