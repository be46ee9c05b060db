import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../src/config/config.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { renderAnnotation } from "../../src/generate/rules/annotation.ts";
import { Alertmanager } from "../support/alertmanager.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { Webhook } from "../support/webhook.ts";
import { day, duration, makeConfig, webhook, type ModelParts } from "./support/config.ts";
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
  test("two teams that order their own severities in opposite ways mute nothing of each other", () => {
    const objectives = (["page", "ticket"] as const).map((severity) => ({
      ...{ metric: "accuracy", severity, bound: { kind: "min", value: severity === "page" ? 0.7 : 0.8 } },
    })) satisfies ModelParts["objectives"];
    const config = makeConfig({
      models: { a: { team: "first", objectives }, b: { team: "second", objectives } },
      teams: { first: { page: ["hook"], ticket: ["hook"] }, second: { ticket: ["hook"], page: ["hook"] } },
    });
    const graded = makePlan(config).inhibitRules.filter((rule) => JSON.stringify(rule).includes("severity"));
    expect(graded.map(({ source_matchers: of }) => of.filter((word) => /^(?:severity|team)=/u.test(word)))).toEqual([
      ['severity="page"', 'team="first"'],
      ['severity="page"', 'team="first"'],
      ['severity="ticket"', 'team="second"'],
      ['severity="ticket"', 'team="second"'],
    ]);
  });

  test("every inhibition rule demands a value of each equal label on both sides", () => {
    const rules = makePlan(graded).inhibitRules;
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
    expect(text).not.toContain("severity");
    expect(text).toContain("ModelQualityExporterDown");
  });
});

/** Objectives whose alerts are of one figure at several severities, and of other figures beside it. */
const graded = makeConfig({
  ...sampleParts,
  models: {
    fraud: {
      team: "payments",
      classes: ["fraud", "chargeback"],
      objectives: [
        { metric: "recall", class: "fraud", bound: { kind: "min", value: 0.7 }, severity: "critical" },
        { metric: "recall", class: "fraud", bound: { kind: "min", value: 0.8 }, severity: "warning", window: day },
        {
          ...{ metric: "recall", class: "fraud", severity: "note", name: "FraudRecallFell" },
          bound: { kind: "maxDrop", value: 0.1, comparedTo: { kind: "ago", ago: duration("1d") } },
        },
        { metric: "recall", class: "chargeback", bound: { kind: "min", value: 0.8 }, severity: "warning" },
        { metric: "precision", class: "fraud", bound: { kind: "min", value: 0.8 }, severity: "warning" },
        { metric: "f1", average: "macro", bound: { kind: "min", value: 0.8 }, severity: "critical" },
        { metric: "f1", average: "micro", bound: { kind: "min", value: 0.8 }, severity: "warning" },
        { metric: "accuracy", bound: { kind: "min", value: 0.8 }, severity: "critical" },
        { metric: "accuracy", bound: { kind: "min", value: 0.9 }, severity: "warning" },
      ],
    },
  },
  teams: { payments: { note: ["payments-chat"], warning: ["payments-chat"], critical: ["payments-pager"] } },
});

describe("a real Alertmanager", () => {
  const job = "model-quality-exporter";
  const bare = { model: "fraud", version: "v3", team: "payments", job };
  const tag = { ...bare, namespace: "prod" };
  const recall = { ...tag, alertname: "ModelQualityRecallLow", class: "fraud" };
  const accuracy = { ...bare, alertname: "ModelQualityAccuracyLow" };
  const down = { alertname: "ModelQualityExporterDown", severity: "warning", job };

  test.each<{ what: string; firing: Labels; muted: Labels[]; told: Labels[] }>([
    {
      what: "an alert mutes those of the same metric, class and tag at lower severities",
      firing: { ...recall, severity: "critical", window: "1h" },
      muted: [
        { ...recall, severity: "warning", window: "24h" },
        { ...recall, alertname: "FraudRecallFell", severity: "note", window: "1h" },
      ],
      told: [
        { ...recall, severity: "warning", window: "24h", class: "chargeback" },
        { ...recall, severity: "warning", window: "24h", version: "v2" },
        { ...recall, severity: "warning", window: "24h", namespace: "test" },
        { ...recall, severity: "critical", window: "24h" },
        { ...recall, severity: "warning", alertname: "ModelQualityPrecisionLow" },
        { ...tag, severity: "warning", alertname: "ModelQualityAccuracyLow" },
      ],
    },
    {
      what: "the team's own severities come after critical, warning and info",
      firing: { ...recall, severity: "warning", window: "24h" },
      muted: [{ ...recall, alertname: "FraudRecallFell", severity: "note", window: "1h" }],
      told: [{ ...recall, severity: "critical", version: "v2", window: "1h" }],
    },
    {
      what: "an average mutes no other average and no class",
      firing: { ...tag, alertname: "ModelQualityF1Low", average: "macro", severity: "critical" },
      muted: [],
      told: [
        { ...tag, alertname: "ModelQualityF1Low", average: "micro", severity: "warning" },
        { ...recall, severity: "warning", window: "24h" },
      ],
    },
    {
      what: "alerts without a namespace mute each other",
      firing: { ...accuracy, severity: "critical" },
      muted: [{ ...accuracy, severity: "warning" }],
      told: [
        { ...accuracy, severity: "warning", namespace: "prod" },
        { alertname: "Other", severity: "warning" },
      ],
    },
    {
      what: "an exporter that is down mutes what it feeds, and no other namespace",
      firing: { ...down, namespace: "prod" },
      muted: [
        { ...recall, severity: "critical", window: "1h" },
        { alertname: "ModelQualityModelAbsent", severity: "warning", model: "m", job },
      ],
      told: [
        { ...recall, severity: "critical", window: "1h", namespace: "test" },
        { ...down, namespace: "dark" },
      ],
    },
  ])("$what", async ({ what, firing, muted, told }) => {
    const out = join(dir, what.replaceAll(" ", "-"));
    generateInto(graded, out);
    const alertmanager = await Alertmanager.start(out, { file: join(out, "alertmanager/alertmanager.yml") });
    const all = [firing, ...muted, ...told].map((labels, index) => ({ labels, annotations: { index: String(index) } }));
    await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(all),
    });
    const inhibited = await eventually(async () => {
      const seen = (await (await fetch(`${alertmanager.url}/api/v2/alerts`)).json()) as {
        annotations: { index: string };
        status: { inhibitedBy: string[]; state: string };
      }[];
      if (seen.length < all.length || seen.some(({ status }) => status.state === "unprocessed")) return undefined;
      const mutedNow = seen.filter(({ status }) => status.inhibitedBy.length > 0);
      // What mutes becomes known a moment after it is listed.
      return mutedNow.length < muted.length ? undefined : mutedNow.map(({ annotations }) => annotations.index);
    }, "Alertmanager has looked at all alerts");
    expect(inhibited.sort()).toEqual(muted.map((_, index) => String(index + 1)));
    await alertmanager.stop();
  });
});

test("PagerDuty gets an event for each version, with the alert's severity and its number, and hears without it that it is over", async () => {
  const hook = await Webhook.start();
  const out = join(dir, "pagerduty");
  const key = join(dir, "key");
  writeFileSync(key, "key");
  const settings = { routing_key_file: key, url: `${hook.url}/pagerduty` };
  const config = makeConfig({
    ...sampleParts,
    receivers: {
      ...sampleParts.receivers,
      "payments-pager": [{ kind: "pagerduty", list: "pagerduty_configs", settings }],
    },
    alerting: { groupWait: duration("1s"), groupInterval: duration("1s") },
  });
  generateInto(config, out);
  const [alert] = makePlan(config).models.find(({ model }) => model.name === "fraud")?.alerts ?? [];
  if (alert === undefined) throw new Error("no alert");
  const sent = ["v2", "v3"].map((version, index) => {
    const labels = { ...alert.labels, namespace: "models", version };
    const firing = { labels, value: 0.76 + index / 100, results: { samples: { value: 200 } } };
    const texts = Object.entries(alert.annotations).map(([name, text]) => [name, renderAnnotation(text, firing)]);
    return { labels: { alertname: alert.name, ...labels }, annotations: Object.fromEntries(texts) as Labels };
  });
  const alertmanager = await Alertmanager.start(out, { file: join(out, "alertmanager/alertmanager.yml") });
  const post = async (times: { startsAt: string; endsAt?: string }): Promise<unknown> =>
    fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sent.map((one) => ({ ...one, ...times }))),
    });
  const told = (action: string): readonly unknown[] =>
    hook.bodies("/pagerduty").filter((body) => JSON.stringify(body).includes(`"event_action":"${action}"`));
  const event = (summary: string, firing: unknown, resolved: unknown): unknown =>
    expect.objectContaining({
      payload: expect.objectContaining({
        summary,
        severity: "critical",
        custom_details: expect.objectContaining({ firing, resolved }),
      }),
    });

  const startsAt = new Date(Date.now() - 60_000).toISOString();
  await post({ startsAt });
  await eventually(() => told("trigger").length >= 2, "PagerDuty is told of both");
  expect(told("trigger")).toEqual(
    expect.arrayContaining([
      event(
        "[FIRING:1] fraud v2, namespace models: recall of class fraud over 1h at 0.7600, minimum 0.85 (critical)",
        expect.stringContaining("at 0.7600 on 200 samples, minimum 0.85."),
        "",
      ),
      event(
        "[FIRING:1] fraud v3, namespace models: recall of class fraud over 1h at 0.7700, minimum 0.85 (critical)",
        expect.stringContaining("at 0.7700 on 200 samples, minimum 0.85."),
        "",
      ),
    ]),
  );
  await post({ startsAt, endsAt: new Date().toISOString() });
  await eventually(() => told("resolve").length >= 2, "PagerDuty hears that both are over");
  expect(told("resolve")).toEqual(
    expect.arrayContaining(
      ["v2", "v3"].map((version) =>
        event(
          `[RESOLVED] fraud ${version}, namespace models: recall of class fraud over 1h (critical)`,
          "",
          expect.stringMatching(/^- Fired from: .* to .*$/mu),
        ),
      ),
    ),
  );
  await alertmanager.stop();
});

type Labels = Readonly<Record<string, string>>;
