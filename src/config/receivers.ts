import { z } from "zod";
import { absoluteFile, listOf, oneOf, publicAddress, text, webAddress, whole } from "./scalars.ts";
import { isObject } from "./strict-object.ts";
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
const sendResolved = z.boolean({ error: expected("true or false") }).default(true);
const settings = z.custom<Readonly<Record<string, unknown>>>(isObject, {
  error: expected("an object of Alertmanager's own keys"),
});
const responder = z.strictObject({
  name: text().optional(),
  id: text().optional(),
  username: text().optional(),
  type: oneOf(["team", "user", "escalation", "schedule"]),
});

/**
 * The receivers, by the config's word. A kind is a row here: types, checks, and the form that Alertmanager wants follow
 * from it. Versions are those of Alertmanager's changelog.
 */
export const receiverKinds = {
  webhook: {
    list: "webhook_configs",
    shape: {
      /** Where to post; an address that holds a secret goes into a file (`urlFile`). */
      url: publicAddress("urlFile").optional(),
      /** The file that holds the address. Needs Alertmanager 0.26. */
      urlFile: absoluteFile.optional(),
      /** Default true. */
      sendResolved,
      /** Alerts past this many in one message are left out; 0, the default, leaves none out. */
      maxAlerts: whole(0, 1_000_000).optional(),
    },
    secrets: {},
    exactlyOne: ["url", "urlFile"],
    optionSince: { urlFile: [0, 26] },
  },
  slack: {
    list: "slack_configs",
    shape: {
      channel: text('a channel like "#alerts"'),
      /** The file that holds the webhook's address. */
      apiUrlFile: absoluteFile,
      /** Default true. */
      sendResolved,
      username: text().optional(),
      iconEmoji: text().optional(),
      iconUrl: webAddress.optional(),
    },
    secrets: { apiUrl: "apiUrlFile" },
    optionSince: { apiUrlFile: [0, 22] },
  },
  pagerduty: {
    list: "pagerduty_configs",
    shape: {
      /** The file that holds the integration key (Events API v2). */
      routingKeyFile: absoluteFile,
      /** Default true. */
      sendResolved,
      url: webAddress.optional(),
      severity: text().optional(),
      component: text().optional(),
      group: text().optional(),
      class: text().optional(),
    },
    secrets: { routingKey: "routingKeyFile", serviceKey: "routingKeyFile" },
    optionSince: { routingKeyFile: [0, 25] },
  },
  opsgenie: {
    list: "opsgenie_configs",
    shape: {
      /** The file that holds the API key. */
      apiKeyFile: absoluteFile,
      apiUrl: webAddress.optional(),
      /** Default true. */
      sendResolved,
      priority: oneOf(["P1", "P2", "P3", "P4", "P5"]).optional(),
      tags: texts.transform((tags) => tags.join(",")).optional(),
      responders: z
        .array(responder, { error: expected("a list of responders") })
        .readonly()
        .optional(),
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
        .transform((to) => (typeof to === "string" ? to : to.join(", "))),
      from: text("the sender's address"),
      /** `host:port` of the mail server. */
      smarthost: text('the mail server, like "mail.example.com:587"').regex(/^.+:\d+$/u, {
        error: expected('the mail server with its port, like "mail.example.com:587"'),
      }),
      authUsername: text().optional(),
      /** The file that holds the password. */
      authPasswordFile: absoluteFile.optional(),
      requireTls: z.boolean({ error: expected("true or false") }).optional(),
      /** Default true. */
      sendResolved,
    },
    secrets: { authPassword: "authPasswordFile", authSecret: "authPasswordFile" },
    optionSince: { authPasswordFile: [0, 25] },
  },
  msteams: {
    list: "msteams_configs",
    shape: {
      /** The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it. */
      webhookUrlFile: absoluteFile,
      /** Default true. */
      sendResolved,
    },
    secrets: { webhookUrl: "webhookUrlFile" },
    since: [0, 26],
    optionSince: { webhookUrlFile: [0, 28] },
  },
  discord: {
    list: "discord_configs",
    shape: {
      /** The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it. */
      webhookUrlFile: absoluteFile,
      /** Default true. */
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
      /** Alertmanager's list: `sns_configs`. */
      list: text().regex(/^[a-z0-9]+_configs$/u, {
        error: expected('one of Alertmanager\'s lists, like "sns_configs"'),
      }),
      /** Alertmanager's own keys, as it spells them. */
      settings,
    },
    secrets: {},
    optionSince: {},
  },
} as const satisfies Readonly<Record<string, ReceiverKind>>;

/** The config's word for a kind of receiver. */
export type ReceiverKindName = keyof typeof receiverKinds;

/** The options of one kind, as a user writes them. */
type ReceiverOptions<Kind extends ReceiverKindName> = Readonly<
  z.input<z.ZodObject<(typeof receiverKinds)[Kind]["shape"]>>
>;

/** Where notifications go: one kind or several, each once or as a list. */
export type ReceiverInput = {
  readonly [Kind in ReceiverKindName]?: ReceiverOptions<Kind> | readonly ReceiverOptions<Kind>[];
};
