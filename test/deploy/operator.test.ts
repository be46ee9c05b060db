import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { AlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import { Receiver } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Receiver";
import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import { generateInto, tool } from "../generate/support/tools.ts";
import { alertmanagerConfigsOf, asOperator, prometheusRulesOf } from "./support/operator.ts";
import { inNamespace } from "../../src/generate/kubernetes/namespace-selectors.ts";
import { operatorReceiver } from "../../src/generate/kubernetes/operator-receivers.ts";
import { makePlan } from "../../src/generate/plan.ts";
import { tempDir } from "../support/temp.ts";
import { generated, makeConfig, oddNames } from "./support/configs.ts";

const dir = tempDir();
const odd = makeConfig({ models: oddNames });

function groupsOf(rules: readonly IPrometheusRule[]) {
  return rules.flatMap(({ spec }) => spec.groups ?? []);
}

describe("the PrometheusRule", () => {
  const file = join(dir, "rules.yml");
  writeFileSync(file, stringify({ groups: groupsOf(prometheusRulesOf(odd)) }, { lineWidth: 0 }));

  test("the PrometheusRule holds the rules of prometheus/rules, on the series of one namespace", () => {
    const plain = makePlan(odd).ruleFiles.flatMap(([, { groups }]) => groups);
    const groups = groupsOf(prometheusRulesOf(odd));
    const byName = new Map(groups.map((group) => [group.name, group]));
    expect(groups).toHaveLength(plain.length);
    for (const { name, rules } of plain) {
      const own = byName.get(name)?.rules ?? [];
      const without = own.map((rule) => {
        expect(rule.expr).toContain('namespace="models"');
        const expr = String(rule.expr).replaceAll(/\{namespace="models"\}|, namespace="models"/gu, "");
        if (rule.alert === undefined) return { ...rule, expr };
        const { namespace, ...labels } = rule.labels ?? {};
        expect(namespace).toBe('{{ or $labels.namespace "models" }}');
        return { ...rule, expr, labels };
      });
      expect(without).toEqual(rules);
    }
  });

  test("promtool accepts the rules of the PrometheusRule", () => {
    tool("promtool", ["check", "rules", file]);
  });

  // So it is, too, where kustomize's `namespace:` moves the objects to another namespace than the rules name.
  test.each<{ where: string; up: string; fires: boolean }>([
    { where: "in the namespace of the rules", up: "models", fires: false },
    { where: "in another namespace", up: "staging", fires: true },
  ])("with an exporter that answers $where, that of the rules is found down: $fires", ({ up, fires }) => {
    const tests = join(dir, "tests.yml");
    const labels = { severity: "warning", job: "model-quality-exporter", team: 'the "$platform" team' };
    const target = `job="x/model-quality-exporter",namespace="${up}"`;
    const samples = (window: string): string => `model_quality_samples{${target},model="fraud",window="${window}"}`;
    const down = { exp_labels: { ...labels, namespace: "models" }, exp_annotations: downAnnotations("models") };
    const test = {
      interval: "1m",
      input_series: [
        { series: `up{${target}}`, values: "1x30" },
        { series: samples("1h"), values: "300x30" },
      ],
      alert_rule_test: [{ eval_time: "20m", alertname: "ModelQualityExporterDown", exp_alerts: fires ? [down] : [] }],
      promql_expr_test: [
        {
          expr: "count(tag:model_quality_samples:sum)",
          eval_time: "20m",
          exp_samples: fires ? [] : [{ labels: "{}", value: 1 }],
        },
      ],
    };
    writeFileSync(tests, stringify({ rule_files: [file], evaluation_interval: "1m", tests: [test] }, { lineWidth: 0 }));
    tool("promtool", ["test", "rules", tests]);
  });

  test("the file says that kustomize's namespace does not reach the selectors", () => {
    expect(generated(makeConfig(), "deploy/kubernetes/prometheusrule.yaml")).toMatch(
      /kustomize's `namespace:` moves the object but not its selectors/u,
    );
  });

  test.each<{ expr: string; inside: string }>([
    { expr: "model_quality_samples", inside: 'model_quality_samples{namespace="a"}' },
    {
      expr: 'tag:model_quality_samples:sum{window="1h",}[5m] offset 1d',
      inside: 'tag:model_quality_samples:sum{window="1h", namespace="a"}[5m] offset 1d',
    },
    {
      expr: "sum by (model) (model_quality_samples{} > 0)",
      inside: 'sum by (model) (model_quality_samples{namespace="a"} > 0)',
    },
    {
      expr: 'absent(up{job="model-quality-exporter"})',
      inside: 'absent(up{job="model-quality-exporter", namespace="a"})',
    },
    { expr: '{__name__=~"model_quality_.*"}', inside: '{__name__=~"model_quality_.*", namespace="a"}' },
    {
      expr: 'model_quality_samples{model="}, namespace=x"}',
      inside: 'model_quality_samples{model="}, namespace=x", namespace="a"}',
    },
    ...[
      'model_quality_samples{namespace=~"b|c"}',
      'model_quality_samples{model="m", namespace!="b"}',
      'label_replace(node_load1{a="model_quality"}, "x", "model_quality_samples", "y", "z")',
      'up{job="node"}',
      "queue_length > 3 # model_quality_samples",
    ].map((expr) => ({ expr, inside: expr })),
  ])("in the namespace a the selectors of $expr are $inside", ({ expr, inside }) => {
    expect(inNamespace(expr, "a")).toBe(inside);
  });

  /** The alert's own texts, read from its rule, with the namespace that they name. */
  function downAnnotations(namespace: string): Record<string, string> {
    const rule = groupsOf(prometheusRulesOf(odd))
      .flatMap(({ rules = [] }) => rules)
      .find(({ alert }) => alert === "ModelQualityExporterDown");
    const said = ` in namespace ${namespace}`;
    return Object.fromEntries(
      Object.entries(rule?.annotations ?? {}).map(([name, text]) => [
        name,
        text.replace(/\{\{ with \$labels\.namespace \}\}.*?\{\{ end \}\}/u, said),
      ]),
    );
  }
});

describe("many rules", () => {
  const names = Array.from({ length: 400 }, (_none, index) => `model-${index}`);
  const rules = prometheusRulesOf(makeConfig({ models: names }));
  const shardOf = new Map(
    rules.flatMap((rule) => (rule.spec.groups ?? []).map(({ name }) => [name, rule.metadata?.name])),
  );

  test("many rules are split into objects that the operator takes, none lost and none twice", () => {
    expect(rules.length).toBeGreaterThan(1);
    for (const rule of rules)
      expect(Buffer.byteLength(stringify(rule.spec, { lineWidth: 0 }))).toBeLessThan(500 * 1024);
    const groups = groupsOf(rules).map(({ name }) => name);
    expect(new Set(groups).size).toBe(groups.length);
    // Two for each model and for the others, and one for the exporter.
    expect(groups).toHaveLength(2 * names.length + 3);
    expect(new Set(rules.map(({ metadata }) => metadata?.name)).size).toBe(rules.length);
  });

  test("the rules of a model stay in their object when another model is added", () => {
    const more = prometheusRulesOf(makeConfig({ models: [...names, "model-new"] }));
    const moved = more.flatMap((rule) =>
      (rule.spec.groups ?? []).filter(
        ({ name }) =>
          !/^model-quality-model-new(?:\.silence)?$/u.test(name) && shardOf.get(name) !== rule.metadata?.name,
      ),
    );
    expect(moved).toEqual([]);
  });

  test("the rules of one model that are too many for any object are refused", () => {
    const objective = (index: number) => ({
      metric: "recall",
      class: `${"c".repeat(900)}${index}`,
      min: 0.5,
      window: "1h",
      severity: "warning",
      name: `Alert${index}`,
    });
    const models = {
      big: { team: "payments", objectives: Array.from({ length: 100 }, (_none, index) => objective(index)) },
    };
    expect(() => prometheusRulesOf(makeConfig({ more: { models } }))).toThrow(/model-quality-big take \d+ bytes/u);
  });
});

describe.each([
  { what: "three receivers a severity", config: makeConfig() },
  { what: "odd names", config: odd },
  { what: "no receivers", config: makeConfig({ more: { models: {}, teams: {}, receivers: {}, alerting: {} } }) },
])("the AlertmanagerConfigs of $what", ({ config }) => {
  const file = join(dir, `${Math.random()}.yml`);
  writeFileSync(file, stringify(asOperator(alertmanagerConfigsOf(config)), { lineWidth: 0 }));

  test("amtool accepts the config that the operator makes of the objects", () => {
    tool("amtool", ["check-config", file]);
  });

  test("every alert of their namespace reaches the receivers of alertmanager.yml, and no other alert does", () => {
    const cases = makePlan(config).routingCases;
    expect(cases.length).toBeGreaterThan(0);
    for (const { labels, receivers } of cases) {
      const words = (namespace: string) =>
        Object.entries({ ...labels, namespace }).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
      const route = (namespace: string) =>
        tool("amtool", ["config", "routes", "test", `--config.file=${file}`, ...words(namespace)]).trim();
      expect([labels, route("models").split(",").map(withoutObject)]).toEqual([labels, [...receivers]]);
      expect(route("elsewhere")).toBe("null");
    }
  });
});

/** The operator puts the object's name before the receiver's. */
function withoutObject(name: string): string {
  return name.replace(/^models\/model-quality-[^/]*\//u, "");
}

describe("the receivers of an AlertmanagerConfig", () => {
  const receivers = new Map(
    alertmanagerConfigsOf(makeConfig({ more: { alerting: { defaultReceiver: "teams-and-discord", version: "0.28" } } }))
      .flatMap(({ spec }) => spec.receivers ?? [])
      .map((receiver) => [receiver.name, receiver]),
  );

  test("the receivers name keys of secrets where alertmanager.yml names files", () => {
    const secret = "model-quality-receivers";
    expect(receivers.get("pager")?.pagerdutyConfigs).toMatchObject([
      { routingKey: { name: secret, key: "pagerduty" }, sendResolved: true },
    ]);
    // As the operator mounts the secret `slack` with its key `url`.
    expect(receivers.get("chat")?.slackConfigs).toMatchObject([
      { channel: "#payments", apiURL: { name: "slack", key: "url" }, sendResolved: true },
    ]);
    expect(receivers.get("chat")?.emailConfigs).toMatchObject([
      {
        to: "a@example.com",
        from: "b@example.com",
        smarthost: "mail.example.com:587",
        requireTLS: true,
        sendResolved: true,
      },
    ]);
    expect(receivers.get("hook")?.opsgenieConfigs).toMatchObject([
      { apiKey: { name: secret, key: "run-secrets-opsgenie" }, priority: "P2", sendResolved: true },
    ]);
    expect(receivers.get("teams-and-discord")).toMatchObject({
      msteamsConfigs: [{ webhookUrl: { name: secret, key: "msteams" }, sendResolved: true }],
      discordConfigs: [{ apiURL: { name: secret, key: "discord" }, sendResolved: true }],
    });
  });

  test("the receivers send the messages of alertmanager.yml without template files", () => {
    const config = makeConfig({ more: { alerting: { defaultReceiver: "teams-and-discord", version: "0.28" } } });
    const files = generateInto(config, join(dir, "messages")).filter((path) => path.endsWith(".tmpl"));
    expect(files).toEqual(["alertmanager/templates/model-quality.tmpl"]);
    const none = join(dir, "none.tmpl");
    writeFileSync(none, "");
    const labels = {
      alertname: "ModelQualityRecallLow",
      model: "<b>fraud</b>",
      namespace: "models",
      severity: "critical",
    };
    const annotations = { summary: "Low.", description: "It is {{ low }}.", runbook_url: "https://r.example.com/a" };
    const data = {
      receiver: "r",
      status: "firing",
      alerts: [{ status: "firing", labels, annotations, startsAt: "2026-01-01T03:00:00Z" }],
      groupLabels: {},
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: "http://alertmanager.example.com",
    };
    writeFileSync(join(dir, "data.json"), JSON.stringify(data));
    const render = (glob: string, text: string, key: string) =>
      tool("amtool", [
        ...["template", "render", `--template.glob=${glob}`, `--template.data=${join(dir, "data.json")}`],
        ...[`--template.text=${text}`, `--template.type=${key === "html" ? "html" : "text"}`],
      ]);
    let messages = 0;
    for (const receiver of receivers.values()) {
      for (const [key, text] of textsIn(receiver)) {
        if (!text.includes("{{ template")) continue;
        messages += 1;
        const call = text.slice(text.lastIndexOf("{{ template"));
        const templates = join(dir, "messages/alertmanager/templates/*.tmpl");
        expect([key, render(none, text, key)]).toEqual([key, render(templates, call, key)]);
      }
    }
    expect(messages).toBeGreaterThan(10);
  });

  test.each<{ list: string; settings: object; operator: string; written: object }>([
    {
      list: "sns_configs",
      settings: { topic_arn: "arn:x", sigv4: { region: "eu-west-1" }, attributes: { a: "b" }, send_resolved: false },
      operator: "snsConfigs",
      written: { topicARN: "arn:x", sigv4: { region: "eu-west-1" }, attributes: { a: "b" }, sendResolved: false },
    },
    {
      list: "telegram_configs",
      settings: { bot_token_file: "/etc/alertmanager/telegram", chat_id: -7, parse_mode: "HTML" },
      operator: "telegramConfigs",
      written: { botToken: secretKeyOf("telegram"), chatID: -7, parseMode: "HTML" },
    },
    {
      list: "pushover_configs",
      settings: { user_key_file: "/etc/alertmanager/user", token_file: "/etc/alertmanager/token", priority: "1" },
      operator: "pushoverConfigs",
      written: { userKey: secretKeyOf("user"), token: secretKeyOf("token"), priority: "1" },
    },
    {
      list: "webex_configs",
      settings: { room_id: "r", http_config: { authorization: { credentials_file: "/etc/alertmanager/webex" } } },
      operator: "webexConfigs",
      written: { roomID: "r", httpConfig: { authorization: { credentials: secretKeyOf("webex") } } },
    },
    {
      list: "victorops_configs",
      settings: { api_key_file: "/etc/alertmanager/vo", routing_key: "ml", custom_fields: { a: "b" } },
      operator: "victoropsConfigs",
      written: { apiKey: secretKeyOf("vo"), routingKey: "ml", customFields: [{ key: "a", value: "b" }] },
    },
    {
      list: "wechat_configs",
      settings: { api_secret_file: "/etc/alertmanager/wechat", corp_id: "c", to_party: "p" },
      operator: "wechatConfigs",
      written: { apiSecret: secretKeyOf("wechat"), corpID: "c", toParty: "p" },
    },
    {
      list: "msteamsv2_configs",
      settings: { webhook_url_file: "/etc/alertmanager/teams" },
      operator: "msteamsv2Configs",
      written: { webhookURL: secretKeyOf("teams") },
    },
    {
      list: "rocketchat_configs",
      settings: { token_file: "/etc/alertmanager/rc", token_id_file: "/etc/alertmanager/rc-id", channel: "#a" },
      operator: "rocketchatConfigs",
      written: { token: secretKeyOf("rc"), tokenID: secretKeyOf("rc-id"), channel: "#a" },
    },
  ])("the operator gets $list with all their settings", ({ list, settings, operator, written }) => {
    const { receiver, leftOut } = operatorReceiver(
      { name: "a", integrations: [{ kind: "extend", list, settings: { ...settings } }] },
      { secret: "model-quality-receivers", inline: (text) => text, fallback: undefined },
    );
    expect([receiver, leftOut]).toEqual([{ name: "a", [operator]: [written] }, []]);
    new Receiver(receiver).validate();
  });

  const jira = makeConfig({
    more: {
      extend: { receivers: { tickets: { jira_configs: [{ project: "ML" }] } } },
      teams: { payments: { critical: ["tickets"], warning: ["chat"] }, 'the "$platform" team': { warning: ["hook"] } },
    },
  });

  test("a receiver of which the operator has no form notifies as the default receiver does, and the file says so", () => {
    const team = alertmanagerConfigsOf(jira).find(({ metadata }) => metadata?.name?.includes("payments") === true);
    const tickets = team?.spec.receivers?.find(({ name }) => name === "tickets");
    expect(Object.keys(tickets ?? {}).sort()).toEqual(["name", "opsgenieConfigs", "snsConfigs", "webhookConfigs"]);
    const said = "tickets: jira_configs (its alerts go to hook)";
    expect(team?.metadata?.annotations).toEqual({ "model-quality-exporter/left-out": said });
    expect(generated(jira, "deploy/kubernetes/alertmanagerconfig.yaml")).toContain(
      `# WARNING: the operator has no form for ${said}`,
    );
  });

  test("the file lists each key of a Secret that must exist, since the operator drops an object for one that is missing", () => {
    const [intro] = generated(makeConfig(), "deploy/kubernetes/alertmanagerconfig.yaml").split("apiVersion");
    const listed = [...(intro ?? "").matchAll(/^# {3}(\S+: \S+)$/gmu)].map(([, key]) => key);
    expect(listed).toEqual([
      "model-quality-receivers: pagerduty",
      "model-quality-receivers: run-secrets-opsgenie",
      "slack: url",
    ]);
  });

  test("every receiver that a route names is in the same object", () => {
    for (const { spec } of alertmanagerConfigsOf(odd)) {
      const named = (route: { receiver?: string; routes?: unknown } | undefined): string[] => [
        ...(route?.receiver === undefined ? [] : [route.receiver]),
        ...(Array.isArray(route?.routes) ? route.routes.flatMap(named) : []),
      ];
      const there = (spec.receivers ?? []).map(({ name }) => name);
      expect(new Set(named(spec.route))).toEqual(new Set(there));
      expect(new Set(there).size).toBe(there.length);
    }
  });

  test("the receivers fit the schema, however they are configured", () => {
    for (const config of alertmanagerConfigsOf(odd)) new AlertmanagerConfig(config).validate();
  });
});

function secretKeyOf(key: string): { readonly name: string; readonly key: string } {
  return { name: "model-quality-receivers", key };
}

/** Every text in a value, with the key that it stands under. */
function* textsIn(value: unknown, key = ""): Generator<readonly [key: string, text: string]> {
  if (typeof value === "string") yield [key, value];
  else if (typeof value === "object" && value !== null)
    for (const [name, entry] of Object.entries(value)) yield* textsIn(entry, name);
}

describe("inhibition in an AlertmanagerConfig", () => {
  const configs = alertmanagerConfigsOf(odd);
  const rules = configs.flatMap(({ spec }) => spec.inhibitRules ?? []);

  test("one object has the inhibition rules of alertmanager.yml, but those for alerts without a namespace", () => {
    const [first, ...more] = configs.filter(({ spec }) => spec.inhibitRules !== undefined);
    expect(first?.metadata?.name).toBe("model-quality-no-team");
    expect(more).toEqual([]);
    const ours = makePlan(odd).inhibitRules.filter((rule) => !rule.source_matchers.includes('namespace=""'));
    expect(rules.map(({ equal }) => equal)).toEqual(ours.map(({ equal }) => equal));
    expect(rules.length).toBeGreaterThan(1);
  });

  test("the inhibition rules match only alerts that both have every label that must be equal", () => {
    for (const { sourceMatch = [], targetMatch = [], equal = [] } of rules) {
      for (const name of equal) {
        const guard = { name, value: "", matchType: "!=" };
        expect(sourceMatch).toContainEqual(guard);
        expect(targetMatch).toContainEqual(guard);
      }
    }
  });
});
