import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { parse } from "yaml";
import { yamlText } from "../../src/generate/files/yaml.ts";

describe("YAML text", () => {
  test("text that YAML 1.1 would read as something else is quoted", () => {
    expect(yamlText({ a: "yes", b: "012", c: "1:30", d: "null", e: "1_000", f: "=" })).toBe(
      'a: "yes"\nb: "012"\nc: "1:30"\nd: "null"\ne: "1_000"\nf: "="\n',
    );
  });

  test("the YAML has no aliases, no folded lines and no raw characters that Go's parser refuses", () => {
    const shared = { text: "word ".repeat(100) };
    expect(yamlText({ a: shared, b: shared })).not.toMatch(/[&*]/u);
    expect(yamlText([`x\u007f\u0085\u2028\ufeff`])).toBe('- "x\\u007f\\u0085\\u2028\\ufeff"\n');
  });

  test("any text reads back as the same text", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
        const wellFormed = texts.map((text) => text.replace(/\p{Cs}/gu, "\ufffd"));
        expect(parse(yamlText({ texts }))).toEqual({ texts: wellFormed });
      }),
    );
  });
});
