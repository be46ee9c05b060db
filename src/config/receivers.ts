import { z } from "zod";
import { absoluteFile, listOf, oneOf, publicAddress, text, webAddress, whole } from "./scalars.ts";
import { readAs } from "./input-form.ts";
import { isObject, refuse } from "./strict-object.ts";
import { expected } from "./messages.ts";

/** One kind of receiver: what a user writes, and what Alertmanager calls it. */
export interface ReceiverKind {
  /** Alertmanager's list: `slack_configs`. */
  readonly list: string;
  /** Its options; each becomes Alertmanager's key by being written in snake_case. */
  readonly shape: z.ZodRawShape;
  /** Inline secrets that are refused, and the option that names a file instead. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Options of which exactly one must be given. */
  readonly exactlyOne?: readonly string[];
  /** The first Alertmanager, as [major, minor], that knows the list. */
  readonly since?: readonly [number, number];
  /** The first Alertmanager that knows an option. Everything else is older than 0.22. */
  readonly optionSince: Readonly<Record<string, readonly [number, number]>>;
}

const texts = z.array(text(), { error: expected("a list of texts") }).readonly();
const sendResolved = z
  .boolean({ error: expected("true or false") })
  .default(true)
  .describe("Whether it is told when an alert is over.");
const settings = readAs({ schema: () => z.record(z.string(), z.unknown()) }, (value, ctx) =>
  isObject(value) ? value : refuse(ctx, expected("an object of Alertmanager's own keys")({ input: value })),
);
const responder = z.strictObject({
  name: text().optional().describe("One of `name`, `id` and `username`."),
  id: text().optional().describe("One of `name`, `id` and `username`."),
  username: text().optional().describe("One of `name`, `id` and `username`."),
  type: oneOf(["team", "user", "escalation", "schedule"]).describe("What kind of responder it is."),
});

/**
 * The receivers, by the config's word. A kind is a row here: types, checks, and the form that Alertmanager wants follow
 * from it. Versions are those of Alertmanager's changelog.
 */
export const receiverKinds = {
  webhook: {
    list: "webhook_configs",
    shape: {
      url: publicAddress("urlFile")
        .optional()
        .describe("Where to post; an address that holds a secret goes into a file (`urlFile`)."),
      urlFile: absoluteFile.optional().describe("The file that holds the address. Needs Alertmanager 0.26."),
      sendResolved,
      maxAlerts: whole(0, 1_000_000)
        .optional()
        .describe("Alerts past this many in one message are left out; 0, the default, leaves none out."),
    },
    secrets: {},
    exactlyOne: ["url", "urlFile"],
    optionSince: { urlFile: [0, 26] },
  },
  slack: {
    list: "slack_configs",
    shape: {
      channel: text('a channel like "#alerts"').describe("The channel, like `#alerts`."),
      apiUrlFile: absoluteFile.describe("The file that holds the webhook's address."),
      sendResolved,
      username: text().optional().describe("The name that messages are sent under."),
      iconEmoji: text().optional().describe("An emoji in the place of the icon."),
      iconUrl: webAddress.optional().describe("The address of the icon."),
    },
    secrets: { apiUrl: "apiUrlFile" },
    optionSince: { apiUrlFile: [0, 22] },
  },
  pagerduty: {
    list: "pagerduty_configs",
    shape: {
      routingKeyFile: absoluteFile.describe("The file that holds the integration key (Events API v2)."),
      sendResolved,
      url: webAddress.optional().describe("The address of the Events API."),
      severity: text().optional().describe("The severity of the incident; a template."),
      component: text().optional().describe("The part of the system that is affected; a template."),
      group: text().optional().describe("The cluster or group of sources; a template."),
      class: text().optional().describe("The class of the event; a template."),
    },
    secrets: { routingKey: "routingKeyFile", serviceKey: "routingKeyFile" },
    optionSince: { routingKeyFile: [0, 25] },
  },
  opsgenie: {
    list: "opsgenie_configs",
    shape: {
      apiKeyFile: absoluteFile.describe("The file that holds the API key."),
      apiUrl: webAddress.optional().describe("The address of the API."),
      sendResolved,
      priority: oneOf(["P1", "P2", "P3", "P4", "P5"]).optional().describe("The priority of the alert."),
      tags: texts
        .transform((tags) => tags.join(","))
        .optional()
        .describe("Tags of the notification."),
      responders: z
        .array(responder, { error: expected("a list of responders") })
        .readonly()
        .optional()
        .describe("Who is told."),
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
        .describe("The address, or addresses, that are written to."),
      from: text("the sender's address").describe("The address of the sender."),
      smarthost: text('the mail server, like "mail.example.com:587"')
        .regex(/^.+:\d+$/u, {
          error: expected('the mail server with its port, like "mail.example.com:587"'),
        })
        .describe("`host:port` of the mail server."),
      authUsername: text().optional().describe("The name to log in with."),
      authPasswordFile: absoluteFile.optional().describe("The file that holds the password."),
      requireTls: z
        .boolean({ error: expected("true or false") })
        .optional()
        .describe("Whether mail is only sent over TLS."),
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
    // The escape hatch names its list itself.
    list: "",
    shape: {
      list: text()
        .regex(/^[a-z0-9]+_configs$/u, {
          error: expected('one of Alertmanager\'s lists, like "sns_configs"'),
        })
        .describe("Alertmanager's list: `sns_configs`."),
      settings: settings.describe("Alertmanager's own keys, as it spells them."),
    },
    secrets: {},
    optionSince: {},
  },
} as const satisfies Readonly<Record<string, ReceiverKind>>;

/** The config's word for a kind of receiver. */
export type ReceiverKindName = keyof typeof receiverKinds;
