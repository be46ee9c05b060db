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
  /** Receiver of alerts that no team routes; required when there are receivers. */
  readonly defaultReceiver?: undefined | string;
  /** How long a new group collects alerts before its first notification. Default `"30s"`. */
  readonly groupWait?: undefined | string;
  /** How long until a group notifies of added alerts. Default `"5m"`. */
  readonly groupInterval?: undefined | string;
  /** How long until a notification is repeated. Default `"4h"`. */
  readonly repeatInterval?: undefined | string;
  /** URL of the folder with the generated runbooks, for links in alerts; runbooks of a model or objective win. */
  readonly runbookUrl?: undefined | string;
  /** Version of Alertmanager to generate files for. Default `"0.25"`. */
  readonly version?: undefined | string;
  /** Named time intervals, at which severities of a team can be muted or active. */
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
      /** The same model this long ago. */
      readonly ago: string;
    }
  | {
      /** A fixed value. */
      readonly value: number;
    };

/** The keys of csv. */
export interface CsvInput {
  /** What separates the cells; `auto` finds it by the header. Default `","`. */
  readonly delimiter?: undefined | "," | ";" | "\t" | "|" | "auto";
  /** Names of the columns, for files without a header; a header that comes counts from there on. */
  readonly columns?: undefined | readonly string[];
  /** Whether a quoted cell may hold line ends. Default `false`. */
  readonly multiline?: undefined | boolean;
}

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

/** The keys of exposition. */
export interface ExpositionInput {
  /** Cells of the confusion matrix on `/metrics`: all, those above 0, or none. Default `"all"`. */
  readonly confusion?: undefined | "all" | "nonzero" | "none";
}

/** The keys of extend. */
export interface ExtendKeys {
  /** Additional rule groups, written to `prometheus/rules/extra-rules.yml`. */
  readonly ruleGroups?: undefined | readonly RuleGroupInput[];
  /** Additional routes, placed before the generated ones. */
  readonly routes?: undefined | readonly RouteKeys[];
  /** Additional receivers by name, in Alertmanager's syntax. */
  readonly receivers?: undefined | Readonly<Record<string, RawReceiverInput>>;
}

/** The keys of field. */
export type FieldInput =
  | string
  | {
      /** The field. */
      readonly path: string;
      /** A regular expression on the field's value, whose group is what is read. */
      readonly match: string;
    }
  | {
      /** A fixed value for every line. */
      readonly value: string | number | boolean;
    }
  | {
      /** An environment variable, read when the config is loaded. */
      readonly env: string;
      /** The value when the variable is not set. */
      readonly default?: undefined | string;
    }
  | {
      /** A regular expression on the path of the file, whose group is the value. */
      readonly file: string;
    };

/** The keys of fields. */
export interface FieldsInput {
  /** The model: label `model`. Default `"model"`. */
  readonly model?: undefined | FieldInput;
  /** The version: label `version`; series of events without it have no such label. */
  readonly version?: undefined | FieldInput;
  /** Additional labels of a tag: Prometheus label name to the field of its value. */
  readonly labels?: undefined | Readonly<Record<string, FieldInput>>;
  /** The predicted class, or a score with a threshold. Default `"prediction"`. */
  readonly predicted?: undefined | PredictedInput;
  /** The true class, on the same line as the prediction. Default `"label"`. */
  readonly actual?: undefined | FieldInput;
  /** The request id; of a list the first field with a value counts. */
  readonly id?: undefined | IdInput;
  /** The time of the event: RFC 3339 and ISO 8601, Apache's, nginx's and RFC 2822's forms, or Unix seconds to nanoseconds; with `zone` for times without an offset. By default the time of arrival. */
  readonly time?: undefined | TimeInput;
}

/** The keys of format. */
export type FormatInput =
  | "json"
  | "logfmt"
  | "csv"
  | {
      /** A regular expression whose named groups are the fields. */
      readonly regex: string;
    }
  | {
      /** CSV that differs from the format `csv`. */
      readonly csv: CsvInput;
    };

/** The keys of grafana. */
export interface GrafanaInput {
  /** The address of Grafana, for links to the generated dashboard in alerts of models without their own `dashboard`. */
  readonly url?: undefined | string;
}

/** The keys of id. */
export type IdInput = FieldInput | readonly FieldInput[];

/** The keys of kubernetes. */
export interface KubernetesInput {
  /** Namespace of the models and sidecars. Default `"models"`. */
  readonly namespace?: undefined | string;
  /** Version of Kubernetes to generate files for; 1.29 is the first with native sidecars. Default `"1.29"`. */
  readonly version?: undefined | string;
  /** The exporter's image that the cluster pulls; by default the one built by `deploy/compose.yaml`. */
  readonly image?: undefined | string;
  /** Labels by which the cluster's Prometheus selects monitors and rules. */
  readonly labels?: undefined | Readonly<Record<string, string>>;
  /** Name of the model's container. Default `"model"`. */
  readonly container?: undefined | string;
  /** Size limit of a pod's logs; past it the pod is evicted. Default `"1Gi"`. */
  readonly logVolumeSize?: undefined | string;
  /** Globs that the DaemonSet reads under `/var/log/pods`; by default the output of containers named `container`. */
  readonly podLogs?: undefined | readonly string[];
  /** Name of the Secret with the receivers' files. Default `"model-quality-receivers"`. */
  readonly receiversSecret?: undefined | string;
}

/** The keys of limits. */
export interface LimitsInput {
  /** Maximum number of tags; outcomes of further tags are dropped and counted. Default `1000`, from 1 to 1000000. */
  readonly maxTags?: undefined | number;
  /** Maximum number of classes of a tag; further classes become `__other__`. Default `100`, from 2 to 10000. */
  readonly maxClasses?: undefined | number;
  /** Maximum number of files of a source; further ones, those written longest ago, are refused and counted. Default `1000`, from 1 to 100000. */
  readonly maxFiles?: undefined | number;
  /** Maximum bytes of a line; longer ones are rejected. Default `1048576`, from 64 to 268435456. */
  readonly maxLineBytes?: undefined | number;
  /** Maximum bytes of a label value or class; lines with longer ones are rejected. Default `1024`, from 1 to 65536. */
  readonly maxValueBytes?: undefined | number;
  /** Outcomes further in the future are counted as of now. Default `"1m"`. */
  readonly futureTolerance?: undefined | string;
  /** Idle time after which a tag is removed; at least the longest window, and an hour more than the longest `silentAfter`. Default `"24h"`. */
  readonly tagIdle?: undefined | string;
  /** Number of panes of each time window. Default `60`, from 1 to 3600. */
  readonly panes?: undefined | number;
}

/** The keys of links. */
export interface LinksInput {
  /** Directories that links may lead to as well, relative to the folder of the config. */
  readonly to: readonly string[];
}

/** The keys of model. */
export interface ModelKeys {
  /** The responsible team. */
  readonly team?: undefined | string;
  /** The classes, or an object of classes and their other spellings; by default learned from the log. */
  readonly classes?: undefined | ClassesInput;
  /** How long the model may be without an outcome before an alert fires; `"never"` for no such alert. Default `"1h"`. */
  readonly silentAfter?: undefined | string;
  /** URL of the runbook in alerts. */
  readonly runbook?: undefined | string;
  /** URL of the dashboard in alerts. */
  readonly dashboard?: undefined | string;
  /** The model's objectives, each of which becomes an alert. */
  readonly objectives?: undefined | readonly ObjectiveKeys[];
}

/** The keys of msteams receiver. */
export interface MsteamsReceiver {
  /** The file that holds the webhook's address. Alertmanager 0.27 knows the key, 0.28 heeds it. */
  readonly webhookUrlFile: string;
  /** Whether to notify of resolved alerts. Default `true`. */
  readonly sendResolved?: undefined | boolean;
}

/** The keys of objective. */
export interface ObjectiveKeys {
  /** The name of the alert; by default derived from the metric. */
  readonly name?: undefined | string;
  /** The metric to bound. */
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
  /** The class of the metric: for precision, recall, F1, specificity and Jaccard index. */
  readonly class?: undefined | string | number | boolean;
  /** The average over classes: for precision, recall, F1 and Jaccard index. */
  readonly average?: undefined | "micro" | "macro" | "weighted";
  /** Minimum of the metric. */
  readonly min?: undefined | number;
  /** Maximum of the metric. */
  readonly max?: undefined | number;
  /** Maximum amount below the reference. */
  readonly maxDrop?: undefined | number;
  /** Maximum amount above the reference. */
  readonly maxRise?: undefined | number;
  /** The reference of `maxDrop` and `maxRise`. */
  readonly comparedTo?: undefined | ComparedToInput;
  /** One of `windows`, in the same form. */
  readonly window: WindowInput;
  /** One of the severities of the model's team. */
  readonly severity: string;
  /** How long the bound must be violated before the alert fires. Default `"10m"`. */
  readonly for?: undefined | string;
  /** How long the alert keeps firing after the bound is met again. Default `"0s"`. */
  readonly keepFiringFor?: undefined | string;
  /** Minimum number of outcomes for the alert to fire. Default `100`, from 1 to 1000000000. */
  readonly minSamples?: undefined | number;
  /** One-sided confidence required to conclude that a violation is not due to chance. Default `0.995`, above 0.5 and below 1. */
  readonly confidence?: undefined | number;
  /** URL of the runbook; by default the model's. */
  readonly runbook?: undefined | string;
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

/** The keys of predicted. */
export type PredictedInput = FieldInput | ScoreInput;

/** The keys of prometheus. */
export interface PrometheusInput {
  /** `host:port` of each exporter. Default `["127.0.0.1:9877"]`. */
  readonly targets?: undefined | readonly string[];
  /** `host:port` of each Alertmanager. Default `["127.0.0.1:9093"]`. */
  readonly alertmanagers?: undefined | readonly string[];
  /** Scrape interval of the exporters. Default `"15s"`. */
  readonly scrapeInterval?: undefined | string;
  /** Evaluation interval of the rules. Default `"15s"`. */
  readonly evaluationInterval?: undefined | string;
  /** Version of Prometheus to generate files for. Default `"2.42"`. */
  readonly version?: undefined | string;
  /** `sharded` when replicas read different logs, whose counts are summed; `mirrored` when they read the same log. Default `"sharded"`. */
  readonly replicas?: undefined | "sharded" | "mirrored";
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

/** The keys of route. */
export interface RouteKeys {
  /** Conditions on labels: `severity="critical"`, `model=~"fraud|churn"`. */
  readonly matchers?: undefined | readonly string[];
  /** Receiver; by default that of the parent route. */
  readonly receiver?: undefined | string;
  /** Whether later routes are tried after a match. Default `false`. */
  readonly continue?: undefined | boolean;
  /** Labels that group alerts into one notification. */
  readonly group_by?: undefined | readonly string[];
  /** `alerting.groupWait` of this route. */
  readonly group_wait?: undefined | string;
  /** `alerting.groupInterval` of this route. */
  readonly group_interval?: undefined | string;
  /** `alerting.repeatInterval` of this route. */
  readonly repeat_interval?: undefined | string;
  /** Time intervals without notifications. */
  readonly mute_time_intervals?: undefined | readonly string[];
  /** Time intervals outside of which there are no notifications. */
  readonly active_time_intervals?: undefined | readonly string[];
  /** Child routes. */
  readonly routes?: undefined | readonly RouteKeys[];
}

/** The keys of rule group. */
export interface RuleGroupInput {
  /** The name of the group, unique among all groups. */
  readonly name: string;
  /** Evaluation interval of the group; by default Prometheus' global one. */
  readonly interval?: undefined | string;
  /** Offset of the evaluation time into the past. Needs Prometheus 2.53. */
  readonly query_offset?: undefined | string;
  /** Maximum number of alerts or series of a rule; 0 for no limit. From 0 to 1000000000. */
  readonly limit?: undefined | number;
  /** Labels of every rule of the group. Needs Prometheus 3.0. */
  readonly labels?: undefined | Readonly<Record<string, string>>;
  /** The rules, in order of evaluation. */
  readonly rules: readonly RuleInput[];
}

/** The keys of rule. */
export interface RuleInput {
  /** The name of the alert; either this or `record`. */
  readonly alert?: undefined | string;
  /** The name of the recorded series. */
  readonly record?: undefined | string;
  /** A PromQL expression. */
  readonly expr: string;
  /** How long the expression must hold before the alert fires. */
  readonly for?: undefined | string;
  /** How long the alert keeps firing after the expression no longer holds. Needs Prometheus 2.42. */
  readonly keep_firing_for?: undefined | string;
  /** Labels to add; values are templates, as in a rule file. */
  readonly labels?: undefined | Readonly<Record<string, string>>;
  /** Annotations; values are templates. */
  readonly annotations?: undefined | Readonly<Record<string, string>>;
}

/** The keys of score. */
export interface ScoreInput {
  /** The field of the score. */
  readonly score: FieldInput;
  /** The minimum score of the class `above`. */
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

/** The keys of source. */
export interface SourceInput {
  /** Name of the source on metrics and in messages; by default its first pattern. */
  readonly name?: undefined | string;
  /** Paths and globs, relative to the folder of the config. */
  readonly files: readonly string[];
  /** Globs of files to exclude. */
  readonly exclude?: undefined | readonly string[];
  /** Links to follow out of the base of a glob, or the folder of a named file. */
  readonly links?: undefined | LinksInput;
  /** Where reading of a new file starts. Default `"beginning"`. */
  readonly startAt?: undefined | "beginning" | "end";
  /** `poll` checks files every 250 ms and for new ones every second; `auto` also reacts to file system events. Default `"auto"`. */
  readonly watch?: undefined | "auto" | "poll";
  /** Wrapper of each line: `cri` (Kubernetes), `docker` (json-file), `auto`, detected per line, or a field of a JSON object. Default `"none"`. */
  readonly wrapper?: undefined | WrapperInput;
  /** Format of a line; `csv` has commas and a header, `{ csv }` may have others or none. Default `"json"`. */
  readonly format?: undefined | FormatInput;
  /** Encoding of the log, as a label of the WHATWG standard: `latin1`, `gbk`, `shift_jis`, ...; not UTF-16. Default `"utf-8"`. */
  readonly encoding?: undefined | string;
  /** Further words that are no value where a class, score or time is read. */
  readonly missing?: undefined | readonly (string | number | boolean)[];
  /** A regular expression that a line must match, without its wrapper; others are skipped, not errors. */
  readonly lines?: undefined | string;
  /** Values that fields must have, as text: path to a value or a list; lines without them are skipped, not errors. */
  readonly where?:
    undefined | Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;
  /** Maximum bytes of a line; by default that of `limits`, and at most 65536 where `format` is a regular expression. From 64 to 268435456. */
  readonly maxLineBytes?: undefined | number;
  /** How long no file may give a line before an alert fires; `"never"` for no such alert. Default `"1h"`. */
  readonly silentAfter?: undefined | string;
  /** Mapping of fields; by default `model`, `version`, `prediction`, `label`, `request_id` and `ts`, where present. */
  readonly fields?: undefined | FieldsInput;
}

/** The keys of time. */
export type TimeInput = FieldInput | ZonedTimeInput;

/** The keys of time interval. */
export interface TimeIntervalInput {
  /** `monday`, or a range like `monday:friday`; weeks start on Sunday. */
  readonly weekdays?: undefined | readonly string[];
  /** Ranges from `start` to `end`, exclusive, like `09:00`, at most `24:00`. */
  readonly times?:
    | undefined
    | readonly {
        /** The first minute, like `09:00`. */
        readonly start: string;
        /** The end, exclusive, at most `24:00`. */
        readonly end: string;
      }[];
  /** `1`, a range like `1:7`, or from the end of the month: `-1` is the last day. */
  readonly daysOfMonth?: undefined | readonly string[];
  /** `january`, or a range like `june:august` or `6:8`. */
  readonly months?: undefined | readonly string[];
  /** `2026`, or a range like `2026:2027`. */
  readonly years?: undefined | readonly string[];
  /** The time zone, like `Europe/Berlin`; default UTC. Needs Alertmanager 0.25. */
  readonly location?: undefined | string;
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

/** The keys of wrapper. */
export type WrapperInput =
  | "none"
  | "cri"
  | "docker"
  | "auto"
  | {
      /** The field of a JSON object that holds the program's own line, or is it. */
      readonly path: string;
    };

/** The keys of zoned time. */
export interface ZonedTimeInput {
  /** The field of the time. */
  readonly path: string;
  /** A regular expression on the field's value, whose group is what is read. */
  readonly match?: undefined | string;
  /** The zone of times without an offset: an IANA name, `UTC`, or `local` for that of the exporter's process. */
  readonly zone: string;
}
