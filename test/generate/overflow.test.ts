import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { tempDir } from "../support/temp.ts";
import { makeConfig } from "./support/config.ts";
import { countsPage, type Pair } from "./support/page.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();

const repeat = (count: number, pair: Pair): Pair[] => Array.from({ length: count }, () => pair);

/** The same log but for the amounts: `z` has a seat in one replica, and is folded in the other together with `y`. */
const keepsAll: readonly Pair[] = [...repeat(60, ["a", "a"]), ...repeat(20, ["z", "a"]), ...repeat(20, ["z", "z"])];
const folds: readonly Pair[] = [
  ...repeat(30, ["a", "a"]),
  ...repeat(10, ["a", "__other__"]),
  ...repeat(40, ["__other__", "__other__"]),
  ...repeat(20, ["__other__", "__wrong__"]),
];

function page(pairs: readonly Pair[], instance: string): string {
  const labels = { model: "m", window: "1h", job: "model-quality-exporter", instance };
  const overflow = pairs.filter((pair) => pair.some((name) => name.startsWith("__"))).length;
  const line = countsPage([], [], labels).replace("model_quality_samples", "model_quality_overflow_samples");
  return countsPage(pairs, [...new Set(pairs.flat())], labels) + line.replace(/ 0\n$/u, ` ${overflow}\n`);
}

/** Lets promtool run the generated rules over the pages of replicas, and compare what they record. */
function expectRecorded(
  name: string,
  replicas: "sharded" | "mirrored",
  pages: readonly string[],
  recorded: Readonly<Record<string, number | undefined>>,
): void {
  const out = join(dir, name.replaceAll(" ", "-"));
  generateInto(makeConfig({ tagLabels: ["model"], models: { m: {} }, prometheus: { replicas } }), out);
  const lines = pages.flatMap((text) => text.trim().split("\n"));
  const tests = {
    rule_files: ["../prometheus/rules/m.yml"],
    evaluation_interval: "1m",
    tests: [
      {
        interval: "1m",
        input_series: lines
          .filter((line) => !line.endsWith("NaN"))
          .map((line) => ({
            series: line.slice(0, line.lastIndexOf(" ")),
            values: `${line.slice(line.lastIndexOf(" ") + 1)}x3`,
          })),
        promql_expr_test: Object.entries(recorded).map(([expr, value]) => ({
          expr: `sum(${expr})`,
          eval_time: "2m",
          exp_samples: value === undefined ? [] : [{ labels: "{}", value }],
        })),
      },
    ],
  };
  mkdirSync(join(out, "test"));
  writeFileSync(join(out, "test/overflow.yml"), stringify(tests));
  tool("promtool", ["test", "rules", "test/overflow.yml"], { cwd: out });
  expect(tests.tests[0]?.input_series.length).toBeGreaterThan(5);
}

const none = {
  "tag:model_quality_balanced_accuracy:ratio": undefined,
  "tag:model_quality_matthews_correlation:ratio": undefined,
  "tag:model_quality_cohen_kappa:ratio": undefined,
  'tag:model_quality_f1_average:ratio{average=~"macro|weighted"}': undefined,
  'tag_class:model_quality_precision:ratio{class=~"__.*"}': undefined,
  'tag_class:model_quality_recall:ratio{class=~"__.*"}': undefined,
  'tag_class:model_quality_f1:ratio{class=~"__.*"}': undefined,
  'tag_class:model_quality_specificity:ratio{class=~"__.*"}': undefined,
};

describe("the rules over replicas of which one has folded classes", () => {
  test("the rules record the accuracy and what every replica knows of a class, and nothing that none can know", () => {
    expectRecorded("one of two", "sharded", [page(keepsAll, "1"), page(folds, "2")], {
      ...none,
      "tag:model_quality_overflow_samples:sum": 70,
      "tag:model_quality_samples:sum": 200,
      "tag:model_quality_accuracy:ratio": 0.75,
      'tag:model_quality_f1_average:ratio{average="micro"}': 0.75,
      'tag_class:model_quality_recall:ratio{class="a"}': 0.9,
      'tag_class:model_quality_precision:ratio{class="a"}': 90 / 110,
      'tag_class:model_quality_specificity:ratio{class="a"}': 0.8,
      // What the second replica folded may be of z.
      'tag_class:model_quality_recall:ratio{class="z"}': undefined,
      'tag_class:model_quality_precision:ratio{class="z"}': undefined,
    });
  });

  test("the rules record all metrics again once no class is folded any more", () => {
    expectRecorded("none of two", "sharded", [page(keepsAll, "1"), page(keepsAll, "2")], {
      "tag:model_quality_overflow_samples:sum": 0,
      "tag:model_quality_balanced_accuracy:ratio": 0.75,
      'tag_class:model_quality_recall:ratio{class="z"}': 0.5,
    });
  });

  test("the rules count nothing twice where mirrors have folded different classes", () => {
    const mirror: readonly Pair[] = keepsAll.map(([actual, predicted]): Pair => {
      const fold = (name: string): string => (name === "z" ? "__other__" : name);
      return [fold(actual), fold(predicted)];
    });
    expectRecorded("mirrors", "mirrored", [page(keepsAll, "1"), page(mirror, "2")], {
      ...none,
      "tag:model_quality_overflow_samples:sum": 40,
      "tag:model_quality_samples:sum": 100,
      "tag:model_quality_accuracy:ratio": 0.8,
      'tag_class:model_quality_recall:ratio{class="a"}': 1,
      'tag_class:model_quality_recall:ratio{class="z"}': undefined,
    });
  });
});
