// Written by `npm run docs` from the schema: edits are lost.

/** The keys of discord receiver. */
export interface DiscordReceiver {
  /** The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it. */
  readonly webhookUrlFile: string;
  /** Whether to notify of resolved alerts. Default `true`. */
  readonly sendResolved?: undefined | boolean;
}

/** The keys of email receiver. */
export interface EmailReceiver {
  /** The recipient's address or addresses. */
  readonly to: string | readonly string[];
  /** The sender's address. */
  readonly from: string;
  /** `host:port` of the mail server. */
  readonly smarthost: string;
  /** The user name to log in with. */
  readonly authUsername?: undefined | string;
  /** The file with the password. */
  readonly authPasswordFile?: undefined | string;
  /** Whether TLS is required. */
  readonly requireTls?: undefined | boolean;
  /** Whether to notify of resolved alerts. Default `true`. */
  readonly sendResolved?: undefined | boolean;
}

/** The keys of msteams receiver. */
export interface MsteamsReceiver {
  /** The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it. */
  readonly webhookUrlFile: string;
  /** Whether to notify of resolved alerts. Default `true`. */
  readonly sendResolved?: undefined | boolean;
}

/** The keys of opsgenie receiver. */
export interface OpsgenieReceiver {
  /** The file with the API key. */
  readonly apiKeyFile: string;
  /** The address of the API. */
  readonly apiUrl?: undefined | string;
  /** Whether to notify of resolved alerts. Default `true`. */
  readonly sendResolved?: undefined | boolean;
  /** The priority of the alert; by default P1 for `critical`, P5 for `info`, else P3. */
  readonly priority?: undefined | "P1" | "P2" | "P3" | "P4" | "P5";
  /** Tags of the notification. */
  readonly tags?: undefined | readonly string[];
  /** The responders to notify. */
  readonly responders?:
    | undefined
    | readonly {
        /** One of `name`, `id` and `username`. */
        readonly name?: undefined | string;
        /** One of `name`, `id` and `username`. */
        readonly id?: undefined | string;
        /** One of `name`, `id` and `username`. */
        readonly username?: undefined | string;
        /** What kind of responder it is. */
        readonly type: "team" | "user" | "escalation" | "schedule";
      }[];
}

/** The keys of pagerduty receiver. */
export interface PagerdutyReceiver {
  /** The file with the integration key (Events API v2). */
  readonly routingKeyFile: string;
  /** Whether to notify of resolved alerts. Default `true`. */
  readonly sendResolved?: undefined | boolean;
  /** The address of the Events API. */
  readonly url?: undefined | string;
  /** The severity of the incident; a template. By default that of the alert where PagerDuty knows it, else `error`. */
  readonly severity?: undefined | string;
  /** The affected component; a template. */
  readonly component?: undefined | string;
  /** The cluster or group of sources; a template. */
  readonly group?: undefined | string;
  /** The class of the event; a template. */
  readonly class?: undefined | string;
}

/** The keys of raw receiver. */
export interface RawReceiver {
  /** Alertmanager's list: `sns_configs`. */
  readonly list: string;
  /** Alertmanager's keys in its own spelling. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The keys of receiver. */
export interface ReceiverInput {
  /** Alertmanager's `webhook_configs`. */
  readonly webhook?: undefined | WebhookReceiver | readonly WebhookReceiver[];
  /** Alertmanager's `slack_configs`. */
  readonly slack?: undefined | SlackReceiver | readonly SlackReceiver[];
  /** Alertmanager's `pagerduty_configs`. */
  readonly pagerduty?: undefined | PagerdutyReceiver | readonly PagerdutyReceiver[];
  /** Alertmanager's `opsgenie_configs`. */
  readonly opsgenie?: undefined | OpsgenieReceiver | readonly OpsgenieReceiver[];
  /** Alertmanager's `email_configs`. */
  readonly email?: undefined | EmailReceiver | readonly EmailReceiver[];
  /** Alertmanager's `msteams_configs`. */
  readonly msteams?: undefined | MsteamsReceiver | readonly MsteamsReceiver[];
  /** Alertmanager's `discord_configs`. */
  readonly discord?: undefined | DiscordReceiver | readonly DiscordReceiver[];
  /** Any of Alertmanager's lists. */
  readonly raw?: undefined | RawReceiver | readonly RawReceiver[];
}

/** The keys of slack receiver. */
export interface SlackReceiver {
  /** The channel, like `#alerts`. */
  readonly channel: string;
  /** The file with the webhook's address. */
  readonly apiUrlFile: string;
  /** Whether to notify of resolved alerts. Default `true`. */
  readonly sendResolved?: undefined | boolean;
  /** The sender's name. */
  readonly username?: undefined | string;
  /** An emoji as the icon. */
  readonly iconEmoji?: undefined | string;
  /** The address of the icon. */
  readonly iconUrl?: undefined | string;
}

/** The keys of webhook receiver. */
export interface WebhookReceiver {
  /** The address to post to; use `urlFile` for an address with a secret. */
  readonly url?: undefined | string;
  /** The file with the address. Needs Alertmanager 0.26. */
  readonly urlFile?: undefined | string;
  /** Whether to notify of resolved alerts. Default `true`. */
  readonly sendResolved?: undefined | boolean;
  /** Maximum number of alerts in a message; 0, the default, for no limit. From 0 to 1000000. */
  readonly maxAlerts?: undefined | number;
}
