import type { RuleGroup } from "../../../src/config/config.ts";
import { day, duration, lastThousand, makeConfig, webhook, type ConfigParts } from "./config.ts";

/** The config of the design page. */
export const sampleParts: ConfigParts = {
  models: {
    fraud: {
      team: "payments",
      classes: ["fraud", "legit"],
      runbook: "https://runbooks.example.com/fraud",
      dashboard: "https://grafana.example.com/d/fraud",
      objectives: [
        {
          metric: "recall",
          class: "fraud",
          bound: { kind: "min", value: 0.85 },
          severity: "critical",
          minSamples: 200,
          confidence: 0.95,
        },
        { metric: "f1", average: "macro", bound: { kind: "min", value: 0.8 }, window: day },
        {
          metric: "accuracy",
          bound: { kind: "maxDrop", value: 0.02, comparedTo: { kind: "version", version: "v1" } },
          window: day,
          keepFiringFor: duration("5m"),
        },
      ],
    },
    "*": {
      team: "platform",
      objectives: [{ metric: "accuracy", bound: { kind: "min", value: 0.7 }, window: lastThousand }],
    },
  },
  teams: {
    payments: { critical: ["payments-pager"], warning: ["payments-chat"] },
    platform: { warning: ["platform-hook"] },
  },
  receivers: {
    "payments-pager": [
      {
        kind: "pagerduty",
        list: "pagerduty_configs",
        settings: { routing_key_file: "/etc/alertmanager/secrets/pagerduty" },
      },
    ],
    "payments-chat": [
      {
        kind: "slack",
        list: "slack_configs",
        settings: { channel: "#payments-ml", api_url_file: "/etc/alertmanager/secrets/slack" },
      },
    ],
    "platform-hook": webhook("http://127.0.0.1:5001/"),
  },
  defaultReceiver: "platform-hook",
};

export const sampleConfig = makeConfig(sampleParts);

/** Drops the alerts that no objective sets, whose tests take promtool longer than all others: they are run where it is about them. */
export function dropHealthAlerts(group: RuleGroup): RuleGroup {
  return /^model-quality-(?:exporter|.*\.silence)$/u.test(group.name) ? { ...group, rules: [] } : group;
}
