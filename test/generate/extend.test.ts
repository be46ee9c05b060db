import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { AlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import type { Config, RuleGroup } from "../../src/config/config.ts";
import { checkFiles } from "../../src/generate/check.ts";
import { generate } from "../../src/generate/outputs.ts";
import { Problem } from "../../src/problem.ts";
import { alertmanagerConfigsOf, asOperator, prometheusRulesOf } from "../deploy/support/operator.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig, type ConfigParts } from "./support/config.ts";
import { dropHealthAlerts, sampleParts } from "./support/configs.ts";
import { generateInto, tool } from "./support/tools.ts";

const dir = tempDir();
type Extend = Partial<Config["extend"]>;

/** The sample config, extended; with receivers of the user's own beside its own. */
function extended(extend: Extend, parts: Partial<ConfigParts> = {}): Config {
  const sns = [{ kind: "extend", list: "sns_configs", settings: { topic_arn: "arn:aws:sns:eu-west-1:1:x" } }];
  return makeConfig({ ...sampleParts, receivers: { ...sampleParts.receivers, sns }, ...parts, extend });
}

function refusal(extend: Extend, parts: Partial<ConfigParts> = {}): readonly string[] {
  try {
    generate(extended(extend, parts));
    return [];
  } catch (error) {
    if (error instanceof Problem && error.exitCode === 2) return error.details;
    throw error;
  }
}

type Change = (group: RuleGroup) => unknown;

/** A function that changes one group, and leaves the others or does as given with them. */
function inGroup(name: string, change: Change, others: Change = (group) => group): Extend {
  return { changeRules: (group) => (group.name === name ? change(group) : others(group)) };
}

const fraud = (change: Change, others?: Change): Extend => inGroup("model-quality-fraud", change, others);
const rule = (alert: string, labels: Record<string, string>): RuleGroup["rules"][number] => ({
  alert,
  expr: "queue_length > 5",
  labels,
  annotations: { summary: "The queue is long." },
});
const group = (...rules: RuleGroup["rules"]): RuleGroup => ({ name: "queues", rules });
const owned = { team: "payments", severity: "warning" };

/** Writes the files and runs all that `check` runs, promtool's tests and amtool's routes with it. */
async function checked(config: Config, name: string): Promise<ReadonlyMap<string, string>> {
  const out = join(dir, name);
  generateInto(config, out);
  for await (const { what, outcome, detail } of checkFiles(generate(config), out)) {
    expect({ what, outcome, detail }).toEqual({ what, outcome: "ok", detail: "" });
  }
  return generate(config).files;
}

/** The names of the tests in a test file. */
function testNames(files: ReadonlyMap<string, string>, path: string): string {
  return [...(files.get(`prometheus/tests/${path}`) ?? "").matchAll(/^ {2}- name: (.*)$/gmu)]
    .map(([, name]) => name)
    .join("\n");
}

describe("a function over the generated rules", () => {
  test("a function that returns its argument changes no file", () => {
    expect(generate(extended({ changeRules: (all) => all })).files).toEqual(generate(extended({})).files);
  });

  test("its result is written; alerts that it changed or dropped lose their tests, the others keep them", async () => {
    const change: Change = (all) => ({
      ...all,
      rules: [
        ...all.rules.flatMap((one) => {
          if (one.alert === "ModelQualityRecallLow") return [{ ...one, for: "42m" }];
          return one.alert === "ModelQualityF1MacroLow" || one.alert?.startsWith("ModelQualityF1") === true
            ? []
            : [one];
        }),
        rule("QueueLong", owned),
      ],
    });
    const files = await checked(extended(fraud(change, dropHealthAlerts)), "changed");
    const rules = files.get("prometheus/rules/fraud.yml") ?? "";
    expect(rules).toContain("for: 42m");
    expect(rules).toContain("alert: QueueLong");
    expect(rules).not.toContain("alert: ModelQualityF1");
    const tests = [...files.keys()]
      .filter((path) => path.startsWith("prometheus/tests/fraud"))
      .map((path) => testNames(files, path.slice("prometheus/tests/".length)))
      .join("\n");
    expect(tests).toContain("ModelQualityAccuracyDropped");
    expect(tests).not.toContain("ModelQualityRecallLow");
    expect(tests).not.toContain("ModelQualityF1");
    const pages = [...files.keys()].filter((path) => path.startsWith("prometheus/runbooks/model-quality-f1"));
    expect(pages).toEqual([]);
    expect(files.get("prometheus/runbooks/model-quality-recall-low.md")).toBeDefined();
  });

  test("a change of what alerts read takes away their tests, and no others", async () => {
    const ratio = "tag_class:model_quality_recall:ratio";
    const change: Change = (all) => ({
      ...all,
      rules: all.rules.map((one) => (one.record === ratio ? { ...one, expr: `${one.expr} * 1` } : one)),
    });
    const files = await checked(extended(fraud(change, dropHealthAlerts)), "read");
    const names = testNames(files, "fraud.yml");
    expect(names).toContain("ModelQualityF1");
    expect(names).not.toContain("ModelQualityRecallLow");
  });

  test("a change of one of two alerts of a name takes away the tests of both, since promtool asks by name", () => {
    const recall = (of: string) =>
      ({ metric: "recall", class: of, bound: { kind: "min", value: 0.8 }, severity: "critical" }) as const;
    const models = { fraud: { team: "payments", objectives: [recall("fraud"), recall("legit")] } };
    const change = fraud((all) => ({
      ...all,
      rules: all.rules.map((one, index) => (index === all.rules.length - 1 ? { ...one, for: "42m" } : one)),
    }));
    const tested = (extend: Extend) => generate(extended(extend, { models })).files.has("prometheus/tests/fraud.yml");
    expect([tested({}), tested(change)]).toEqual([true, false]);
  });

  test("a change of the group's interval or order takes away all its tests", () => {
    for (const change of [
      fraud((all) => ({ ...all, interval: "5m" })),
      fraud((all) => ({ ...all, rules: [...all.rules].reverse() })),
    ]) {
      const files = generate(extended(change)).files;
      expect([...files.keys()].filter((path) => path.startsWith("prometheus/tests/fraud"))).toEqual([]);
      expect(files.has("prometheus/tests/exporter.yml")).toBe(true);
    }
  });

  test("a group may be emptied, and the inhibition by its alerts is left out", async () => {
    const files = await checked(
      extended(inGroup("model-quality-exporter", (all) => ({ ...all, rules: [] }))),
      "nothing",
    );
    expect(files.has("prometheus/rules/exporter.yml")).toBe(false);
    expect(files.has("prometheus/tests/exporter.yml")).toBe(false);
    expect(files.get("alertmanager/alertmanager.yml")).not.toContain("ModelQualityExporterDown");
  });

  test("the function gets a copy that it may modify, and is called once for each group", () => {
    const seen: string[] = [];
    const config = extended({
      changeRules: (all) => {
        seen.push(all.name);
        Reflect.set(all, "rules", [...all.rules, rule("QueueLong", owned)].slice(-1));
        return all;
      },
    });
    expect(() => generate(config).files).toThrow(Problem);
    expect(seen).toEqual([
      "model-quality-fraud",
      "model-quality-other-models",
      "model-quality-exporter",
      "model-quality-fraud.silence",
      "model-quality-other-models.silence",
    ]);
  });

  const at = 'extend.changeRules("model-quality-fraud")';
  test.each<[string, (group: RuleGroup) => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("no luck");
      },
      `${at}: threw: no luck`,
    ],
    ["gives nothing", () => undefined, `${at}: gave nothing; give the group back`],
    ["gives a promise", (all) => Promise.resolve(all), `${at}: gave a promise; the function must not be async`],
    ["gives something else", () => 5, `${at}: expected a group of rules like { name, rules: [...] }, got 5`],
    ["gives a rule that is none", (all) => ({ ...all, rules: [{ alert: "A" }] }), `${at}.rules[0].expr: missing`],
    ["misspells a key", (all) => ({ ...all, rule: [] }), `${at}.rule: unknown key; did you mean "rules"?`],
    ["gives the group another name", (all) => ({ ...all, name: "x" }), `${at}.name: must stay as it is, got "x"`],
    [
      "takes the name of another group's rule",
      (all) => ({ ...all, rules: [...all.rules, rule("ModelQualityExporterDown", owned)] }),
      `is the name of a rule of another generated group`,
    ],
    [
      "adds a rule twice",
      (all) => ({ ...all, rules: [...all.rules, rule("A", owned), rule("A", owned)] }),
      `"A" with the same labels is ${at}.rules[`,
    ],
    [
      "adds an alert that only the root catches",
      (all) => ({ ...all, rules: [...all.rules, rule("A", { severity: "warning" })] }),
      'only the root of the routing would catch the alert "A"',
    ],
    [
      "moves an alert to where its team routes nothing",
      (all) => ({
        ...all,
        rules: all.rules.map((one) =>
          one.alert === "ModelQualityRecallLow" ? { ...one, labels: { ...one.labels, severity: "info" } } : one,
        ),
      }),
      'only the root of the routing would catch the alert "ModelQualityRecallLow"',
    ],
  ])("a function that %s is refused, with its path", (_what, change, text) => {
    expect(refusal(fraud(change))).toEqual([expect.stringContaining(text)]);
  });

  test("the function may change an alert on the exporter that nobody owns", () => {
    const change = inGroup("model-quality-exporter", (all) => ({
      ...all,
      rules: all.rules.map((one) => ({ ...one, for: "1h" })),
    }));
    expect(() => generate(makeConfig({ ...sampleParts, teams: {}, models: {}, extend: change })).files).not.toThrow();
  });
});

describe("extra rules, routes and receivers", () => {
  const extend: Extend = {
    ruleGroups: [
      group(rule("QueueLong", owned), rule("QueueStuck", { severity: "page" }), {
        record: "job:queue:sum",
        expr: "sum(queue_length)",
      }),
    ],
    routes: [
      {
        matchers: [{ label: "alertname", op: "=", value: "QueueStuck" }],
        receiver: "sns",
        continue: false,
        routes: [],
      },
      {
        matchers: [
          { label: "team", op: "=~", value: "pay.*" },
          { label: "severity", op: "=", value: "critical" },
        ],
        continue: true,
        group_wait: "5s",
        routes: [
          { matchers: [{ label: "model", op: "=", value: "fraud" }], receiver: "sns", continue: false, routes: [] },
        ],
      },
    ],
  };

  test("the user's rules, routes and receivers are written, and promtool and amtool accept them and route as configured", async () => {
    const config = extended(extend);
    const files = await checked(config, "extra");
    expect(files.get("prometheus/rules/extra-rules.yml")).toContain("record: job:queue:sum");
    const routed = new Map(
      makePlan(config).routingCases.map(({ labels, receivers }) => [labels["alertname"], receivers]),
    );
    expect(routed.get("QueueLong")).toEqual(["payments-chat"]);
    expect(routed.get("QueueStuck")).toEqual(["sns"]);
    expect(routed.get("ModelQualityRecallLow")).toEqual(["sns", "payments-pager"]);
  });

  const own: Config["extend"]["routes"][number] = {
    matchers: [{ label: "alertname", op: "=", value: "ModelQualityExporterDown" }],
    receiver: "sns",
    continue: false,
    routes: [],
  };
  test.each<[string, Config]>([
    ["an exporter that a team owns", extended(extend)],
    [
      "an exporter that nobody owns",
      extended(
        { ...extend, routes: [own, ...(extend.routes ?? [])] },
        { models: { fraud: sampleParts.models?.["fraud"] ?? {} } },
      ),
    ],
  ])("the operator's objects hold the user's rules and routes, with the same result, for %s", (what, config) => {
    const groups = prometheusRulesOf(config).flatMap(({ spec }) => spec.groups ?? []);
    expect(groups.find(({ name }) => name === "queues")?.rules).toHaveLength(3);
    const objects = alertmanagerConfigsOf(config);
    for (const one of objects) new AlertmanagerConfig(one).validate();
    const file = join(dir, `${what}.yml`);
    writeFileSync(file, stringify(asOperator(objects), { lineWidth: 0 }));
    tool("amtool", ["check-config", file]);
    for (const { labels, receivers } of makePlan(config).routingCases) {
      const words = Object.entries({ ...labels, namespace: "models" }).map(
        ([label, value]) => `${label}=${JSON.stringify(value)}`,
      );
      const said = tool("amtool", ["config", "routes", "test", `--config.file=${file}`, ...words])
        .trim()
        .split(",");
      const told = said
        .map((name) => name.replace(/^models\/model-quality-[^/]*\//u, ""))
        .filter((name) => name !== "nowhere");
      expect([labels, told]).toEqual([labels, [...receivers]]);
    }
  });

  test("a team's operator object has no receivers but the team's: a missing key of another's Secret must not silence it", () => {
    const named = alertmanagerConfigsOf(extended(extend)).map(
      ({ metadata, spec }) => [metadata?.name, (spec.receivers ?? []).map(({ name }) => name)] as const,
    );
    for (const [name, receivers] of named)
      expect([name, receivers.includes("sns")]).toEqual([name, name === "model-quality-extra"]);
  });

  const route = (label: string, value: string): Config["extend"]["routes"][number] => ({
    matchers: [{ label, op: "=", value }],
    receiver: "sns",
    continue: false,
    routes: [],
  });
  test.each<[string, Extend, Partial<ConfigParts>, string]>([
    [
      "a group of a generated name",
      { ruleGroups: [{ name: "model-quality-fraud", rules: [rule("A", owned)] }] },
      {},
      'extend.ruleGroups[0].name: "model-quality-fraud" is the name of a generated group',
    ],
    [
      "an alert of a generated name",
      { ruleGroups: [group(rule("ModelQualityRecallLow", owned))] },
      {},
      'extend.ruleGroups[0].rules[0].alert: "ModelQualityRecallLow" is the name of a generated rule',
    ],
    [
      "a series of a generated name",
      { ruleGroups: [group({ record: "tag:model_quality_samples:sum", expr: "up" })] },
      {},
      "extend.ruleGroups[0].rules[0].record:",
    ],
    [
      "an alert that only the root catches",
      { ruleGroups: [group(rule("A", { team: "payments", severity: "info" }))] },
      {},
      'extend.ruleGroups[0].rules[0]: only the root of the routing would catch the alert "A"',
    ],
    [
      "a route that no alert meets",
      { routes: [route("alert", "ModelQualityRecallLow")] },
      {},
      "extend.routes[0]: no alert reaches this route",
    ],
    [
      "a misspelt severity",
      { routes: [route("severity", "critcal")] },
      {},
      "extend.routes[0]: no alert reaches this route",
    ],
    [
      "a route behind one that takes all of its alerts",
      { routes: [route("model", "fraud"), route("alertname", "ModelQualityRecallLow")] },
      {},
      "extend.routes[1]: no alert reaches this route",
    ],
    [
      "a route that leaves a generated one nothing",
      {
        routes: [
          route("alertname", "ModelQualityRecallLow"),
          route("alertname", "ModelQualityModelAbsent"),
          route("severity", "critical"),
        ],
      },
      {},
      "teams.payments.critical: extend.routes takes every alert of this route",
    ],
    [
      "what the Prometheus does not know",
      { ruleGroups: [{ ...group(rule("A", owned)), query_offset: "1m" }] },
      {},
      "extend.ruleGroups[0].query_offset: needs Prometheus 2.53, but prometheus.version is 2.42",
    ],
    [
      "keep_firing_for too early",
      { ruleGroups: [group({ ...rule("A", owned), keep_firing_for: "1m" })] },
      { prometheus: { version: [2, 41] } },
      "extend.ruleGroups[0].rules[0].keep_firing_for: needs Prometheus 2.42",
    ],
    [
      "a receiver that the Alertmanager does not know",
      { routes: [] },
      { receivers: { ...sampleParts.receivers, x: [{ kind: "extend", list: "jira_configs", settings: {} }] } },
      "extend.receivers.x.jira_configs: needs Alertmanager 0.28",
    ],
    [
      "an active route too early",
      { routes: [{ ...route("model", "fraud"), continue: true, active_time_intervals: ["x"] }] },
      { alerting: { version: [0, 23] }, receivers: {} },
      "extend.routes[0].active_time_intervals: needs Alertmanager 0.24",
    ],
  ])("the config is refused for %s", (_what, given, parts, text) => {
    expect(refusal(given, parts)).toEqual(expect.arrayContaining([expect.stringContaining(text)]));
  });

  test("the generated routes still get the alerts that a user's route lets continue", () => {
    expect(refusal({ routes: [{ ...route("severity", "critical"), continue: true }] })).toEqual([]);
  });
});
