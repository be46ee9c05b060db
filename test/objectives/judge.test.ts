import { describe, expect, test } from "@jest/globals";
import type { Objective } from "../../src/config/config.ts";
import { judge, type Verdict } from "../../src/objectives/judge.ts";
import { averagedMetrics } from "../../src/quality/metrics.ts";
import { qualityOf } from "../../src/quality/quality.ts";
import { makeConfig, type ObjectiveParts } from "../generate/support/config.ts";
import { everyMetric } from "../generate/support/objectives.ts";
import fc from "../support/property.ts";
import { matrix, type Cells } from "./cells.ts";

function objectivesOf(objectives: readonly ObjectiveParts[]): readonly Objective[] {
  return makeConfig({ models: { m: { objectives } } }).models.get("m")?.objectives ?? [];
}

function judged(parts: ObjectiveParts, cells: Cells, then?: Cells, labelled?: number): ReturnType<typeof judge> {
  const [objective] = objectivesOf([parts]);
  if (objective === undefined) throw new Error("no objective");
  return judge(objective, qualityOf(matrix(cells)), then && qualityOf(matrix(then)), labelled);
}

/** So many outcomes of fraud, of which so many are found. */
const found = (hits: number, of: number): Cells => [hits, of - hits, 0, 0, 50, 0, 0, 0, 0];

describe("the judge", () => {
  const recall = { metric: "recall", class: "fraud", bound: { kind: "min", value: 0.85 } } as const;
  const drop = {
    metric: "accuracy",
    bound: { kind: "maxDrop", value: 0.02, comparedTo: { kind: "version", version: "v1" } },
  } as const;
  const kappa = { metric: "cohenKappa", bound: { kind: "min", value: 0.9 } } as const;
  const asking = { ...recall, minLabelled: 0.8 };
  test.each<{ what: string; verdict: Verdict; of: ObjectiveParts; now: Cells; then?: Cells; labelled?: number }>([
    { what: "of too few labels", verdict: "quiet", of: asking, now: found(150, 200), labelled: 0.79 },
    { what: "of just enough labels", verdict: "missed", of: asking, now: found(150, 200), labelled: 0.8 },
    { what: "of a window in which nothing is due", verdict: "missed", of: asking, now: found(150, 200) },
    { what: "of few labels, and asks for none", verdict: "missed", of: recall, now: found(150, 200), labelled: 0.1 },
    { what: "above its minimum", verdict: "met", of: recall, now: found(190, 200) },
    { what: "at its minimum", verdict: "met", of: recall, now: found(170, 200) },
    { what: "below its minimum by what chance may do", verdict: "unsure", of: recall, now: found(160, 200) },
    { what: "below its minimum by more than chance does", verdict: "missed", of: recall, now: found(150, 200) },
    { what: "of fewer outcomes than minSamples", verdict: "quiet", of: recall, now: found(10, 99) },
    { what: "of a class without outcomes", verdict: "no data", of: recall, now: [0, 0, 0, 0, 500] },
    { what: "of an empty window", verdict: "no data", of: recall, now: [] },
    { what: "not defined", verdict: "no data", of: kappa, now: [500] },
    { what: "not tested, below its minimum", verdict: "missed", of: kappa, now: found(150, 200) },
    { what: "with nothing to compare with", verdict: "no data", of: drop, now: found(150, 200) },
    { what: "lower by what chance may do", verdict: "unsure", of: drop, now: found(150, 200), then: found(160, 200) },
    {
      what: "lower by more than chance does",
      verdict: "missed",
      of: drop,
      now: found(100, 200),
      then: found(160, 200),
    },
    { what: "as it was", verdict: "met", of: drop, now: found(160, 200), then: found(160, 200) },
    { what: "compared with too few", verdict: "quiet", of: drop, now: found(100, 200), then: found(30, 40) },
  ])("a figure that is $what is $verdict", ({ verdict, of, now, then, labelled }) => {
    expect(judged(of, now, then, labelled).verdict).toBe(verdict);
  });

  test("the judge tells how many standard errors a figure is beyond its bound, which is negative on the good side", () => {
    const off = (hits: number) => judged(recall, found(hits, 200)).z ?? Number.NaN;
    const deviation = Math.sqrt(200 * 0.85 * 0.15);
    expect(off(150)).toBeCloseTo(20 / deviation, 12);
    expect(off(190)).toBeCloseTo(-20 / deviation, 12);
    expect(off(170)).toBe(0);
  });
});

describe("the interval", () => {
  const proportions = everyMetric.filter(
    ({ metric, average }) =>
      average === "micro" ||
      (average === "weighted" && metric === "recall") ||
      (average === undefined && !["balancedAccuracy", "matthewsCorrelation", "cohenKappa"].includes(metric)),
  );
  const cells = fc.array(fc.oneof(fc.nat(5), fc.nat(500)), { minLength: 9, maxLength: 9 });

  test("the interval of a proportion leaves out the bound exactly where the objective is missed, at any confidence", () => {
    let missed = 0;
    fc.assert(
      fc.property(
        cells,
        fc.constantFrom(...proportions),
        fc.constantFrom("min" as const, "max" as const),
        fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
        fc.integer({ min: 1, max: 60 }).map((sixth) => 1 - 0.5 * Math.exp(-sixth / 6)),
        // The bound is tried at random and close to the figure, where the verdict changes.
        fc.option(fc.integer({ min: -250, max: 250 })),
        (counts, measured, kind, random, confidence, close) => {
          const at = (value: number) =>
            judged({ ...measured, bound: { kind, value }, confidence, minSamples: 1 }, counts);
          const { value: figure = 0, samples } = at(random);
          const near = figure + (close ?? 0) / 100 / Math.sqrt(Math.max(1, samples));
          const bound = close === null ? random : Math.max(0, Math.min(1, near));
          const { verdict, interval } = at(bound);
          expect(interval === undefined).toBe(verdict === "no data");
          if (interval === undefined) return;
          if (verdict === "missed") missed++;
          expect(kind === "min" ? interval.high < bound : interval.low > bound).toBe(verdict === "missed");
          expect(interval.low).toBeLessThanOrEqual(figure + 1e-12);
          expect(interval.high).toBeGreaterThanOrEqual(figure - 1e-12);
        },
      ),
      { numRuns: 3000 },
    );
    expect(missed).toBeGreaterThan(300);
  });

  test("the interval of a proportion is Wilson's, of which each end has the objective's confidence", () => {
    const { interval } = judged(
      { metric: "recall", class: "fraud", bound: { kind: "min", value: 0.5 }, confidence: 0.975, minSamples: 1 },
      found(81, 263),
    );
    // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I.
    expect([interval?.low.toFixed(4), interval?.high.toFixed(4), interval?.confidence]).toEqual([
      "0.2553",
      "0.3662",
      0.95,
    ]);
  });

  test.each<[string, ObjectiveParts, Cells]>([
    ["too few outcomes", { metric: "recall", class: "fraud", bound: { kind: "min", value: 0.5 } }, found(10, 99)],
    [
      "a comparison, whose reference is as uncertain",
      { metric: "accuracy", bound: { kind: "maxDrop", value: 0.1, comparedTo: { kind: "version", version: "v1" } } },
      found(150, 200),
    ],
    ["a weighted average", { metric: "f1", average: "weighted", bound: { kind: "min", value: 0.5 } }, found(150, 200)],
    [
      "fewer than 30 outcomes, where it would have to be estimated",
      { metric: "f1", average: "macro", bound: { kind: "min", value: 0.5 }, minSamples: 1 },
      [9, 1, 0, 2, 17, 0, 0, 0, 0],
    ],
    [
      "outcomes that are all right, which say nothing of the error",
      { metric: "f1", average: "macro", bound: { kind: "min", value: 0.5 } },
      [100, 0, 0, 0, 100, 0, 0, 0, 0],
    ],
  ])("there is no interval for %s", (_what, parts, counts) => {
    expect(judged(parts, counts, counts).interval).toBeUndefined();
  });

  test("the confidence that a metric counts, and the one it is counted back, are inverse to each other", () => {
    for (const { word, average } of averagedMetrics) {
      for (const value of [0, 0.1, 0.5, 0.9, 1]) {
        expect([word, average.scale.value(average.scale.target(value))]).toEqual([word, expect.closeTo(value, 12)]);
      }
    }
  });
});
