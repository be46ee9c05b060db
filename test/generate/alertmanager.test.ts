import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../src/config/config.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { Alertmanager } from "../support/alertmanager.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig, webhook, type ModelParts } from "./support/config.ts";
import { sampleConfig, sampleParts } from "./support/configs.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();

/** Three teams, ten models, binary and of ten classes; one severity goes to two receivers. */
const teams = ["payments", "search", "platform"] as const;
const bigConfig = makeConfig({
  models: Object.fromEntries<ModelParts>([
    ...Array.from({ length: 10 }, (_, index): [string, ModelParts] => {
      const classes = index % 2 === 0 ? ["no", "yes"] : Array.from({ length: 10 }, (_, digit) => String(digit));
      return [
        `model-${index}`,
        {
          team: teams[index % 3] ?? "platform",
          classes,
          objectives: [
            { metric: "recall", class: classes[1] ?? "", bound: { kind: "min", value: 0.8 }, severity: "critical" },
            { metric: "accuracy", bound: { kind: "min", value: 0.9 }, severity: "warning" },
          ],
        },
      ];
    }),
    ["*", { team: "platform", objectives: [{ metric: "accuracy", bound: { kind: "min", value: 0.7 } }] }],
  ]),
  teams: Object.fromEntries(
    teams.map((team) => [team, { critical: [`${team}-a`, `${team}-b`], warning: [`${team}-b`] }]),
  ),
  receivers: Object.fromEntries(
    ["default", ...teams.flatMap((team) => [`${team}-a`, `${team}-b`])].map((name) => [
      name,
      webhook("http://127.0.0.1:1/"),
    ]),
  ),
  defaultReceiver: "default",
});

describe("routing, as amtool tests it", () => {
  test.each<[string, Config]>([
    ["the sample config", sampleConfig],
    ["three teams and ten models", bigConfig],
    ["no receivers at all", makeConfig({ receivers: {}, models: { m: {} } })],
  ])("every alert of %s reaches the receivers that the config names", (name, config) => {
    const out = join(dir, name.replaceAll(" ", "-"));
    generateInto(config, out);
    const file = `--config.file=${join(out, "alertmanager/alertmanager.yml")}`;
    expect(tool("amtool", ["check-config", join(out, "alertmanager/alertmanager.yml")])).toContain("SUCCESS");
    const cases = makePlan(config).routingCases;
    expect(cases.length).toBeGreaterThan(0);
    for (const { labels, receivers } of cases) {
      const words = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
      const said = tool("amtool", ["config", "routes", "test", file, ...words]);
      expect([labels, said]).toEqual([labels, `${receivers.join(",")}\n`]);
    }
  });

  test("a severity with two receivers goes to both, and an alert that no team takes to the default receiver", () => {
    const file = `--config.file=${join(dir, "three-teams-and-ten-models/alertmanager/alertmanager.yml")}`;
    const routed = (...labels: readonly string[]): string =>
      tool("amtool", ["config", "routes", "test", file, ...labels]).trim();
    expect(routed("team=search", "severity=critical", "model=model-1")).toBe("search-a,search-b");
    expect(routed("team=search", "severity=warning")).toBe("search-b");
    expect(routed("team=search", "severity=info")).toBe("default");
    expect(routed("severity=critical")).toBe("default");
  });
});

describe("inhibition", () => {
  test("every inhibition rule demands a value of each equal label on both sides", () => {
    const rules = makePlan(bigConfig).inhibitRules;
    expect(rules.length).toBeGreaterThan(0);
    for (const { equal, source_matchers: source, target_matchers: target } of rules) {
      for (const label of equal) {
        expect(source).toContain(`${label}!=""`);
        expect(target).toContain(`${label}!=""`);
      }
    }
  });

  test("no inhibition rule is written that no alert of the config can match", () => {
    const only = makeConfig({
      ...sampleParts,
      models: { m: { objectives: [{ metric: "accuracy", bound: { kind: "min", value: 0.9 } }] } },
    });
    const text = JSON.stringify(makePlan(only).inhibitRules);
    expect(text).not.toContain("critical");
    expect(text).not.toContain("class");
    expect(text).toContain("ModelQualityExporterDown");
  });
});

describe("a real Alertmanager", () => {
  test("a real Alertmanager mutes alerts for which a worse or wider alert of the same tag fires, and no others", async () => {
    const out = join(dir, "muting");
    generateInto(sampleConfig, out);
    const alertmanager = await Alertmanager.start(out, { file: join(out, "alertmanager/alertmanager.yml") });
    const tag = { namespace: "prod", model: "fraud", version: "v3", job: "model-quality-exporter" };
    const bare = { model: "fraud", version: "v3", job: "model-quality-exporter" };
    const down = { alertname: "ModelQualityExporterDown", severity: "critical", job: "model-quality-exporter" };
    const alerts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      critical: { ...tag, alertname: "Recall", severity: "critical", class: "fraud" },
      "warning of the same tag": { ...tag, alertname: "F1", severity: "warning", average: "macro" },
      "warning of another version": { ...tag, version: "v2", alertname: "F1", severity: "warning" },
      "warning of another namespace": { ...tag, namespace: "test", alertname: "F1", severity: "warning" },
      "warning without a namespace": { ...bare, alertname: "F1", severity: "warning", class: "x" },
      "whole model, without a namespace": { ...bare, alertname: "Accuracy", severity: "warning" },
      "critical of a class, without a namespace": {
        ...bare,
        version: "v9",
        alertname: "R",
        severity: "critical",
        class: "x",
      },
      "whole model, only a warning": { ...bare, version: "v9", alertname: "A", severity: "warning" },
      "alert without any tag": { alertname: "Other", severity: "warning" },
      "exporter down": { ...down, namespace: "dark" },
      "fed by the exporter that is down": { ...tag, namespace: "dark", alertname: "F1", severity: "critical" },
      "model that is absent": {
        alertname: "ModelQualityModelAbsent",
        severity: "critical",
        model: "m",
        job: "model-quality-exporter",
      },
    };
    await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.entries(alerts).map(([what, labels]) => ({ labels, annotations: { what } }))),
    });
    const muted = await eventually(async () => {
      const all = (await (await fetch(`${alertmanager.url}/api/v2/alerts`)).json()) as {
        annotations: { what: string };
        status: { inhibitedBy: string[]; state: string };
      }[];
      if (all.some(({ status }) => status.state === "unprocessed")) return undefined;
      return all.filter(({ status }) => status.inhibitedBy.length > 0).map(({ annotations }) => annotations.what);
    }, "Alertmanager has looked at all alerts");
    expect([...muted].sort()).toEqual([
      "fed by the exporter that is down",
      "model that is absent",
      "warning of the same tag",
      "warning without a namespace",
      "whole model, only a warning",
    ]);
  });
});
