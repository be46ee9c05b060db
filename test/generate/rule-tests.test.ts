import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../src/config/config.ts";
import type { WindowSpec } from "../../src/window/options.ts";
import { generate } from "../../src/generate/outputs.ts";
import { writeFiles } from "../../src/generate/files/write.ts";
import { repetitions } from "../support/effort.ts";
import { tempDir } from "../support/temp.ts";
import {
  day,
  duration,
  lastThousand,
  laterLabels,
  makeConfig,
  type ConfigParts,
  type ModelParts,
} from "./support/config.ts";
import { sampleConfig, sampleParts } from "./support/configs.ts";
import { everyBound, everyMetric } from "./support/objectives.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();

/** Writes the files and lets promtool check the rules and run the tests of the models. */
function testRules(config: Config, name: string): string {
  const out = join(dir, name);
  const paths = generateInto(config, out);
  const under = (folder: string): string[] => paths.filter((path) => path.startsWith(`${folder}/`));
  tool("promtool", ["check", "config", "prometheus/prometheus.yml"], { cwd: out });
  tool("promtool", ["check", "rules", "--lint-fatal", ...under("prometheus/rules")], { cwd: out });
  const tests = under("prometheus/tests").filter((path) => !/\/(?:exporter|silence)\.yml$/u.test(path));
  tool("promtool", ["test", "rules", ...tests], { cwd: out });
  return out;
}

const dayMs = 86_400_000;
const maturedWeek: WindowSpec = { kind: "time", label: "7d_older_1d", ms: 7 * dayMs, panes: 60, olderMs: dayMs };
const bound = { kind: "min", value: 0.8 } as const;

/** Objectives of one name over one window that ask for different shares of labels, and one that asks for none. */
const labelledParts: ConfigParts = {
  tagLabels: ["model", "version", "region"],
  join: {
    ...laterLabels,
    models: new Map([["*", { withinMs: dayMs, earlyMs: 0, absent: undefined, maturityMs: 3_600_000 }]]),
  },
  models: {
    fraud: {
      objectives: [
        { metric: "recall", class: "fraud", bound, window: maturedWeek, minLabelled: 0.9 },
        { metric: "recall", class: "legit", bound, window: maturedWeek, minLabelled: 0.5, minSamples: 1 },
        { metric: "recall", average: "macro", bound, window: maturedWeek },
        {
          metric: "accuracy",
          bound: { kind: "maxDrop", value: 0.02, comparedTo: { kind: "version", version: "v1" } },
          window: day,
          minLabelled: 1 / 3,
        },
      ],
    },
  },
};

/** A model for each kind of bound, with an objective for every so many of the metrics. */
function grid(stride: number, parts: ConfigParts = {}): Config {
  const bounds = everyBound.filter(
    (bound) =>
      parts.tagLabels?.includes("version") !== false || !("comparedTo" in bound) || bound.comparedTo.kind !== "version",
  );
  const models = bounds.map((bound, index): [string, ModelParts] => [
    `model-${index}`,
    {
      objectives: everyMetric.filter((_, row) => (row + index) % stride === 0).map((metric) => ({ ...metric, bound })),
    },
  ]);
  return makeConfig({ models: Object.fromEntries(models), ...parts });
}

describe("the generated tests, run by promtool", () => {
  test.each<[string, Config]>([
    ["the sample config", sampleConfig],
    [
      "the sample config without cells of confusion matrices",
      makeConfig({ ...sampleParts, exposition: { confusion: "none" } }),
    ],
    // Each metric has one of the eight bounds.
    ["every metric and every kind of bound", grid(repetitions(everyBound.length, 4))],
    ["labels that come later", makeConfig({ ...sampleParts, join: laterLabels })],
    ["objectives that ask for labels", makeConfig(labelledParts)],
    [
      "objectives that ask for labels, over mirrored replicas",
      makeConfig({ ...labelledParts, prometheus: { replicas: "mirrored" } }),
    ],
    ["mirrored replicas", grid(repetitions(16, 7), { prometheus: { replicas: "mirrored" } })],
    [
      "tags without a version and with a label of their own",
      grid(repetitions(16, 7), { tagLabels: ["model", "data_center"] }),
    ],
  ])("the tests of %s pass", (name, config) => {
    testRules(config, name.replaceAll(" ", "-"));
  });

  test.each([
    { what: "without a join", parts: {}, alerts: 0 },
    { what: "with a join", parts: { join: laterLabels }, alerts: 2 },
  ])("the tests of the alerts that no objective sets pass, $what", ({ what, parts, alerts }) => {
    const out = join(dir, `exporter-${what.replaceAll(" ", "-")}`);
    const models = { a: {}, b: { team: "t", silentAfter: 26 * 3600 }, c: { silentAfter: null } };
    const paths = generateInto(makeConfig({ models, teams: { t: { critical: ["hook"] } }, ...parts }), out);
    const names = ["model-quality-labels-stopped", "model-quality-pending-evicted"];
    expect(names.filter((name) => paths.includes(`prometheus/runbooks/${name}.md`))).toHaveLength(alerts);
    tool("promtool", ["test", "rules", "prometheus/tests/exporter.yml", "prometheus/tests/silence.yml"], { cwd: out });
  });

  test("the tests of objectives at the limits of what can be configured pass", () => {
    const objectives = [
      { metric: "accuracy", bound: { kind: "min", value: 1 } },
      { metric: "recall", class: "a", bound: { kind: "max", value: 0 } },
      { metric: "precision", class: "a", bound: { kind: "min", value: 0.001 }, confidence: 0.9999999 },
      { metric: "matthewsCorrelation", bound: { kind: "min", value: -0.5 } },
      { metric: "f1", average: "macro", bound: { kind: "min", value: 0.5 }, minSamples: 1 },
      { metric: "specificity", class: "a", bound: { kind: "min", value: 0.9 }, minSamples: 2, confidence: 0.51 },
      { metric: "f1", class: "a", bound: { kind: "min", value: 0.9 }, minSamples: 100_000 },
      // Nothing is less than 0: this one can never fire, and its tests say nothing else.
      { metric: "accuracy", bound: { kind: "min", value: 0 }, window: day },
      { metric: "cohenKappa", bound: { kind: "maxDrop", value: 1.9, comparedTo: { kind: "version", version: "1" } } },
    ] as const;
    testRules(makeConfig({ models: { m: { objectives } } }), "ends");
  });

  test("the tests of objectives that must be violated for 0s, 30s, 90s, 1h30m and 3d, and are kept firing, pass", () => {
    const models = ["0s", "30s", "90s", "1h30m", "3d"].map((word): [string, ModelParts] => {
      const bound = { kind: "min", value: 0.9 } as const;
      const waits = { word, ms: duration(word === "1h30m" ? "90m" : word).ms };
      const objectives: ModelParts["objectives"] = [
        { metric: "accuracy", bound, for: waits, keepFiringFor: duration("7m") },
        { metric: "recall", class: "a", bound, for: waits, keepFiringFor: duration("90s"), window: lastThousand },
      ];
      return [`for-${word}`, { objectives }];
    });
    testRules(makeConfig({ models: Object.fromEntries(models) }), "for");
  });

  test("the tests of objectives that share a name, where more than one fires at once, pass", () => {
    const objectives = [
      { metric: "recall", class: "a", bound: { kind: "min", value: 0.9 } },
      { metric: "recall", class: "a", bound: { kind: "min", value: 0.7 }, severity: "critical", for: duration("3m") },
      { metric: "recall", average: "macro", bound: { kind: "min", value: 0.95 }, for: duration("5m") },
      { metric: "recall", class: "b", bound: { kind: "min", value: 0.9 } },
      { metric: "accuracy", bound: { kind: "maxDrop", value: 0.02, comparedTo: { kind: "version", version: "v1" } } },
      {
        metric: "accuracy",
        bound: { kind: "maxDrop", value: 0.01, comparedTo: { kind: "ago", ago: duration("1h") } },
        severity: "critical",
      },
      {
        metric: "accuracy",
        bound: { kind: "maxDrop", value: 0.05, comparedTo: { kind: "baseline", value: 0.97 } },
        severity: "info",
      },
    ] as const;
    testRules(makeConfig({ models: { m: { objectives } } }), "names");
  });
});

describe("the generated tests and changed rules", () => {
  // Each change is a mistake that someone could make in the generator; the tests beside the rules must tell.
  test.each([
    ["the bound", "0.85 *", "0.86 *"],
    ["the confidence", "> 1.6448536269514715", "> 1.9"],
    [
      "the side of the bound",
      "- tag_class:model_quality_true_positive_samples",
      "+ tag_class:model_quality_true_positive_samples",
    ],
    ["the minimum of samples", ">= 200", ">= 199"],
    ["the wait", "for: 10m", "for: 9m"],
    [
      "adding up the replicas",
      "sum by (namespace, model, version, window, class)",
      "max by (namespace, model, version, window, class)",
    ],
    ["the severity", "severity: critical", "severity: warning"],
    ["the text", ": recall of class", ": recall of klass"],
    ["the bound in the text", "minimum 0.85", "minimum 0.86"],
    ["what is mistaken for what", "actual=%q,predicted!=%q", "predicted=%q,actual!=%q"],
    ["the diagonal that is no confusion", "unless label_replace", "and label_replace"],
    ["the figure that is compared with", 'version=\\"v1\\"}', 'version=\\"v2\\"}'],
    ["the practical difference", "< -0.02", "< -0.021"],
    ["the test of a comparison", "< -2.5758293035489", "< -2"],
  ])("the generated tests fail when %s is changed", (what, from, to) => {
    const out = join(dir, `changed-${what.replaceAll(" ", "-")}`);
    const files = generate(sampleConfig).files;
    const rules = files.get("prometheus/rules/fraud.yml") ?? "";
    expect(rules).toContain(from);
    const tests = ["prometheus/tests/fraud.yml", files.get("prometheus/tests/fraud.yml") ?? ""] as const;
    writeFiles(new Map([tests, ["prometheus/rules/fraud.yml", rules.replaceAll(from, to)]]), out);
    expect(() => tool("promtool", ["test", "rules", tests[0]], { cwd: out })).toThrow("FAILED");
  });
});
