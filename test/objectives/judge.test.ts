import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Objective } from "../../src/config/config.ts";
import { writeQuality } from "../../src/exposition/quality-page.ts";
import type { Page } from "../../src/exposition/text-format.ts";
import { yamlText } from "../../src/generate/files/yaml.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { samplesNotation } from "../../src/generate/rule-tests/promtool-test.ts";
import { judge, verdicts, type Verdict } from "../../src/objectives/judge.ts";
import { thresholdOf } from "../../src/objectives/threshold.ts";
import { averagedMetrics } from "../../src/quality/metrics.ts";
import { qualityOf } from "../../src/quality/quality.ts";
import { confusionMatrix, type ConfusionMatrix } from "../../src/window/confusion-matrix.ts";
import { duration, makeConfig, type ObjectiveParts } from "../generate/support/config.ts";
import { everyMetric } from "../generate/support/objectives.ts";
import { tool } from "../generate/support/tools.ts";
import fc from "../support/property.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();

/** Counts of the classes `fraud`, `legit` and `other`, row by row of actual classes. */
type Cells = readonly number[];

const classes = ["fraud", "legit", "other"];

function matrix(cells: Cells): ConfusionMatrix {
  return confusionMatrix(
    cells.map((count, index) => ({
      actual: classes[Math.floor(index / 3)] ?? "",
      predicted: classes[index % 3] ?? "",
      count,
    })),
  );
}

function objectivesOf(objectives: readonly ObjectiveParts[]): readonly Objective[] {
  return makeConfig({ models: { m: { objectives } } }).models.get("m")?.objectives ?? [];
}

function judged(parts: ObjectiveParts, cells: Cells, then?: Cells): ReturnType<typeof judge> {
  const [objective] = objectivesOf([parts]);
  if (objective === undefined) throw new Error("no objective");
  return judge(objective, qualityOf(matrix(cells)), then && qualityOf(matrix(then)));
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
  test.each<{ what: string; verdict: Verdict; of: ObjectiveParts; now: Cells; then?: Cells }>([
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
  ])("a figure that is $what is $verdict", ({ verdict, of, now, then }) => {
    expect(judged(of, now, then).verdict).toBe(verdict);
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

describe("the verdict beside the alert, which promtool evaluates on the exporter's page", () => {
  const objectives: readonly ObjectiveParts[] = [
    { kind: "min", value: 0.8 },
    { kind: "max", value: 0.6 },
    { kind: "maxDrop", value: 0.03, comparedTo: { kind: "version", version: "v1" } },
    { kind: "maxRise", value: 0.03, comparedTo: { kind: "version", version: "v1" } },
  ].flatMap((bound) =>
    everyMetric.map((measured): ObjectiveParts => {
      const name = `${bound.kind}_${measured.average ?? ""}_${measured.metric}`;
      return { ...measured, name, bound: bound as Objective["bound"], for: duration("0s"), minSamples: 20 };
    }),
  );
  const config = makeConfig({ models: { m: { classes, objectives } } });
  const reference: Cells = [80, 15, 5, 10, 180, 10, 5, 10, 85];
  const random = fc.sample(fc.tuple(...Array.from({ length: 9 }, (_, index) => fc.nat(index % 4 === 0 ? 400 : 60))), {
    numRuns: 25,
    seed: 1,
  });
  /** What the newer version has counted, minute by minute. */
  const minutes: readonly Cells[] = [
    reference,
    [],
    [3, 1, 0, 2, 4, 0, 0, 0, 1],
    [80, 0, 0, 0, 180, 0, 0, 0, 85],
    [0, 80, 0, 180, 0, 0, 0, 0, 0],
    [160, 40, 0, 40, 160, 0, 0, 0, 0],
    [155, 45, 0, 45, 155, 0, 0, 0, 0],
    [145, 55, 0, 55, 145, 0, 0, 0, 0],
    [0, 0, 0, 0, 500, 0, 0, 0, 0],
    // One outcome of the class too few, and just enough.
    [0, 19, 0, 10, 200, 0, 0, 0, 0],
    [0, 20, 0, 10, 200, 0, 0, 0, 0],
    // Too few for the test of two proportions.
    [0, 10, 0, 0, 0, 10, 10, 0, 0],
    ...random,
  ];

  test("an alert without a wait holds exactly where the judge says missed, for each metric, bound and count of a table", () => {
    for (const [name, rules] of makePlan(config).ruleFiles) writeFileSync(join(dir, name), yamlText(rules));
    const series = new Map<string, (number | undefined)[]>();
    minutes.forEach((cells, minute) => {
      const page: Page = { text: "" };
      const tags = [reference, cells].map((counts, index) => ({
        labels: [
          { name: "model", value: "m" },
          { name: "version", value: `v${index + 1}` },
        ],
        outcomes: 0,
        latest: undefined,
        windows: config.windows.map((window) => ({ window, confusion: matrix(counts) })),
      }));
      writeQuality(page, "text", {
        snapshots: tags,
        windows: config.windows,
        declared: new Map([["m", classes]]),
        silentModels: [],
        confusion: "all",
      });
      for (const line of page.text.split("\n").filter((text) => text !== "" && !text.startsWith("#"))) {
        const [, name = "", value] = /^(.*) (\S+)$/u.exec(line) ?? [];
        const labelled = name.replace("{", '{job="model-quality-exporter",instance="a:9877",namespace="models",');
        const values = series.get(labelled) ?? minutes.map(() => undefined);
        values[minute] = Number(value);
        series.set(labelled, values);
      }
    });
    const seen = new Set<string>();
    const own = config.models.get("m")?.objectives ?? [];
    const then = qualityOf(matrix(reference));
    const tests = minutes.map((cells, minute) => {
      const now = qualityOf(matrix(cells));
      const missed = own.flatMap((objective) => {
        const { verdict } = judge(objective, now, thresholdOf(objective).kind === "fixed" ? undefined : then);
        seen.add(`${thresholdOf(objective).kind} ${verdict}`);
        return verdict === "missed" ? [objective.name ?? ""] : [];
      });
      return {
        expr: 'count by (alertname) (ALERTS{alertstate="firing", version="v2", window="1h"})',
        eval_time: `${minute}m`,
        exp_samples: missed.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
      };
    });
    const file = {
      rule_files: ["m.yml"],
      evaluation_interval: "1m",
      tests: [
        {
          interval: "1m",
          input_series: [...series].map(([name, values]) => ({ series: name, values: samplesNotation(values) })),
          promql_expr_test: tests,
        },
      ],
    };
    writeFileSync(join(dir, "verdicts.yml"), yamlText(file));
    tool("promtool", ["test", "rules", "verdicts.yml"], { cwd: dir });
    expect([...seen].sort()).toEqual(
      ["fixed", "relative"].flatMap((kind) => verdicts.map((verdict) => `${kind} ${verdict}`)).sort(),
    );
  });
});
