import * as z from "zod";
import { absoluteFile, listOf, oneOf, publicAddress, text, webAddress, integer } from "./scalars.ts";
import { readAs } from "./input-form.ts";
import { isRecord } from "../serializable.ts";
import { refuse } from "./strict-object.ts";
import { expected } from "./messages.ts";

/** Kind of receiver: its options, and its form in Alertmanager. */
export interface ReceiverKind {
  /** Alertmanager's list: `slack_configs`. */
  readonly list: string;
  /** Options; each maps to Alertmanager's key in snake_case. */
  readonly shape: z.ZodRawShape;
  /** Rejected inline secrets, each with the option for a file. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Options of which exactly one is required. */
  readonly exactlyOne?: readonly string[];
  /** First version of Alertmanager with the list, as [major, minor]. */
  readonly since?: readonly [number, number];
  /** First version of Alertmanager with an option; other options predate 0.22. */
  readonly optionSince: Readonly<Record<string, readonly [number, number]>>;
}

const texts = z.array(text(), { error: expected("a list of texts") }).readonly();
const sendResolved = z
  .boolean({ error: expected("true or false") })
  .default(true)
  .describe("Whether to notify of resolved alerts.");
const settings = readAs({ schema: () => z.record(z.string(), z.unknown()) }, (value, ctx) =>
  isRecord(value) ? value : refuse(ctx, expected("an object of Alertmanager's own keys")({ input: value })),
);
const responder = z.strictObject({
  name: text().optional().describe("One of `name`, `id` and `username`."),
  id: text().optional().describe("One of `name`, `id` and `username`."),
  username: text().optional().describe("One of `name`, `id` and `username`."),
  type: oneOf(["team", "user", "escalation", "schedule"]).describe("What kind of responder it is."),
});

/**
 * Receiver kinds by name. To add a kind, add an entry: types, validation and the output for Alertmanager follow from it.
 * Versions are from Alertmanager's changelog.
 */
export const receiverKinds = {
  webhook: {
    list: "webhook_configs",
    shape: {
      url: publicAddress("urlFile")
        .optional()
        .describe("The address to post to; use `urlFile` for an address with a secret."),
      urlFile: absoluteFile.optional().describe("The file with the address. Needs Alertmanager 0.26."),
      sendResolved,
      maxAlerts: integer(0, 1_000_000)
        .optional()
        .describe("Maximum number of alerts in a message; 0, the default, for no limit."),
    },
    secrets: {},
    exactlyOne: ["url", "urlFile"],
    optionSince: { urlFile: [0, 26] },
  },
  slack: {
    list: "slack_configs",
    shape: {
      channel: text('a channel like "#alerts"').describe("The channel, like `#alerts`."),
      apiUrlFile: absoluteFile.describe("The file with the webhook's address."),
      sendResolved,
      username: text().optional().describe("The sender's name."),
      iconEmoji: text().optional().describe("An emoji as the icon."),
      iconUrl: webAddress.optional().describe("The address of the icon."),
    },
    secrets: { apiUrl: "apiUrlFile" },
    optionSince: { apiUrlFile: [0, 22] },
  },
  pagerduty: {
    list: "pagerduty_configs",
    shape: {
      routingKeyFile: absoluteFile.describe("The file with the integration key (Events API v2)."),
      sendResolved,
      url: webAddress.optional().describe("The address of the Events API."),
      severity: text()
        .optional()
        .describe(
          "The severity of the incident; a template. By default that of the alert where PagerDuty knows it, else `error`.",
        ),
      component: text().optional().describe("The affected component; a template."),
      group: text().optional().describe("The cluster or group of sources; a template."),
      class: text().optional().describe("The class of the event; a template."),
    },
    secrets: { routingKey: "routingKeyFile", serviceKey: "routingKeyFile" },
    optionSince: { routingKeyFile: [0, 25] },
  },
  opsgenie: {
    list: "opsgenie_configs",
    shape: {
      apiKeyFile: absoluteFile.describe("The file with the API key."),
      apiUrl: webAddress.optional().describe("The address of the API."),
      sendResolved,
      priority: oneOf(["P1", "P2", "P3", "P4", "P5"])
        .optional()
        .describe("The priority of the alert; by default P1 for `critical`, P5 for `info`, else P3."),
      tags: texts
        .transform((tags) => tags.join(","))
        .optional()
        .describe("Tags of the notification."),
      responders: z
        .array(responder, { error: expected("a list of responders") })
        .readonly()
        .optional()
        .describe("The responders to notify."),
    },
    secrets: { apiKey: "apiKeyFile" },
    optionSince: { apiKeyFile: [0, 24] },
  },
  email: {
    list: "email_configs",
    shape: {
      to: z
        .union([text(), listOf(text(), "a list of addresses", "address").readonly()], {
          error: expected("an address or a list of addresses"),
        })
        .transform((to) => (typeof to === "string" ? to : to.join(", ")))
        .describe("The recipient's address or addresses."),
      from: text("the sender's address").describe("The sender's address."),
      smarthost: text('the mail server, like "mail.example.com:587"')
        .regex(/^.+:\d+$/u, {
          error: expected('the mail server with its port, like "mail.example.com:587"'),
        })
        .describe("`host:port` of the mail server."),
      authUsername: text().optional().describe("The user name to log in with."),
      authPasswordFile: absoluteFile.optional().describe("The file with the password."),
      requireTls: z
        .boolean({ error: expected("true or false") })
        .optional()
        .describe("Whether TLS is required."),
      sendResolved,
    },
    secrets: { authPassword: "authPasswordFile", authSecret: "authPasswordFile" },
    optionSince: { authPasswordFile: [0, 25] },
  },
  msteams: {
    list: "msteams_configs",
    shape: {
      webhookUrlFile: absoluteFile.describe(
        "The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it.",
      ),
      sendResolved,
    },
    secrets: { webhookUrl: "webhookUrlFile" },
    since: [0, 26],
    optionSince: { webhookUrlFile: [0, 28] },
  },
  discord: {
    list: "discord_configs",
    shape: {
      webhookUrlFile: absoluteFile.describe(
        "The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it.",
      ),
      sendResolved,
    },
    secrets: { webhookUrl: "webhookUrlFile" },
    since: [0, 25],
    optionSince: { webhookUrlFile: [0, 28] },
  },
  raw: {
    // The user names the list.
    list: "",
    shape: {
      list: text()
        .regex(/^[a-z0-9]+_configs$/u, {
          error: expected('one of Alertmanager\'s lists, like "sns_configs"'),
        })
        .describe("Alertmanager's list: `sns_configs`."),
      settings: settings.describe("Alertmanager's keys in its own spelling."),
    },
    secrets: {},
    optionSince: {},
  },
} as const satisfies Readonly<Record<string, ReceiverKind>>;

/** Name of a receiver kind. */
export type ReceiverKindName = keyof typeof receiverKinds;
