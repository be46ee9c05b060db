import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { canonicalClass } from "../../src/decode/canonical-class.ts";

describe("a class that is a number has one name, as JSON spells it", () => {
  test.each([
    { spelled: ["1", "1.0", "1.00", "1e0", "1E+0", "10e-1", "0.1e1"], name: "1" },
    { spelled: ["10", "1e1", "10.0", "100e-1"], name: "10" },
    { spelled: ["0", "-0", "0.0", "-0.00", "0e5", "-0e-99999999999999999999"], name: "0" },
    { spelled: ["-1", "-1.0", "-10e-1"], name: "-1" },
    { spelled: ["0.5", "5e-1", "0.50"], name: "0.5" },
    { spelled: ["0.1", "0.10000000000000001"], name: "0.1" },
    { spelled: ["1e21", "1000000000000000000000", "1000000000000000000000.0"], name: "1e+21" },
    { spelled: ["9007199254740993", "9007199254740993.0", "9007199254740993e0"], name: "9007199254740993" },
    { spelled: ["12345678901234567890", "1.234567890123456789e19"], name: "12345678901234567890" },
    { spelled: ["12345678901234567891", "12345678901234567891.0"], name: "12345678901234567891" },
    { spelled: ["-12345678901234567891.00"], name: "-12345678901234567891" },
    { spelled: ["9007199254740993.5"], name: "9.0071992547409935e+15" },
    { spelled: ["0.99999999999999999999"], name: "9.9999999999999999999e-1" },
    { spelled: ["1e400", "10e399"], name: "1e+400" },
    { spelled: ["2.5e401", "25e400"], name: "2.5e+401" },
    { spelled: ["1e-400", "0.1e-399"], name: "1e-400" },
  ])("$spelled is $name", ({ spelled, name }) => {
    expect(spelled.map(canonicalClass)).toEqual(spelled.map(() => name));
    expect(canonicalClass(name)).toBe(name);
  });

  test.each(
    [
      "",
      "-",
      "01",
      "-01",
      "+1",
      "0x1",
      ".5",
      "5.",
      "1.",
      "1e",
      "1e+",
      "1,0",
      "1 ",
      " 1",
      "1_000",
      "--1",
      "1.0.0",
    ].concat(["NaN", "nan", "Infinity", "-Infinity", "-inf", "None", "null", "true", "True", "1e99999999999999999999"]),
  )("%j is a word and stays as it is", (word) => {
    expect(canonicalClass(word)).toBe(word);
  });

  test("whatever double is written, its name is what JSON writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(canonicalClass(String(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  test("two whole numbers have one name only if they are equal", () => {
    const whole = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.constantFrom("", ".0", "e0", "e3"));
    fc.assert(
      fc.property(whole, fc.constantFrom(-1n, 0n, 1n, 1000n), ([value, end], more) => {
        const size = end === "e3" ? 1000n : 1n;
        const other = value * size + more;
        expect(canonicalClass(`${value}${end}`) === canonicalClass(String(other))).toBe(more === 0n);
      }),
    );
  });
});
