import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { averagedMetrics, averages, classMetrics, windowMetrics } from "../../src/quality/metrics.ts";
import type { ConfusionMatrix } from "../../src/window/confusion-matrix.ts";
import { figuresOf, type Figures } from "./figures.ts";

/** What scikit-learn gave for a log, as it ships beside the log. */
interface Expected {
  readonly samples: number;
  readonly classes: readonly string[];
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly matthewsCorrelation: number;
  readonly cohenKappa: number;
  readonly perClass: Record<string, { precision: number; recall: number; f1: number; support: number }>;
  readonly averages: Record<"micro" | "macro" | "weighted", { precision: number; recall: number; f1: number }>;
}

function matrix(classes: readonly string[], rows: readonly (readonly number[])[]): ConfusionMatrix {
  return { classes, counts: Float64Array.from(rows.flat()), folded: [] };
}

function close(actual: number | null | undefined, expected: number | null): void {
  if (expected === null) expect(actual).toBeNull();
  else expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-12);
}

describe.each(["digits", "iris"])("the figures of the %s log", (name) => {
  const file = new URL(`../golden/${name}.expected.json`, import.meta.url);
  const expectedOf = JSON.parse(readFileSync(file, "utf8")) as Record<"all" | "lastRows", Expected>;

  test.each(["all", "lastRows"] as const)("over %s equal scikit-learn's to 1e-12", (rows) => {
    const expected = expectedOf[rows];
    const quality = figuresOf(matrix(expected.classes, expected.confusion));
    expect(quality.samples).toBe(expected.samples);
    for (const figure of ["accuracy", "balancedAccuracy", "matthewsCorrelation", "cohenKappa"] as const) {
      close(quality[figure], expected[figure]);
    }
    for (const average of averages) {
      for (const figure of ["precision", "recall", "f1"] as const) {
        close(quality.averages[average][figure], expected.averages[average][figure]);
      }
    }
    // By the definitions J = F1 / (2 - F1) in each class, and of all classes pooled.
    const index = (share: number): number => share / (2 - share);
    close(quality.averages.micro.jaccard, index(expected.averages.micro.f1));
    for (const one of quality.perClass) {
      const figures = expected.perClass[one.class];
      close(one.precision, figures?.precision ?? null);
      close(one.recall, figures?.recall ?? null);
      close(one.f1, figures?.f1 ?? null);
      close(one.jaccard, figures === undefined ? null : index(figures.f1));
      expect(one.actual).toBe(figures?.support);
    }
  });
});

test("the Jaccard index of classes and its averages are what the definition gives by hand", () => {
  const figures = figuresOf(
    matrix(
      ["a", "b", "c"],
      [
        [5, 1, 0],
        [2, 3, 1],
        [0, 0, 4],
      ],
    ),
  );
  expect(figures.perClass.map(({ jaccard }) => jaccard)).toEqual([5 / 8, 3 / 7, 4 / 5]);
  close(figures.averages.micro.jaccard, 12 / 20);
  close(figures.averages.macro.jaccard, (5 / 8 + 3 / 7 + 4 / 5) / 3);
  close(figures.averages.weighted.jaccard, (6 * (5 / 8) + 6 * (3 / 7) + 4 * (4 / 5)) / 16);
});

describe("an undefined ratio is null, and only where its own denominator is 0", () => {
  test("ratios without any outcome are null", () => {
    const none = { precision: null, recall: null, f1: null };
    expect(figuresOf(matrix([], []))).toMatchObject({
      samples: 0,
      accuracy: null,
      balancedAccuracy: null,
      matthewsCorrelation: null,
      cohenKappa: null,
      averages: { micro: none, macro: none, weighted: none },
      perClass: [],
    });
  });

  test("ratios of one class that is always right are defined, but for specificity and correlations", () => {
    expect(figuresOf(matrix(["a"], [[7]]))).toMatchObject({
      accuracy: 1,
      balancedAccuracy: 1,
      matthewsCorrelation: null,
      cohenKappa: null,
      perClass: [{ precision: 1, recall: 1, f1: 1, specificity: null }],
    });
  });

  test("a class that is only predicted enters macro recall as 0, but not balanced accuracy", () => {
    const quality = figuresOf(
      matrix(
        ["1", "2"],
        [
          [1, 1],
          [0, 0],
        ],
      ),
    );
    expect(quality).toMatchObject({
      balancedAccuracy: 0.5,
      matthewsCorrelation: null,
      averages: { macro: { recall: 0.25 }, weighted: { recall: 0.5 } },
      perClass: [
        { precision: 1, recall: 0.5 },
        { precision: 0, recall: null, f1: 0 },
      ],
    });
  });

  test("a class that is never predicted has no precision, but F1 0", () => {
    expect(
      figuresOf(
        matrix(
          ["a", "b"],
          [
            [3, 0],
            [2, 0],
          ],
        ),
      ).perClass[1],
    ).toMatchObject({
      precision: null,
      recall: 0,
      f1: 0,
      specificity: 1,
    });
  });
});

/** Every figure by its textbook wording over single outcomes, written a second time and in no hurry. */
function naive({ classes, counts }: ConfusionMatrix): Record<string, number | null> {
  const outcomes: { actual: number; predicted: number }[] = [];
  counts.forEach((count, cell) => {
    const outcome = { actual: Math.floor(cell / classes.length), predicted: cell % classes.length };
    for (let copy = 0; copy < count; copy++) outcomes.push(outcome);
  });
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  const count = (which: (outcome: { actual: number; predicted: number }) => boolean): number =>
    outcomes.filter(which).length;
  const mean = (values: readonly number[]): number | null =>
    share(
      values.reduce((a, b) => a + b, 0),
      values.length,
    );
  const figures: Record<string, number | null> = {};
  /** By true positives, false positives, false negatives and true negatives. */
  const ofClass = {
    precision: (tp: number, fp: number) => share(tp, tp + fp),
    recall: (tp: number, _fp: number, fn: number) => share(tp, tp + fn),
    f1: (tp: number, fp: number, fn: number) => share(2 * tp, 2 * tp + fp + fn),
    jaccard: (tp: number, fp: number, fn: number) => share(tp, tp + fp + fn),
    specificity: (_tp: number, fp: number, _fn: number, tn: number) => share(tn, tn + fp),
  };
  const perClass = classes.map((_name, index) => {
    const tp = count((o) => o.actual === index && o.predicted === index);
    const fp = count((o) => o.actual !== index && o.predicted === index);
    const fn = count((o) => o.actual === index && o.predicted !== index);
    const tn = count((o) => o.actual !== index && o.predicted !== index);
    expect(tp + fp + fn + tn).toBe(outcomes.length);
    return { tp, fp, fn, tn };
  });
  const pooled = (which: "tp" | "fp" | "fn" | "tn"): number => perClass.reduce((sum, one) => sum + one[which], 0);
  for (const [name, figure] of Object.entries(ofClass)) {
    const each = perClass.map(({ tp, fp, fn, tn }) => figure(tp, fp, fn, tn));
    each.forEach((value, index) => (figures[`${index} ${name}`] = value));
    if (name === "specificity") continue;
    figures[`macro ${name}`] = mean(each.map((value) => value ?? 0));
    figures[`weighted ${name}`] = mean(outcomes.map(({ actual }) => each[actual] ?? 0));
    figures[`micro ${name}`] = figure(pooled("tp"), pooled("fp"), pooled("fn"), pooled("tn"));
  }
  perClass.forEach(({ tp, fn }, index) => (figures[`${index} support`] = tp + fn));
  figures["accuracy"] = share(
    count((o) => o.actual === o.predicted),
    outcomes.length,
  );
  figures["balancedAccuracy"] = mean(perClass.flatMap(({ tp, fn }) => share(tp, tp + fn) ?? []));
  const indicator = (which: "actual" | "predicted", k: number): number[] =>
    outcomes.map((o) => (o[which] === k ? 1 : 0));
  const covariance = (left: "actual" | "predicted", right: "actual" | "predicted"): number =>
    classes
      .map((_name, k) => {
        const x = indicator(left, k);
        const y = indicator(right, k);
        const mx = mean(x) ?? 0;
        const my = mean(y) ?? 0;
        return x.reduce((sum, value, at) => sum + (value - mx) * ((y[at] ?? 0) - my), 0);
      })
      .reduce((a, b) => a + b, 0);
  const constant = (which: "actual" | "predicted"): boolean => new Set(outcomes.map((o) => o[which])).size <= 1;
  figures["matthewsCorrelation"] =
    constant("actual") || constant("predicted")
      ? null
      : covariance("predicted", "actual") /
        Math.sqrt(covariance("predicted", "predicted") * covariance("actual", "actual"));
  const agreed = figures["accuracy"] ?? 0;
  const chance = classes
    .map(
      (_name, k) =>
        (share(
          count((o) => o.actual === k),
          outcomes.length,
        ) ?? 0) *
        (share(
          count((o) => o.predicted === k),
          outcomes.length,
        ) ?? 0),
    )
    .reduce((a, b) => a + b, 0);
  const sameSingleClass = constant("actual") && constant("predicted") && agreed === 1;
  figures["cohenKappa"] = outcomes.length === 0 || sameSingleClass ? null : (agreed - chance) / (1 - chance);
  return figures;
}

function flat(figures: Figures): Record<string, number | null> {
  const all: Record<string, number | null> = {};
  figures.perClass.forEach((one, index) => {
    for (const { word } of classMetrics) all[`${index} ${word}`] = one[word];
    all[`${index} support`] = one.actual;
  });
  for (const average of averages) {
    for (const { word } of averagedMetrics) all[`${average} ${word}`] = figures.averages[average][word];
  }
  for (const { word } of windowMetrics) all[word] = figures[word];
  return all;
}

const matrices = fc.integer({ min: 0, max: 5 }).chain((size) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 })), {
      minLength: size * size,
      maxLength: size * size,
    })
    .map((counts) => ({
      classes: Array.from({ length: size }, (_class, index) => `c${index}`),
      counts: Float64Array.from(counts),
      folded: [],
    })),
);

describe("every formula", () => {
  test("every formula equals a second, naive writing of it over single outcomes", () => {
    fc.assert(
      fc.property(matrices, (confusion) => {
        const expected = naive(confusion);
        const actual = flat(figuresOf(confusion));
        expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
        for (const [name, value] of Object.entries(expected)) {
          const figure = actual[name] ?? null;
          if (value === null || figure === null) expect([name, figure]).toEqual([name, value]);
          else expect([name, Math.abs(figure - value) < 1e-12]).toEqual([name, true]);
        }
      }),
    );
  });

  test("every formula does not change when all counts grow alike, far past what products of doubles hold", () => {
    fc.assert(
      fc.property(matrices, fc.integer({ min: 2 ** 20, max: 2 ** 40 }), (confusion, factor) => {
        const small = flat(figuresOf(confusion));
        const large = flat(figuresOf({ ...confusion, counts: confusion.counts.map((count) => count * factor) }));
        for (const [name, value] of Object.entries(small)) {
          if (name.endsWith("support")) continue;
          close(large[name], value);
        }
      }),
    );
  });

  test("every formula keeps a correlation of nearly nothing at 2^40 outcomes", () => {
    const half = 2 ** 38;
    const quality = figuresOf(
      matrix(
        ["a", "b"],
        [
          [half + 1, half],
          [half, half],
        ],
      ),
    );
    // (ad - bc) / sqrt((a+b)(c+d)(a+c)(b+d)) with a = half + 1 and the rest half.
    const exact = half / Math.sqrt((2 * half + 1) ** 2 * (2 * half) ** 2);
    expect(Math.abs((quality.matthewsCorrelation ?? 0) / exact - 1)).toBeLessThan(1e-12);
    expect(Math.abs((quality.cohenKappa ?? 0) / (half / (8 * half * half * 0.5 + 2 * half)) - 1)).toBeLessThan(1e-9);
  });
});
