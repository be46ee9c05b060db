import { describe, expect, test } from "@jest/globals";
import { valueOf, type Measured } from "../../src/objectives/measured.ts";
import { standardError } from "../../src/objectives/standard-error.ts";
import { qualityOf, type Quality } from "../../src/quality/quality.ts";
import { confusionMatrix } from "../../src/window/confusion-matrix.ts";
import { Random } from "../torture/random.js";

/** Figures that are no proportions. */
const figures: readonly Measured[] = [
  ...(["precision", "recall", "f1", "jaccard"] as const).map((metric) => ({ metric, average: "macro" as const })),
  ...(["balancedAccuracy", "matthewsCorrelation", "cohenKappa"] as const).map((metric) => ({
    metric,
    average: undefined,
  })),
];

/** Confusion matrices of models, row by row, per thousand outcomes. */
const models = {
  "two classes alike": [420, 80, 100, 400],
  "a rare class": [780, 40, 50, 130],
  "a class called too often": [500, 250, 20, 230],
  "three classes": [300, 40, 30, 50, 250, 30, 20, 50, 230],
  "ten classes": Array.from({ length: 100 }, (_, cell) => (cell % 11 === 0 ? 82 : 2)),
};

function quality(cells: readonly number[]): Quality {
  const size = Math.sqrt(cells.length);
  const cell = (count: number, at: number) => ({
    actual: `${Math.floor(at / size)}`,
    predicted: `${at % size}`,
    count,
  });
  return qualityOf(confusionMatrix(cells.map(cell)));
}

/** Draws so many outcomes of the thousand, each time from all of them. */
function draw(random: Random, thousand: readonly number[], outcomes: number, size: number): readonly number[] {
  const cells = Array.from({ length: size }, () => 0);
  for (let drawn = 0; drawn < outcomes; drawn++) {
    const cell = random.one(thousand);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  return cells;
}

describe("the standard error of figures that are no proportions", () => {
  const draws = 1500;
  const cases = Object.entries(models).flatMap(([what, model]) =>
    [200, 600].map((outcomes) => ({ what, model, outcomes })),
  );

  test.each(cases)(
    "95 % intervals cover the true figures of $what in 93 % to 97 % of windows of $outcomes outcomes",
    ({ model, outcomes }) => {
      const truth = quality(model);
      const thousand = model.flatMap((count, cell) => Array.from({ length: count }, () => cell));
      const random = new Random(1);
      const covered = figures.map(() => 0);
      for (let drawn = 0; drawn < draws; drawn++) {
        const seen = quality(draw(random, thousand, outcomes, model.length));
        figures.forEach((figure, index) => {
          const of = { ...figure, class: undefined };
          const error = standardError(figure, seen) ?? Number.NaN;
          const off = Math.abs((valueOf(of, seen) ?? Number.NaN) - (valueOf(of, truth) ?? Number.NaN));
          if (off <= 1.959964 * error) covered[index] = (covered[index] ?? 0) + 1;
        });
      }
      for (const [index, { metric }] of figures.entries()) {
        const cover = (covered[index] ?? 0) / draws;
        expect({ metric, cover, isRight: cover >= 0.93 && cover <= 0.97 }).toEqual({ metric, cover, isRight: true });
      }
    },
  );

  test.each(Object.entries(models))(
    "the standard error on %s is that of the metric's slopes, which are measured by adding an outcome to each cell and taking it away",
    (_what, model) => {
      for (const figure of figures) {
        const at = (cells: readonly number[]) => valueOf({ ...figure, class: undefined }, quality(cells)) ?? Number.NaN;
        const cells = model.map((count) => count * 1000);
        const outcomes = 1_000_000;
        const slopes = cells.map((_, cell) => {
          const [more, less] = [1, -1].map((step) =>
            at(cells.map((count, index) => count + (index === cell ? step : 0))),
          );
          return (((more ?? 0) - (less ?? 0)) / 2) * outcomes;
        });
        const mean = slopes.reduce((sum, slope, cell) => sum + slope * ((cells[cell] ?? 0) / outcomes), 0);
        const square = slopes.reduce((sum, slope, cell) => sum + slope * slope * ((cells[cell] ?? 0) / outcomes), 0);
        const measured = Math.sqrt((square - mean * mean) / (outcomes - Math.sqrt(model.length)));
        const ratio = (standardError(figure, quality(cells)) ?? Number.NaN) / measured;
        expect([figure.metric, ratio]).toEqual([figure.metric, expect.closeTo(1, 5)]);
      }
    },
  );

  test("no standard error is given on fewer than 30 outcomes, of weighted averages, and of outcomes that are all right", () => {
    const kappa = { metric: "cohenKappa", average: undefined } as const;
    expect(standardError(kappa, quality([9, 1, 2, 17]))).toBeUndefined();
    expect(standardError(kappa, quality([9, 1, 2, 18]))).toBeGreaterThan(0);
    expect(standardError(kappa, quality([20, 0, 0, 20]))).toBeUndefined();
    expect(standardError({ metric: "f1", average: "weighted" }, quality([20, 3, 2, 20]))).toBeUndefined();
  });
});
