import { parseConfig } from "../../../src/config/parse.ts";
import type { Config } from "../../../src/config/config.ts";
import { generate } from "../../../src/generate/outputs.ts";

/** A model's name with all that a generated file could trip over. */
export const oddNames = [
  `it's "quoted" {braces} \\ back`,
  "${model} $model $__rate_interval",
  "{{ .Values.x }} {{ $labels.job }}",
  "模型-ü-Ñ",
  "a".repeat(60),
  "yes",
  "0o17",
  "line\nbreak\u2028",
] as const;

/** What the config of `makeConfig` can be told. */
interface Parts {
  readonly models?: readonly string[];
  readonly sources?: readonly unknown[];
  readonly more?: Readonly<Record<string, unknown>>;
}

const objectives = [
  { metric: "recall", class: "fraud", min: 0.85, window: "1h", severity: "critical" },
  { metric: "precision", class: "fraud", min: 0.5, window: "1h", severity: "warning" },
  { metric: "f1", average: "macro", min: 0.8, window: "24h", severity: "warning", runbook: "https://r.example.com/x" },
  { metric: "accuracy", maxDrop: 0.02, comparedTo: { version: "v1" }, window: "1h", severity: "warning" },
];

/** What a user could have written. */
export function userConfig({ models = ["fraud"], sources, more = {} }: Parts = {}): Record<string, unknown> {
  return {
    sources: sources ?? [{ files: ["/var/log/models/*.jsonl"] }],
    windows: ["1h", "24h"],
    models: Object.fromEntries([
      ...models.map((name) => [name, { team: "payments", classes: ["legit", "fraud"], objectives }]),
      [
        "*",
        {
          team: 'the "$platform" team',
          objectives: [{ metric: "accuracy", min: 0.7, window: "1h", severity: "warning" }],
        },
      ],
    ]),
    teams: {
      payments: { critical: ["pager", "chat"], warning: ["chat"] },
      'the "$platform" team': { warning: ["hook"] },
    },
    receivers: {
      pager: { pagerduty: { routingKeyFile: "/etc/alertmanager/secrets/pagerduty" } },
      chat: {
        slack: { channel: "#payments", apiUrlFile: "/etc/alertmanager/secrets/slack/url" },
        email: { to: "a@example.com", from: "b@example.com", smarthost: "mail.example.com:587", requireTls: true },
      },
      hook: {
        webhook: { url: "http://127.0.0.1:5001/" },
        opsgenie: { apiKeyFile: "/run/secrets/opsgenie", priority: "P2" },
        raw: { list: "sns_configs", settings: { topic_arn: "arn:aws:sns:eu-west-1:1:x" } },
      },
      "teams-and-discord": {
        msteams: { webhookUrlFile: "/etc/alertmanager/secrets/msteams" },
        discord: { webhookUrlFile: "/etc/alertmanager/secrets/discord" },
      },
    },
    alerting: { defaultReceiver: "hook", version: "0.28" },
    ...more,
  };
}

/** The config of it, as the loader would give it. */
export function makeConfig(parts: Parts = {}): Config {
  return parseConfig(userConfig(parts), "/etc/somewhere/model-quality.config.ts", {});
}

/** The text of one of its generated files. */
export function generated(config: Config, path: string): string {
  const text = generate(config).files.get(path);
  if (text === undefined) throw new Error(`${path} is not generated`);
  return text;
}
