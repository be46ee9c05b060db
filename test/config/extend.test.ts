import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { Problem } from "../../src/problem.ts";

const hook = { webhook: { url: "http://h/" } };

function parse(extend: unknown): Config {
  const config = {
    sources: [{ files: ["a.jsonl"] }],
    receivers: { hook },
    alerting: { defaultReceiver: "hook", timeIntervals: { weekend: [{ weekdays: ["saturday"] }] } },
    extend,
  };
  return parseConfig(config, "/etc/mqe/model-quality.config.ts", {});
}

function faults(extend: unknown): readonly string[] {
  try {
    parse(extend);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.details;
    throw error;
  }
}

const rules = [{ alert: "QueueLong", expr: "queue > 5" }];

describe("extend", () => {
  test("`extend` takes groups, routes and receivers in Prometheus' and Alertmanager's own words, and one function", () => {
    const group = {
      name: "queues",
      interval: "1m",
      rules: [
        { record: "job:queue:sum", expr: "sum by (job) (queue)" },
        {
          alert: "QueueLong",
          expr: "job:queue:sum > 5",
          for: "5m",
          labels: { severity: "page" },
          annotations: { summary: "x" },
        },
      ],
    };
    const changeRules = (): unknown => undefined;
    const config = parse({
      ruleGroups: [group],
      routes: [
        {
          matchers: ['severity="page"', "job =~ a|b", 'odd!="a\\"b\\\\c\\nd"'],
          receiver: "sns",
          continue: true,
          group_by: ["..."],
          mute_time_intervals: ["weekend"],
          routes: [{ receiver: "hook" }],
        },
      ],
      receivers: { sns: { sns_configs: [{ topic_arn: "arn" }] } },
      changeRules,
    });
    expect(config.extend).toEqual({
      ruleGroups: [group],
      routes: [
        {
          matchers: [
            { label: "severity", op: "=", value: "page" },
            { label: "job", op: "=~", value: "a|b" },
            { label: "odd", op: "!=", value: 'a"b\\c\nd' },
          ],
          receiver: "sns",
          continue: true,
          group_by: ["..."],
          mute_time_intervals: ["weekend"],
          routes: [{ matchers: [], receiver: "hook", continue: false, routes: [] }],
        },
      ],
      changeRules,
    });
    expect(config.receivers.get("sns")).toEqual({
      name: "sns",
      integrations: [{ kind: "extend", list: "sns_configs", settings: { topic_arn: "arn" } }],
    });
  });

  test.each<[string, unknown, string]>([
    ["an unknown key", { ruleGroup: [] }, 'extend.ruleGroup: unknown key; did you mean "ruleGroups"?'],
    [
      "a group without rules",
      { ruleGroups: [{ name: "x", rules: [] }] },
      "extend.ruleGroups[0].rules: expected at least one rule",
    ],
    [
      "a rule without an expression",
      { ruleGroups: [{ name: "x", rules: [{ alert: "A" }] }] },
      "extend.ruleGroups[0].rules[0].expr: missing; expected an expression",
    ],
    [
      "a rule that is neither kind",
      { ruleGroups: [{ name: "x", rules: [{ expr: "up" }] }] },
      "extend.ruleGroups[0].rules[0]: expected either `alert` or `record`",
    ],
    [
      "a rule that is both kinds",
      { ruleGroups: [{ name: "x", rules: [{ alert: "A", record: "a", expr: "up" }] }] },
      "rules[0]: expected either `alert` or `record`",
    ],
    [
      "a recording rule that waits",
      { ruleGroups: [{ name: "x", rules: [{ record: "a", expr: "up", for: "5m" }] }] },
      "rules[0]: a recording rule has no `for`",
    ],
    [
      "our spelling of Prometheus' key",
      { ruleGroups: [{ name: "x", rules: [{ ...rules[0], keepFiringFor: "5m" }] }] },
      'keepFiringFor: unknown key; did you mean "keep_firing_for"?',
    ],
    [
      "a label that cannot be",
      { ruleGroups: [{ name: "x", rules: [{ ...rules[0], labels: { "a-b": "x" } }] }] },
      'labels["a-b"]: is not a valid name',
    ],
    [
      "a label that is no text",
      { ruleGroups: [{ name: "x", rules: [{ ...rules[0], labels: { a: 1 } }] }] },
      "labels.a: expected a text, got 1",
    ],
    [
      "two groups of one name",
      {
        ruleGroups: [
          { name: "x", rules },
          { name: "x", rules: [{ record: "a", expr: "up" }] },
        ],
      },
      'extend.ruleGroups[1].name: "x" is already the name of extend.ruleGroups[0]',
    ],
    [
      "two rules of one name",
      { ruleGroups: [{ name: "x", rules: [...rules, ...rules] }] },
      'extend.ruleGroups[0].rules[1].alert: "QueueLong" with the same labels is already extend.ruleGroups[0].rules[0]',
    ],
    [
      "a route to nobody",
      { routes: [{ receiver: "hok" }] },
      'extend.routes[0].receiver: unknown receiver "hok"; did you mean "hook"?',
    ],
    [
      "a route below to nobody",
      { routes: [{ routes: [{ receiver: "x" }] }] },
      "extend.routes[0].routes[0].receiver: unknown receiver",
    ],
    [
      "a route at no time",
      { routes: [{ mute_time_intervals: ["weekends"] }] },
      'mute_time_intervals[0]: unknown time interval "weekends"; did you mean "weekend"?',
    ],
    [
      "a matcher that is none",
      { routes: [{ matchers: ["severity: page"] }] },
      "extend.routes[0].matchers[0]: expected a matcher like",
    ],
    [
      "the older form of matchers",
      { routes: [{ match: { a: "b" } }] },
      "extend.routes[0].match: is Alertmanager's older form; write `matchers`",
    ],
    [
      "a receiver of our words",
      { receivers: { x: { slack: {} } } },
      "extend.receivers.x.slack: unknown key; expected one of Alertmanager's lists",
    ],
    [
      "a secret in the open",
      { receivers: { x: { sns_configs: [{ sigv4: { secret_key: "s" } }] } } },
      "extend.receivers.x.sns_configs[0].sigv4.secret_key: secrets are not allowed in the config",
    ],
    [
      "the address of a Slack webhook",
      { receivers: { x: { slack_configs: [{ api_url: "https://hooks.slack.com/x" }] } } },
      'set "api_url_file"',
    ],
    [
      "a password in an address",
      { receivers: { x: { webhook_configs: [{ url: "https://a:b@h/" }] } } },
      "url: secrets are not allowed in the config",
    ],
    [
      "a receiver's name twice",
      { receivers: { hook: { sns_configs: [] } } },
      'extend.receivers.hook: "hook" is already the name of one of `receivers`',
    ],
    [
      "a function that is none",
      { changeRules: "drop" },
      "extend.changeRules: expected a function from a group to a group, which only a .ts or .js config can have",
    ],
    ["a function anywhere else", { ruleGroups: () => [] }, "extend.ruleGroups: expected a list of groups of rules"],
  ])("`extend` refuses %s by its path", (_what, extend, text) => {
    expect(faults(extend)).toEqual([expect.stringContaining(text)]);
  });

  test("`extend` tells the receivers of a team and of `alerting` from those of both kinds", () => {
    const config = {
      sources: [{ files: ["a"] }],
      receivers: { hook },
      teams: { t: { warning: ["sns", "snss"] } },
      alerting: { defaultReceiver: "sns" },
      extend: { receivers: { sns: { sns_configs: [{ topic_arn: "arn" }] } } },
    };
    expect(() => parseConfig(config, "/etc/c.ts", {})).toThrow(
      expect.objectContaining({ details: ['teams.t.warning[1]: unknown receiver "snss"; did you mean "sns"?'] }),
    );
  });
});
