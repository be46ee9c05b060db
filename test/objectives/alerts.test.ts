import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Objective } from "../../src/config/config.ts";
import { QualityPage } from "../../src/exposition/quality-page.ts";
import { yamlText } from "../../src/generate/files/yaml.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { samplesNotation } from "../../src/generate/rule-tests/promtool-test.ts";
import { judge, verdicts } from "../../src/objectives/judge.ts";
import { thresholdOf } from "../../src/objectives/threshold.ts";
import { qualityOf } from "../../src/quality/quality.ts";
import { duration, makeConfig, type ObjectiveParts } from "../generate/support/config.ts";
import { everyMetric } from "../generate/support/objectives.ts";
import { tool } from "../generate/support/tools.ts";
import fc from "../support/property.ts";
import { tempDir } from "../support/temp.ts";
import { classes, matrix, type Cells } from "./cells.ts";

const dir = tempDir();

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
      const tags = [reference, cells].map((counts, index) => ({
        labels: [
          { name: "model", value: "m" },
          { name: "version", value: `v${index + 1}` },
        ],
        outcomes: 0,
        latest: undefined,
        windows: config.windows.map((window) => ({ window, confusion: matrix(counts) })),
      }));
      const page = new QualityPage({
        snapshots: tags,
        windows: config.windows,
        declared: new Map([["m", classes]]),
        silentModels: [],
        confusion: "all",
        maxSeries: 1_000_000,
        hasObjectives: () => true,
      });
      const written = [...page.measure(), ...page.text("text")].join("");
      for (const line of written.split("\n").filter((text) => text !== "" && !text.startsWith("#"))) {
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
