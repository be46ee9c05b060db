// Written by `npm run docs` from the schema: edits are lost.

import type { RawReceiverInput } from "./extend-input.ts";
import type { WindowInput } from "./user-config.ts";

/** A metric of a whole model. */
export type WindowMetric = "accuracy" | "balancedAccuracy" | "matthewsCorrelation" | "cohenKappa";

/** A metric of one class. */
export type ClassMetric = "precision" | "recall" | "f1" | "specificity" | "jaccard";

/** A metric that is averaged over classes. */
export type AveragedMetric = "precision" | "recall" | "f1" | "jaccard";

/** How the metric of a class is averaged over classes. */
export type Average = "micro" | "macro" | "weighted";

/** The keys of alerting. */
export interface AlertingKeys {
  /** Takes what no team takes; must be given when there are receivers. */
  readonly defaultReceiver?: undefined | string;
  /** How long a new group of alerts waits for more of its kind. Default `"30s"`. */
  readonly groupWait?: undefined | string;
  /** How long until a group tells of what was added to it. Default `"5m"`. */
  readonly groupInterval?: undefined | string;
  /** How long until a notification is sent again. Default `"4h"`. */
  readonly repeatInterval?: undefined | string;
  /** The version of Alertmanager that the files are written for. Default `"0.25"`. */
  readonly version?: undefined | string;
  /** Names for stretches of time, at which the severities of a team may be muted or active. */
  readonly timeIntervals?: undefined | Readonly<Record<string, readonly TimeIntervalInput[]>>;
}

/** The keys of classes. */
export type ClassesInput =
  readonly (string | number | boolean)[] | Readonly<Record<string, readonly (string | number | boolean)[]>>;

/** The keys of compared to. */
export type ComparedToInput =
  | {
      /** Another version of the model. */
      readonly version: string;
    }
  | {
      /** The same model so long ago. */
      readonly ago: string;
    }
  | {
      /** A fixed figure. */
      readonly value: number;
    };

/** The keys of discord receiver. */
export interface DiscordReceiver {
  /** The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it. */
  readonly webhookUrlFile: string;
  /** Whether it is told when an alert is over. Default `true`. */
  readonly sendResolved?: undefined | boolean;
}

/** The keys of email receiver. */
export interface EmailReceiver {
  /** The address, or addresses, that are written to. */
  readonly to: string | readonly string[];
  /** The address of the sender. */
  readonly from: string;
  /** `host:port` of the mail server. */
  readonly smarthost: string;
  /** The name to log in with. */
  readonly authUsername?: undefined | string;
  /** The file that holds the password. */
  readonly authPasswordFile?: undefined | string;
  /** Whether mail is only sent over TLS. */
  readonly requireTls?: undefined | boolean;
  /** Whether it is told when an alert is over. Default `true`. */
  readonly sendResolved?: undefined | boolean;
}

/** The keys of extend. */
export interface ExtendKeys {
  /** Further groups of rules; they stand in `prometheus/rules/extra-rules.yml`. */
  readonly ruleGroups?: undefined | readonly RuleGroupInput[];
  /** Further routes; they come before the generated ones. */
  readonly routes?: undefined | readonly RouteKeys[];
  /** Further receivers, by name, in Alertmanager's own words. */
  readonly receivers?: undefined | Readonly<Record<string, RawReceiverInput>>;
}

/** The keys of field. */
export type FieldInput =
  | string
  | {
      /** The same value for every line. */
      readonly value: string | number | boolean;
    }
  | {
      /** A variable of the environment, read when the config is loaded. */
      readonly env: string;
      /** Stands in when the variable is not set. */
      readonly default?: undefined | string;
    }
  | {
      /** A regular expression on the path of the file; its group is the value. */
      readonly file: string;
    };

/** The keys of fields. */
export interface FieldsInput {
  /** Names the model: the label `model`. Default `"model"`. */
  readonly model?: undefined | FieldInput;
  /** The label `version`; where an event has none, its series have no such label. */
  readonly version?: undefined | FieldInput;
  /** Further labels of a tag: the Prometheus label, and where its value comes from. */
  readonly labels?: undefined | Readonly<Record<string, FieldInput>>;
  /** The predicted class, or a score with its threshold. Default `"prediction"`. */
  readonly predicted?: undefined | PredictedInput;
  /** The true class; it must stand on the line of the prediction. Default `"label"`. */
  readonly actual?: undefined | FieldInput;
  /** The id of the request. */
  readonly id?: undefined | FieldInput;
  /** When it happened: RFC 3339, or Unix seconds, milliseconds, microseconds or nanoseconds; without it, the time of arrival. */
  readonly time?: undefined | FieldInput;
}

/** The keys of format. */
export type FormatInput =
  | "json"
  | "logfmt"
  | "csv"
  | {
      /** A regular expression whose named groups are the fields. */
      readonly regex: string;
    };

/** The keys of grafana. */
export interface GrafanaInput {
  /** The address of Grafana: alerts of models without a `dashboard` of their own link to the generated one. */
  readonly url?: undefined | string;
}

/** The keys of kubernetes. */
export interface KubernetesInput {
  /** Where the models and the sidecars live. Default `"models"`. */
  readonly namespace?: undefined | string;
  /** The version of Kubernetes that the files are written for; 1.29 is the first with native sidecars. Default `"1.29"`. */
  readonly version?: undefined | string;
  /** The image of the exporter, as the cluster can pull it; without it, the one that `deploy/compose.yaml` builds. */
  readonly image?: undefined | string;
  /** Labels by which the Prometheus of the cluster picks monitors and rules. */
  readonly labels?: undefined | Readonly<Record<string, string>>;
  /** The container that the model runs in. Default `"model"`. */
  readonly container?: undefined | string;
  /** How much the logs of a pod may take before it is evicted. Default `"1Gi"`. */
  readonly logVolumeSize?: undefined | string;
  /** What the DaemonSet reads under `/var/log/pods`; without it, what containers of the name `container` print. */
  readonly podLogs?: undefined | readonly string[];
  /** The Secret that holds the receivers' files. Default `"model-quality-receivers"`. */
  readonly receiversSecret?: undefined | string;
}

/** The keys of limits. */
export interface LimitsInput {
  /** Tags past this many are dropped and counted. Default `1000`, from 1 to 1000000. */
  readonly maxTags?: undefined | number;
  /** Classes of a tag past this many become `__other__`. Default `100`, from 2 to 10000. */
  readonly maxClasses?: undefined | number;
  /** Longer lines are rejected, in bytes. Default `1048576`, from 64 to 268435456. */
  readonly maxLineBytes?: undefined | number;
  /** A line with a longer label value or class is rejected, in bytes. Default `1024`, from 1 to 65536. */
  readonly maxValueBytes?: undefined | number;
  /** Outcomes later than now by more than this are counted and placed at now. Default `"1m"`. */
  readonly futureTolerance?: undefined | string;
  /** A tag without an outcome for this long is forgotten; at least the longest window. Default `"24h"`. */
  readonly tagIdle?: undefined | string;
  /** Slices of each time window. Default `60`, from 1 to 3600. */
  readonly panes?: undefined | number;
}

/** The keys of model. */
export interface ModelKeys {
  /** The team that answers for the model. */
  readonly team?: undefined | string;
  /** The classes, or an object of classes and their other spellings; learned from the log when not declared. */
  readonly classes?: undefined | ClassesInput;
  /** The address of the runbook that alerts carry. */
  readonly runbook?: undefined | string;
  /** The address of the dashboard that alerts carry. */
  readonly dashboard?: undefined | string;
  /** What the model owes; an alert is made of each. */
  readonly objectives?: undefined | readonly ObjectiveKeys[];
}

/** The keys of msteams receiver. */
export interface MsteamsReceiver {
  /** The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it. */
  readonly webhookUrlFile: string;
  /** Whether it is told when an alert is over. Default `true`. */
  readonly sendResolved?: undefined | boolean;
}

/** The keys of objective. */
export interface ObjectiveKeys {
  /** The name of the alert; without it, made from the metric. */
  readonly name?: undefined | string;
  /** The figure that is bounded. */
  readonly metric:
    | "accuracy"
    | "balancedAccuracy"
    | "matthewsCorrelation"
    | "cohenKappa"
    | "precision"
    | "recall"
    | "f1"
    | "specificity"
    | "jaccard";
  /** The class that the figure is of: precision, recall, F1, specificity and Jaccard index. */
  readonly class?: undefined | string | number | boolean;
  /** How the figure is averaged over classes: precision, recall, F1 and Jaccard index. */
  readonly average?: undefined | "micro" | "macro" | "weighted";
  /** The least that the figure may be. */
  readonly min?: undefined | number;
  /** The most that the figure may be. */
  readonly max?: undefined | number;
  /** How far the figure may lie below the other one. */
  readonly maxDrop?: undefined | number;
  /** How far the figure may lie above the other one. */
  readonly maxRise?: undefined | number;
  /** The other figure of `maxDrop` and `maxRise`. */
  readonly comparedTo?: undefined | ComparedToInput;
  /** One of `windows`, in the same form. */
  readonly window: WindowInput;
  /** One of the severities of the model's team. */
  readonly severity: string;
  /** How long the bound must be broken before the alert fires. Default `"10m"`. */
  readonly for?: undefined | string;
  /** How long the alert fires on after the bound is kept again. Default `"0s"`. */
  readonly keepFiringFor?: undefined | string;
  /** With fewer outcomes the alert keeps quiet. Default `100`, from 1 to 1000000000. */
  readonly minSamples?: undefined | number;
  /** How sure it must be, one-sided, that the bound is broken and not only missed by chance. Default `0.995`, above 0.5 and below 1. */
  readonly confidence?: undefined | number;
  /** The address of the runbook; without it, the model's. */
  readonly runbook?: undefined | string;
}

/** The keys of opsgenie receiver. */
export interface OpsgenieReceiver {
  /** The file that holds the API key. */
  readonly apiKeyFile: string;
  /** The address of the API. */
  readonly apiUrl?: undefined | string;
  /** Whether it is told when an alert is over. Default `true`. */
  readonly sendResolved?: undefined | boolean;
  /** The priority of the alert. */
  readonly priority?: undefined | "P1" | "P2" | "P3" | "P4" | "P5";
  /** Tags of the notification. */
  readonly tags?: undefined | readonly string[];
  /** Who is told. */
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
  /** The file that holds the integration key (Events API v2). */
  readonly routingKeyFile: string;
  /** Whether it is told when an alert is over. Default `true`. */
  readonly sendResolved?: undefined | boolean;
  /** The address of the Events API. */
  readonly url?: undefined | string;
  /** The severity of the incident; a template. */
  readonly severity?: undefined | string;
  /** The part of the system that is affected; a template. */
  readonly component?: undefined | string;
  /** The cluster or group of sources; a template. */
  readonly group?: undefined | string;
  /** The class of the event; a template. */
  readonly class?: undefined | string;
}

/** The keys of predicted. */
export type PredictedInput = FieldInput | ScoreInput;

/** The keys of prometheus. */
export interface PrometheusInput {
  /** `host:port` of each exporter. Default `["127.0.0.1:9877"]`. */
  readonly targets?: undefined | readonly string[];
  /** `host:port` of each Alertmanager. Default `["127.0.0.1:9093"]`. */
  readonly alertmanagers?: undefined | readonly string[];
  /** How often the exporters are scraped. Default `"15s"`. */
  readonly scrapeInterval?: undefined | string;
  /** How often the rules are evaluated. Default `"15s"`. */
  readonly evaluationInterval?: undefined | string;
  /** The version of Prometheus that the files are written for. Default `"2.42"`. */
  readonly version?: undefined | string;
  /** Whether replicas see different logs, whose counts are added, or the same log. Default `"sharded"`. */
  readonly replicas?: undefined | "sharded" | "mirrored";
}

/** The keys of raw receiver. */
export interface RawReceiver {
  /** Alertmanager's list: `sns_configs`. */
  readonly list: string;
  /** Alertmanager's own keys, as it spells them. */
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
  /** Any list of Alertmanager's. */
  readonly raw?: undefined | RawReceiver | readonly RawReceiver[];
}

/** The keys of route. */
export interface RouteKeys {
  /** What a label must be: `severity="critical"`, `model=~"fraud|churn"`. */
  readonly matchers?: undefined | readonly string[];
  /** Who is told; without it, as the route above. */
  readonly receiver?: undefined | string;
  /** Whether the search goes on after this route. Default `false`. */
  readonly continue?: undefined | boolean;
  /** The labels by which alerts are put into one message. */
  readonly group_by?: undefined | readonly string[];
  /** As `alerting.groupWait`, for this route. */
  readonly group_wait?: undefined | string;
  /** As `alerting.groupInterval`, for this route. */
  readonly group_interval?: undefined | string;
  /** As `alerting.repeatInterval`, for this route. */
  readonly repeat_interval?: undefined | string;
  /** Nobody is told while one of these is on. */
  readonly mute_time_intervals?: undefined | readonly string[];
  /** Nobody is told but while one of these is on. */
  readonly active_time_intervals?: undefined | readonly string[];
  /** Routes below this one. */
  readonly routes?: undefined | readonly RouteKeys[];
}

/** The keys of rule group. */
export interface RuleGroupInput {
  /** The name of the group, unique among all groups. */
  readonly name: string;
  /** How often the group is evaluated; without it, as Prometheus is told. */
  readonly interval?: undefined | string;
  /** How far back the rules look. Needs Prometheus 2.53. */
  readonly query_offset?: undefined | string;
  /** How many alerts or series a rule may make; 0 is no limit. From 0 to 1000000000. */
  readonly limit?: undefined | number;
  /** Labels of every rule of the group. Needs Prometheus 3.0. */
  readonly labels?: undefined | Readonly<Record<string, string>>;
  /** The rules, in the order in which they are evaluated. */
  readonly rules: readonly RuleInput[];
}

/** The keys of rule. */
export interface RuleInput {
  /** The name of the alert; either this or `record`. */
  readonly alert?: undefined | string;
  /** The name of the series that is recorded. */
  readonly record?: undefined | string;
  /** An expression of PromQL. */
  readonly expr: string;
  /** How long the expression must hold before the alert fires. */
  readonly for?: undefined | string;
  /** How long the alert fires on after the expression no longer holds. Needs Prometheus 2.42. */
  readonly keep_firing_for?: undefined | string;
  /** Labels that are added; values are templates, as in a rule file. */
  readonly labels?: undefined | Readonly<Record<string, string>>;
  /** Annotations; values are templates. */
  readonly annotations?: undefined | Readonly<Record<string, string>>;
}

/** The keys of score. */
export interface ScoreInput {
  /** Where the score comes from. */
  readonly score: FieldInput;
  /** The least score of the class `above`. */
  readonly threshold: number;
  /** The class of a score below the threshold. */
  readonly below: string | number | boolean;
  /** The class of a score at the threshold or above it. */
  readonly above: string | number | boolean;
}

/** The keys of slack receiver. */
export interface SlackReceiver {
  /** The channel, like `#alerts`. */
  readonly channel: string;
  /** The file that holds the webhook's address. */
  readonly apiUrlFile: string;
  /** Whether it is told when an alert is over. Default `true`. */
  readonly sendResolved?: undefined | boolean;
  /** The name that messages are sent under. */
  readonly username?: undefined | string;
  /** An emoji in the place of the icon. */
  readonly iconEmoji?: undefined | string;
  /** The address of the icon. */
  readonly iconUrl?: undefined | string;
}

/** The keys of source. */
export interface SourceInput {
  /** What the source is called on metrics and in messages; without it, its first pattern. */
  readonly name?: undefined | string;
  /** Paths and globs; relative ones start at the folder of the config. */
  readonly files: readonly string[];
  /** Globs of files that are left out. */
  readonly exclude?: undefined | readonly string[];
  /** Where a file that was never seen before is read from. Default `"beginning"`. */
  readonly startAt?: undefined | "beginning" | "end";
  /** `poll` looks at the files every 250 ms and for new ones every second; `auto` also does at once what the file system tells of. Default `"auto"`. */
  readonly watch?: undefined | "auto" | "poll";
  /** What wraps each line: `cri` (Kubernetes), `docker` (json-file), or `auto`, told line by line. Default `"none"`. */
  readonly wrapper?: undefined | "none" | "cri" | "docker" | "auto";
  /** How a line is written; `csv` has a header. Default `"json"`. */
  readonly format?: undefined | FormatInput;
  /** Which field means what; without it `model`, `version`, `prediction`, `label`, `request_id` and `ts`, as far as an event has them. */
  readonly fields?: undefined | FieldsInput;
}

/** The keys of time interval. */
export interface TimeIntervalInput {
  /** `monday`, or several like `monday:friday`; a week begins on Sunday. */
  readonly weekdays?: undefined | readonly string[];
  /** From `start` until just before `end`, as `09:00`, at most `24:00`. */
  readonly times?:
    | undefined
    | readonly {
        /** The first minute, as `09:00`. */
        readonly start: string;
        /** The minute after the last, at most `24:00`. */
        readonly end: string;
      }[];
  /** `1`, several like `1:7`, or from the end of the month: `-1` is its last day. */
  readonly daysOfMonth?: undefined | readonly string[];
  /** `january`, or several like `june:august` or `6:8`. */
  readonly months?: undefined | readonly string[];
  /** `2026`, or several like `2026:2027`. */
  readonly years?: undefined | readonly string[];
  /** The time zone, like `Europe/Berlin`; without it UTC. Needs Alertmanager 0.25. */
  readonly location?: undefined | string;
}

/** The keys of webhook receiver. */
export interface WebhookReceiver {
  /** Where to post; an address that holds a secret goes into a file (`urlFile`). */
  readonly url?: undefined | string;
  /** The file that holds the address. Needs Alertmanager 0.26. */
  readonly urlFile?: undefined | string;
  /** Whether it is told when an alert is over. Default `true`. */
  readonly sendResolved?: undefined | boolean;
  /** Alerts past this many in one message are left out; 0, the default, leaves none out. From 0 to 1000000. */
  readonly maxAlerts?: undefined | number;
}
