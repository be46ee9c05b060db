import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { Daemon, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { Prometheus, type Sample } from "../support/prometheus.ts";
import { tempDir } from "../support/temp.ts";
import { interpolate, readDashboard, type Panel } from "./support/panels.ts";

const dir = tempDir();
const configFile = join(dir, "model-quality.config.json");
const odd = 'it\'s "odd" $model \\ {{x}} 模型';

/** Outcomes of a model, 100 for each version: of the frauds 8 of 10 are caught by v1 and 6 of 10 by v2. */
function outcomes(model: string): string {
  return ["v1", "v2"]
    .flatMap((version) =>
      Array.from({ length: 100 }, (_line, at) => {
        const label = at % 2 === 0 ? "fraud" : "legit";
        const caught = Math.floor(at / 2) % 10 < (version === "v1" ? 8 : 6);
        return `${JSON.stringify({ model, version, prediction: label === "fraud" && caught ? "fraud" : "legit", label })}\n`;
      }),
    )
    .join("");
}

function writeConfig(target: string): void {
  const owed = { window: { last: 200 }, severity: "warning" };
  const config = {
    sources: [
      { files: ["*.jsonl"], fields: { model: "model", version: "version", predicted: "prediction", actual: "label" } },
    ],
    windows: [{ last: 200 }],
    models: {
      fraud: {
        team: "payments",
        objectives: [
          { metric: "recall", class: "fraud", min: 0.85, ...owed },
          { metric: "precision", class: "fraud", min: 0.5, ...owed },
        ],
      },
      [odd]: {
        team: "payments",
        objectives: [
          { metric: "accuracy", min: 0.7, ...owed },
          { metric: "f1", average: "macro", min: 0.6, ...owed },
          { metric: "recall", class: "fraud", min: 0.85, ...owed },
          { metric: "recall", class: "legit", maxDrop: 0.1, comparedTo: { value: 0.9 }, ...owed },
        ],
      },
    },
    teams: { payments: { warning: ["hook"] } },
    receivers: { hook: { webhook: { url: "http://127.0.0.1:9/" } } },
    alerting: { defaultReceiver: "hook" },
    prometheus: { targets: [target], alertmanagers: [], scrapeInterval: "1s", evaluationInterval: "1s" },
  };
  writeFileSync(configFile, JSON.stringify(config));
}

let prometheus: Prometheus;
let panels: readonly Panel[] = [];
let definitions: readonly { readonly name: string; readonly definition?: string }[] = [];

beforeAll(async () => {
  writeFileSync(join(dir, "log.jsonl"), `${outcomes("fraud")}${outcomes(odd)}no JSON\n`);
  writeConfig("127.0.0.1:9877");
  const daemon = await Daemon.start(["--config", configFile, "--state", join(dir, "state")]);
  writeConfig(new URL(daemon.url).host);
  const ended = await run(["generate", "--config", configFile, "--out", dir]);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
  const dashboard = readDashboard(dir);
  panels = dashboard.panels.filter(({ type }) => type !== "row");
  definitions = dashboard.templating.list;
  prometheus = await Prometheus.start(dir, { file: join(dir, "prometheus/prometheus.yml") });
});

const choices = { version: ".*", window: "last_200", stable: "v1", __rate_interval: "20s" };

/** What a query of a panel gives for a model, once it gives anything. */
async function answer(expr: string, model: string): Promise<readonly Sample[]> {
  const query = interpolate(expr, { ...choices, model });
  return eventually(
    async () => {
      const samples = await prometheus.query(query);
      return samples.length > 0 && samples;
    },
    `data for ${query}`,
    30_000,
  );
}

function targetsOf(
  title: string,
): readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[] {
  return panels.find((panel) => panel.title === title)?.targets ?? [];
}

describe.each([{ model: "fraud" }, { model: odd }])("the dashboard with the model $model selected", ({ model }) => {
  test("every query of every panel finds data", async () => {
    expect(panels.length).toBeGreaterThan(15);
    for (const { title, targets = [] } of panels) {
      expect([title, targets.length]).not.toEqual([title, 0]);
      for (const { refId, expr } of targets.filter((target) => !target.refId.startsWith("objective"))) {
        const samples = await answer(expr, model);
        expect([title, refId, samples.every(({ value }) => Number.isFinite(value))]).toEqual([title, refId, true]);
      }
    }
  });

  test("the panels draw the confusion matrix of the log, in outcomes and by row", async () => {
    const cells = async (title: string) =>
      Object.fromEntries(
        (await answer(targetsOf(title)[0]?.expr ?? "", model)).map(({ labels, value }) => [
          `${labels["actual"] ?? ""} as ${labels["predicted"] ?? ""}`,
          value,
        ]),
      );
    expect(await cells("Confusion matrix")).toEqual({
      "fraud as fraud": 70,
      "fraud as legit": 30,
      "legit as fraud": 0,
      "legit as legit": 100,
    });
    expect(await cells("Confusion matrix, by actual class")).toEqual({
      "fraud as fraud": 0.7,
      "fraud as legit": 0.3,
      "legit as fraud": 0,
      "legit as legit": 1,
    });
  });

  test("a panel shows how far the canary is behind the stable version", async () => {
    const accuracy = targetsOf("Canary against stable").find(({ refId }) => refId === "accuracy");
    const [sample, ...more] = await answer(accuracy?.expr ?? "", model);
    expect(more).toEqual([]);
    expect(sample?.labels).toMatchObject({ version: "v2" });
    expect(sample?.value).toBeCloseTo(-0.1, 12);
  });
});

describe("the lines of objectives", () => {
  test.each([
    { title: "Recall", model: "fraud", lines: [["objective: at least 0.85", 0.85]] },
    { title: "Precision", model: "fraud", lines: [["objective: at least 0.5", 0.5]] },
    { title: "F1", model: "fraud", lines: [] },
    { title: "Accuracy and correlation", model: "fraud", lines: [] },
    { title: "Averages over classes", model: "fraud", lines: [] },
    { title: "Accuracy and correlation", model: odd, lines: [["objective: at least 0.7", 0.7]] },
    { title: "Averages over classes", model: odd, lines: [["objective: at least 0.6", 0.6]] },
    { title: "Precision", model: odd, lines: [] },
    {
      title: "Recall",
      model: odd,
      lines: [
        ["objective: at least 0.85", 0.85],
        ["objective: at least 0.8", 0.8],
      ],
    },
  ])(
    "the panel $title has the lines of the objectives of the model $model, and no others",
    async ({ title, model, lines }) => {
      // Only once the rules have run is nothing really nothing.
      await answer(targetsOf("Accuracy and correlation")[0]?.expr ?? "", model);
      const drawn: (readonly [string, number])[] = [];
      for (const { refId, expr, legendFormat } of targetsOf(title)) {
        if (!refId.startsWith("objective")) continue;
        const samples = await prometheus.query(interpolate(expr, { ...choices, model }));
        drawn.push(...samples.map(({ value }) => [legendFormat, value] as const));
      }
      expect(drawn).toEqual(lines);
    },
  );
});

test("the variables offer the models, versions and windows that there are", async () => {
  const offered: Record<string, readonly string[]> = {};
  for (const { name, definition } of definitions) {
    const [, series, label] = /^label_values\((.*), (\w+)\)$/su.exec(definition ?? "") ?? [];
    if (series === undefined || label === undefined) continue;
    const samples = await answer(series, odd);
    offered[name] = [...new Set(samples.map(({ labels }) => labels[label] ?? ""))].sort();
  }
  expect(offered).toEqual({
    model: ["fraud", odd],
    version: ["v1", "v2"],
    window: ["last_200"],
    stable: ["v1", "v2"],
  });
});
