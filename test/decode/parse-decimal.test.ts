import { expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { parseDecimal } from "../../src/decode/parse-decimal.ts";

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
