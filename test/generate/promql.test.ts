import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { annotationTemplate, renderAnnotation, type Annotation } from "../../src/generate/rules/annotation.ts";
import { normalQuantile } from "../../src/objectives/normal-quantile.ts";
import { and, arith, call, compare, or, escapeRegex, num, quote, selector } from "../../src/generate/promql/builder.ts";
import { formatExpression } from "../../src/generate/promql/format.ts";
import { samplesNotation } from "../../src/generate/rule-tests/promtool-test.ts";

const [a, b, c] = [selector("a"), selector("b"), selector("c")];

describe("an expression", () => {
  test.each([
    ["no parentheses where the rank says it", arith(arith(a, "*", b), "+", c), "a * b + c"],
    ["parentheses round what binds less", arith(arith(a, "+", b), "*", c), "(a + b) * c"],
    ["parentheses on the right of the same rank", arith(a, "-", arith(b, "-", c)), "a - (b - c)"],
    ["parentheses round a filter that is a divisor", arith(a, "/", compare(b, ">", num(0))), "a / (b > 0)"],
    ["conditions in their order", and(a, [b], [c, { ignoring: ["average"] }]), "a and b and ignoring (average) c"],
    ["alternatives round conditions", or(and(a, [b]), c), "a and b or c"],
    [
      "matching and grouping",
      arith(a, "-", b, { ignoring: ["version"], group: "left" }),
      "a - ignoring (version) group_left () b",
    ],
    ["functions with numbers", call("clamp_min", arith(a, "-", b), 0), "clamp_min(a - b, 0)"],
    ["negative numbers", arith(num(-1.5), "*", a), "-1.5 * a"],
    ["the time that it looks back", selector("a", [["m", "=", "x"]], "1d"), 'a{m="x"} offset 1d'],
  ])("an expression is written with %s", (_what, expr, text) => {
    expect(formatExpression(expr)).toBe(text);
  });

  test("a long expression is broken at its operators, those of higher precedence further in", () => {
    const [x, y, z] = ["x", "y", "z"].map((name) => selector(name.repeat(60)));
    if (x === undefined || y === undefined || z === undefined) throw new Error("three");
    const lines = formatExpression(and(compare(arith(x, "/", y), "<", num(1)), [z])).split("\n");
    expect(lines).toEqual(
      [x, y, z]
        .map(formatExpression)
        .flatMap((name, row) => [[name], [`    / ${name}`, "  < 1"], [`and ${name}`]][row] ?? []),
    );
  });

  test("a number that PromQL cannot read is refused", () => {
    expect(() => num(NaN)).toThrow("no number");
    expect(() => num(Infinity)).toThrow("no number");
  });
});

describe("text in an expression", () => {
  test.each([
    ['say "hi"', '"say \\"hi\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["two\nlines\r", '"two\\nlines\\u000d"'],
    ["模型 ž 🙂", '"模型 ž 🙂"'],
    ["half \ud83d", '"half \ufffd"'],
  ])("the text %j is quoted as %s", (value, quoted) => {
    expect(quote(value)).toBe(quoted);
  });

  test("escaped text matches itself and nothing else as a regular expression", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (one, other) => {
        const pattern = new RegExp(`^(?:${escapeRegex(one)})$`, "u");
        expect(pattern.test(one)).toBe(true);
        expect(pattern.test(other)).toBe(one === other);
      }),
    );
  });
});

describe("the one-sided z of a confidence", () => {
  // Quantiles of the standard normal distribution, from Python's statistics.NormalDist (3.11).
  test.each([
    [0.5, 0],
    [0.51, 0.025068908258711057],
    [0.6, 0.2533471031357998],
    [0.9, 1.2815515655446008],
    [0.925, 1.439531470938456],
    [0.95, 1.6448536269514715],
    [0.975, 1.9599639845400536],
    [0.99, 2.3263478740408408],
    [0.995, 2.5758293035489],
    [0.9999, 3.7190164854557084],
    [0.999999999999, 7.0344869100478356],
    [1e-20, -9.262340089798405],
  ])("the quantile of %d is %d", (p, z) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-12);
  });

  test.each([0, 1, -1, NaN])("there is no quantile of %d", (p) => {
    expect(() => normalQuantile(p)).toThrow("no quantile");
  });
});

describe("an annotation", () => {
  const message: Annotation = [
    "{{ not a template }} ",
    { kind: "label", label: "model", before: "" },
    { kind: "label", label: "version", before: ", version {" },
    " is ",
    { kind: "value", decimals: 4 },
  ];

  test("braces of fixed text are escaped in the template", () => {
    const line = String.raw`reReplaceAll "[\\pC\\pZ]+" " " | reReplaceAll "^(.{99})..+" "$1…"`;
    expect(annotationTemplate(message)).toBe(
      `{{ "{" }}{{ "{" }} not a template }} {{ $labels.model | ${line} }}{{ with $labels.version }}, version {{ "{" }}{{ . | ${line} }}{{ end }} is {{ printf "%.4f" $value }}`,
    );
  });

  test("an annotation is rendered as Prometheus prints it", () => {
    const firing = { labels: { model: "m", version: "v1" }, value: 0.87654321, results: {} };
    expect(renderAnnotation(message, firing)).toBe("{{ not a template }} m, version {v1 is 0.8765");
    expect(renderAnnotation(message, { ...firing, labels: { model: "m" } })).toBe("{{ not a template }} m is 0.8765");
  });

  // Go rounds what is exactly between two to the even digit.
  test.each([
    [0.03125, "0.0312"],
    [0.09375, "0.0938"],
    [0.21875, "0.2188"],
    [0.84375, "0.8438"],
    [0.90625, "0.9062"],
    [-0.03125, "-0.0312"],
    [0.5, "0.5000"],
  ])("the value %d is printed as %s", (value, text) => {
    expect(renderAnnotation([{ kind: "value", decimals: 4 }], { labels: {}, value, results: {} })).toBe(text);
  });
});

test("the samples of a test are written run by run, and a series that ends is marked", () => {
  expect(samplesNotation([1, 1, 1, 2, undefined, undefined, undefined, 3])).toBe("1+0x2 2 stale _x2 3");
  expect(samplesNotation([])).toBe("");
});
