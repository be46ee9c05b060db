import type { IReceiver } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Receiver";
import type { Receiver } from "../../config/config.ts";
import { withMessages } from "../alertmanager/receiver-messages.ts";

/** Keys of an integration in the operator's API. */
type KeysOf<List extends keyof IReceiver> =
  NonNullable<IReceiver[List]> extends readonly (infer Item)[] ? keyof Item : never;

type Lists = Exclude<keyof IReceiver, "name">;

/** Names of a list of Alertmanager and of its keys in the operator's API. */
type Row = { [List in Lists]: { readonly list: List; readonly keys: Readonly<Record<string, KeysOf<List>>> } }[Lists];

/** Alertmanager's lists and keys, with their names in the operator's API. A key that ends in `_file` becomes a secret's. */
const lists: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    "webhook_configs",
    {
      list: "webhookConfigs",
      keys: { url: "url", url_file: "urlSecret", send_resolved: "sendResolved", max_alerts: "maxAlerts" },
    },
  ],
  [
    "slack_configs",
    {
      list: "slackConfigs",
      keys: {
        channel: "channel",
        api_url_file: "apiURL",
        send_resolved: "sendResolved",
        username: "username",
        icon_emoji: "iconEmoji",
        icon_url: "iconURL",
        title: "title",
        title_link: "titleLink",
        text: "text",
        fallback: "fallback",
        color: "color",
        pretext: "pretext",
        footer: "footer",
      },
    },
  ],
  [
    "pagerduty_configs",
    {
      list: "pagerdutyConfigs",
      keys: {
        routing_key_file: "routingKey",
        service_key_file: "serviceKey",
        send_resolved: "sendResolved",
        url: "url",
        severity: "severity",
        component: "component",
        group: "group",
        class: "class",
        description: "description",
        client: "client",
        client_url: "clientURL",
        details: "details",
      },
    },
  ],
  [
    "opsgenie_configs",
    {
      list: "opsgenieConfigs",
      keys: {
        api_key_file: "apiKey",
        api_url: "apiURL",
        send_resolved: "sendResolved",
        priority: "priority",
        tags: "tags",
        responders: "responders",
        message: "message",
        description: "description",
        source: "source",
      },
    },
  ],
  [
    "email_configs",
    {
      list: "emailConfigs",
      keys: {
        to: "to",
        from: "from",
        smarthost: "smarthost",
        auth_username: "authUsername",
        auth_password_file: "authPassword",
        require_tls: "requireTLS",
        headers: "headers",
        send_resolved: "sendResolved",
        html: "html",
        text: "text",
      },
    },
  ],
  [
    "msteams_configs",
    {
      list: "msteamsConfigs",
      keys: {
        webhook_url_file: "webhookUrl",
        send_resolved: "sendResolved",
        title: "title",
        summary: "summary",
        text: "text",
      },
    },
  ],
  [
    "discord_configs",
    {
      list: "discordConfigs",
      keys: { webhook_url_file: "apiURL", send_resolved: "sendResolved", title: "title", message: "message" },
    },
  ],
]);

/** Receiver in the operator's API. */
export interface OperatorReceiver {
  readonly receiver: IReceiver;
  /** Settings that the API lacks, each as `payments-chat: sns_configs`. */
  readonly leftOut: readonly string[];
}

/**
 * Converts a receiver, with our messages, for `AlertmanagerConfig`. Files become keys of `secret`, which is in the same
 * namespace; `inline` puts the templates that a text calls in front of it.
 */
export function operatorReceiver(
  { name, integrations }: Receiver,
  secret: string,
  inline: (text: string) => string,
): OperatorReceiver {
  const written: Record<string, Record<string, unknown>[]> = {};
  const leftOut: string[] = [];
  for (const integration of integrations) {
    const { list } = integration;
    const row = lists.get(list);
    if (row === undefined) {
      leftOut.push(`${name}: ${list}`);
      continue;
    }
    const keys: ReadonlyMap<string, string> = new Map(Object.entries(row.keys));
    const entries = Object.entries(withMessages(integration)).flatMap(([key, value]): [string, unknown][] => {
      const operatorKey = keys.get(key);
      if (operatorKey !== undefined)
        return [[operatorKey, key.endsWith("_file") ? secretKey(value, secret) : operatorValue(value, inline)]];
      leftOut.push(`${name}: ${list}.${key}`);
      return [];
    });
    (written[row.list] ??= []).push(Object.fromEntries(entries));
  }
  return { receiver: { name, ...written }, leftOut };
}

/** Converts a value: a map is a list of keys and values in the operator's API. */
function operatorValue(value: unknown, inline: (text: string) => string): unknown {
  if (typeof value === "string") return inline(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value).map(([key, entry]) => ({ key, value: inline(String(entry)) }));
}

/** Paths at which the operator mounts secrets into Alertmanager. */
const mounted = /^\/etc\/alertmanager\/secrets\/([a-z0-9][a-z0-9.-]*)\/([\w.-]+)$/u;

/** Converts a file into the key of a secret; a path under which the operator mounts secrets names its own secret. */
function secretKey(file: unknown, secret: string): { readonly name: string; readonly key: string } {
  const path = String(file);
  const [, name, key] = mounted.exec(path) ?? [];
  if (name !== undefined && key !== undefined) return { name, key };
  const tail = path.replace(/^\/etc\/alertmanager\/(?:secrets\/)?/u, "");
  return { name: secret, key: tail.replace(/[^\w.-]+/gu, "-").replace(/^-+/u, "") };
}
