import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { numberText, parseDecimal } from "../../src/decode/number.ts";

function parse(text: string): number {
  const bytes = Buffer.from(`9${text}9`);
  return parseDecimal(bytes, 1, bytes.length - 1);
}

test("a decimal is the double that Number gives", () => {
  const digits = fc.stringMatching(/^[0-9]{1,20}$/u);
  const spelled = fc
    .tuple(fc.constantFrom("", "-", "+"), digits, fc.option(digits), fc.option(fc.integer({ min: -340, max: 320 })))
    .map(
      ([sign, whole, part, exponent]) => `${sign}${whole}${part ? `.${part}` : ""}${exponent ? `e${exponent}` : ""}`,
    );
  fc.assert(
    fc.property(fc.oneof(spelled, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)), (text) => {
      expect(parse(text)).toBe(Number(text));
    }),
    { numRuns: 2000 },
  );
});

test.each(["", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x1", "1 ", " 1", "NaN", "Infinity", "--1", "1,5"])(
  "%j is no decimal",
  (text) => {
    expect(parse(text)).toBeNaN();
  },
);

describe("a JSON number names the class that JavaScript prints", () => {
  test.each([
    { spelled: ["1", "1.0", "1e0", "10e-1", "0.1e1"], name: "1" },
    { spelled: ["0", "-0", "0.0", "-0e5"], name: "0" },
    { spelled: ["-1", "-1.0"], name: "-1" },
    { spelled: ["0.5", "5e-1", "0.50"], name: "0.5" },
    { spelled: ["1e21"], name: "1e+21" },
    { spelled: ["12345678901234567890"], name: "12345678901234567890" },
    { spelled: ["12345678901234567891"], name: "12345678901234567891" },
  ])("$spelled is $name", ({ spelled, name }) => {
    for (const text of spelled) expect(numberText(Buffer.from(text), 0, text.length)).toBe(name);
  });
});
