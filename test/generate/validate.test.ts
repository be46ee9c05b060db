import { describe, expect, test } from "@jest/globals";
import { generate } from "../../src/generate/outputs.ts";
import { Problem } from "../../src/problem.ts";
import { duration, makeConfig, webhook, type ConfigParts } from "./support/config.ts";

const low = { metric: "accuracy", bound: { kind: "min", value: 0.9 } } as const;

function refusal(parts: ConfigParts): Problem {
  try {
    generate(makeConfig(parts));
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("not refused");
}

describe("a config whose files would not work", () => {
  test.each<[string, ConfigParts, string]>([
    [
      "for a receiver that the Alertmanager does not know",
      { receivers: { chat: [{ kind: "msteams", list: "msteams_configs", settings: {} }] } },
      "receivers.chat.msteams: needs Alertmanager 0.26, but alerting.version is 0.25",
    ],
    [
      "for an option that the Alertmanager does not know",
      { receivers: { "my hook": [{ kind: "webhook", list: "webhook_configs", settings: { url_file: "/x" } }] } },
      'receivers["my hook"].webhook.urlFile: needs Alertmanager 0.26',
    ],
    [
      "for a raw list that the Alertmanager does not know",
      { receivers: { chat: [{ kind: "raw", list: "msteamsv2_configs", settings: {} }] } },
      "receivers.chat.raw.msteamsv2_configs: needs Alertmanager 0.28",
    ],
    [
      "for an Alertmanager without matchers",
      { alerting: { version: [0, 21] } },
      "alerting.version: routing by matchers needs Alertmanager 0.22",
    ],
    [
      "for a wait that outlasts what it compares with",
      {
        models: {
          m: {
            objectives: [
              {
                metric: "accuracy",
                bound: { kind: "maxDrop", value: 0.1, comparedTo: { kind: "ago", ago: duration("10m") } },
                for: duration("10m"),
              },
            ],
          },
        },
      },
      "models.m.objectives[0].for: must be shorter than comparedTo.ago (10m)",
    ],
    [
      "for two rules of one given name",
      { models: { a: { objectives: [{ ...low, name: "Mine" }] }, b: { objectives: [{ ...low, name: "Mine" }] } } },
      'models.b.objectives[0].name: "Mine" is already the name of models.a.objectives[0]',
    ],
    [
      "for a given name that another objective has by default",
      { models: { a: { objectives: [low, { ...low, metric: "cohenKappa", name: "ModelQualityAccuracyLow" }] } } },
      '"ModelQualityAccuracyLow" is already the name of models.a.objectives[0]',
    ],
    [
      "for the name of one of the exporter's alerts",
      { models: { a: { objectives: [{ ...low, name: "ModelQualityExporterDown" }] } } },
      "is the name of an alert on the exporter itself",
    ],
    [
      "for two objectives whose alerts are one to Alertmanager",
      { models: { a: { objectives: [low, { ...low, bound: { kind: "min", value: 0.8 } }] } } },
      "models.a.objectives[1]: has the same alert as models.a.objectives[0] (ModelQualityAccuracyLow)",
    ],
    [
      "for an alert that only the root of the routing would catch",
      {
        models: { a: { team: "t", objectives: [{ ...low, severity: "critical" }] } },
        teams: { t: { warning: ["hook"] } },
      },
      'models.a.objectives[0].severity: the team "t" routes "critical" nowhere',
    ],
  ])("the config is refused, with the path, %s", (_what, parts, text) => {
    const problem = refusal(parts);
    expect(problem.exitCode).toBe(2);
    expect(problem.details).toEqual([expect.stringContaining(text)]);
  });

  test("the config is refused with all faults at once", () => {
    const problem = refusal({
      alerting: { version: [0, 24] },
      receivers: { chat: [{ kind: "discord", list: "discord_configs", settings: {} }], hook: webhook("http://h/") },
      models: { a: { objectives: [low, low, low] } },
    });
    expect(problem.details).toHaveLength(3);
  });
});

describe("features that a version does not know", () => {
  test.each<[readonly [number, number], boolean]>([
    [[2, 41], false],
    [[2, 42], true],
    [[3, 0], true],
  ])("for Prometheus %j it is %j that keep_firing_for is written", (version, there) => {
    const files = generate(
      makeConfig({
        prometheus: { version },
        models: { m: { objectives: [{ ...low, keepFiringFor: duration("5m") }] } },
      }),
    ).files;
    expect(files.get("prometheus/rules/m.yml")?.includes("keep_firing_for: 5m")).toBe(there);
  });
});
