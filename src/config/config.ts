import type { DecodeOptions } from "../decode/options.ts";
import type { IngestOptions } from "../ingest/options.ts";
import type { JoinOptions } from "../join/options.ts";
import { metrics, type Average } from "../quality/metrics.ts";
import type { ConfusionCells } from "../quality/page-metrics.ts";
import type { SourceOptions } from "../source/source.ts";
import type { InfluxTarget } from "./influxdb-target.ts";
import type { WindowLimits, WindowSpec } from "../window/options.ts";

/**
 * The validated config: plain data for the stages, except for the function in `extend`. Later stages never read the
 * user's input.
 */
export interface Config {
  /** Absolute path of the config file. */
  readonly file: string;
  /** The user's evaluated input, for writing it to the config of another daemon. */
  readonly given: unknown;
  readonly sources: readonly SourceConfig[];
  /** Names of the labels of a tag, `model` first. */
  readonly tagLabels: readonly string[];
  /** Undefined where predictions and labels must be on one line. */
  readonly join: JoinOptions | undefined;
  readonly windows: readonly WindowSpec[];
  readonly models: ReadonlyMap<string, Model>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly alerting: Alerting;
  readonly prometheus: PrometheusTarget;
  readonly kubernetes: KubernetesTarget;
  readonly grafana: PageTarget;
  readonly statusPage: PageTarget;
  /** Undefined where the figures are not written to InfluxDB. */
  readonly influxdb: InfluxTarget | undefined;
  readonly exposition: Exposition;
  readonly extend: Extension;
  readonly limits: WindowLimits &
    Readonly<Record<"maxFiles" | "maxSeries" | "maxLineBytes" | "maxValueBytes" | "maxStateBytes", number>>;
}

/** A source: its files, or the taking of events by HTTP, the reading of its lines, and the silence that is normal. */
export interface SourceConfig {
  /** Without files where events come by HTTP. */
  readonly source: SourceOptions;
  /** Undefined where lines come from files. */
  readonly http: IngestOptions | undefined;
  readonly decode: DecodeOptions;
  /** Seconds without a line before an alert fires; null for never. */
  readonly silentAfter: number | null;
}

/** A duration as text and in milliseconds. */
export interface Duration {
  readonly word: string;
  readonly ms: number;
}

/** Settings and objectives of a model; the name `*` stands for every unnamed model. */
export interface Model {
  readonly name: string;
  readonly team: string | undefined;
  /** Declared classes in code-unit order; undefined when they are learned. */
  readonly classes: readonly string[] | undefined;
  /** Other spellings of declared classes, each mapped to its class. */
  readonly spellings: ReadonlyMap<string, string>;
  /** Seconds without an outcome before an alert fires; null for never. */
  readonly silentAfter: number | null;
  readonly runbook: string | undefined;
  readonly dashboard: string | undefined;
  readonly objectives: readonly Objective[];
}

/** Metrics that an objective can bound, as spelled in the config and `replay --json`. */
export const objectiveMetrics = metrics.map(({ word }) => word);

/** One of `objectiveMetrics`. */
export type ObjectiveMetric = (typeof objectiveMetrics)[number];

/** Bound of an objective: an absolute value, or a difference to a reference. */
export type Bound =
  | { readonly kind: "min" | "max"; readonly value: number }
  /** `maxDrop`: at most `value` below the reference; `maxRise`: at most `value` above it. */
  | { readonly kind: "maxDrop" | "maxRise"; readonly value: number; readonly comparedTo: ComparedTo };

/** Reference of a comparison: another version of the model, the same model in the past, or a fixed number. */
export type ComparedTo =
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "ago"; readonly ago: Duration }
  | { readonly kind: "baseline"; readonly value: number };

/** An objective of a model. */
export interface Objective {
  /** Path in the config for messages: `models.fraud.objectives[0]`. */
  readonly path: string;
  /** The alert's name, if configured. */
  readonly name: string | undefined;
  readonly metric: ObjectiveMetric;
  /** Metrics of a class have exactly one of `class` and, where they are averaged, `average`; others have neither. */
  readonly class: string | undefined;
  readonly average: Average | undefined;
  readonly bound: Bound;
  readonly window: WindowSpec;
  readonly severity: string;
  readonly for: Duration;
  readonly keepFiringFor: Duration;
  readonly minSamples: number;
  /** Share of the due predictions in the window that must be labelled for the alert to fire; undefined for none. */
  readonly minLabelled?: number | undefined;
  /** One-sided confidence in (0.5, 1) required to conclude that the bound is violated. */
  readonly confidence: number;
  readonly runbook: string | undefined;
}

/** Alert routes of a team by severity. */
export interface Team {
  readonly name: string;
  readonly severities: ReadonlyMap<string, SeverityRoute>;
}

/** Route of the alerts of a severity. */
export interface SeverityRoute {
  /** Names of the receivers. */
  readonly receivers: readonly string[];
  /** Names of the time intervals without notifications. */
  readonly muteTimeIntervals: readonly string[];
  /** Names of the only time intervals with notifications; empty for no restriction. */
  readonly activeTimeIntervals: readonly string[];
}

/**
 * A recurring time interval as in Alertmanager: a moment is in it when it matches an item of each non-empty list.
 */
export interface TimeInterval {
  /** `monday` or `monday:friday`, lower case. */
  readonly weekdays: readonly string[];
  /** `HH:MM`; the end is exclusive, at most `24:00`. */
  readonly times: readonly { readonly start: string; readonly end: string }[];
  /** `1`, `1:7`, or from the end of the month, `-1`. */
  readonly daysOfMonth: readonly string[];
  readonly months: readonly string[];
  readonly years: readonly string[];
  /** IANA time zone; undefined for UTC. */
  readonly location: string | undefined;
}

/** Alertmanager's receiver with its integrations. */
export interface Receiver {
  readonly name: string;
  readonly integrations: readonly {
    /** Kind in the config: `webhook`, `slack`, ...; `extend` for one in Alertmanager's syntax. */
    readonly kind: string;
    /** Alertmanager's list: `webhook_configs`. */
    readonly list: string;
    /** Alertmanager's keys, in snake_case. */
    readonly settings: Readonly<Record<string, unknown>>;
  }[];
}

/** Grouping and repetition of notifications. */
export interface Alerting {
  /** Receiver of alerts that no team routes; undefined only without any receivers. */
  readonly defaultReceiver: string | undefined;
  readonly groupWait: Duration;
  readonly groupInterval: Duration;
  readonly repeatInterval: Duration;
  /** Address of the folder with the generated runbooks, without a trailing slash. */
  readonly runbookUrl: string | undefined;
  /** Target version of Alertmanager, as [major, minor]. */
  readonly version: readonly [number, number];
  /** Time intervals by name. */
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
}

/** Settings of the generated `prometheus.yml` and rules. */
export interface PrometheusTarget {
  readonly targets: readonly string[];
  readonly alertmanagers: readonly string[];
  readonly scrapeInterval: Duration;
  readonly evaluationInterval: Duration;
  /** TLS towards the exporters; undefined for plain HTTP. */
  readonly tls: ScrapeTls | undefined;
  /** Login at the exporters. */
  readonly basicAuth: { readonly username: string; readonly passwordFile: string } | undefined;
  /** Target version of Prometheus, as [major, minor]. */
  readonly version: readonly [number, number];
  /** Replicas of a tag read disjoint logs (`sharded`: counts are summed) or the same log (`mirrored`). */
  readonly replicas: "sharded" | "mirrored";
}

/** TLS of Prometheus as a client. */
export interface ScrapeTls {
  readonly caFile?: string | undefined;
  /** Present if and only if `keyFile` is. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly serverName?: string | undefined;
  readonly insecureSkipVerify: boolean;
}

/** Settings of the generated Kubernetes manifests. */
export interface KubernetesTarget {
  /** Namespace of the models and sidecars. */
  readonly namespace: string;
  /** Target version of Kubernetes, as [major, minor]. */
  readonly version: readonly [number, number];
  /** The exporter's image; undefined for the one built by the Dockerfile. */
  readonly image: string | undefined;
  /** Labels by which the cluster's Prometheus and Alertmanager select objects. */
  readonly labels: ReadonlyMap<string, string>;
  /** Name of the model's container. */
  readonly container: string;
  /** Size limit of the shared log volume, as a Kubernetes quantity. */
  readonly logVolumeSize: string;
  /** Globs that the DaemonSet reads under `/var/log/pods`; undefined for the output of the model's container. */
  readonly podLogs: readonly string[] | undefined;
  /** Name of the Secret with the contents of the receivers' files. */
  readonly receiversSecret: string;
  /** Name of the Secret with the tokens of events by HTTP. */
  readonly eventsSecret: string;
  /** Web security of the exporter's pods; undefined for none. */
  readonly web: PodWeb | undefined;
}

/** Names of the Secrets for the web security of pods. */
export interface PodWeb {
  /** Secret of `web-config.yml`. */
  readonly configSecret: string;
  /** Undefined for plain HTTP. */
  readonly tls:
    { readonly secret: string; readonly serverName: string; readonly clientSecret?: string | undefined } | undefined;
  readonly basicAuthSecret: string | undefined;
}

/** Location of Grafana, or of the status page. */
export interface PageTarget {
  /** Address without a trailing slash. */
  readonly url: string | undefined;
}

/** Contents of `/metrics`. */
export interface Exposition {
  /** Cells of the confusion matrix: `all`, those above 0, or `none`. */
  readonly confusion: ConfusionCells;
}

/** User additions and changes to the generated files; additional receivers are in `Config.receivers`. */
export interface Extension {
  readonly ruleGroups: readonly RuleGroup[];
  /** Routes before the generated ones. */
  readonly routes: readonly ExtraRoute[];
  readonly changeRules: ChangeRules | undefined;
}

/** User function over generated groups; its result and exceptions are untrusted. */
export type ChangeRules = (group: RuleGroup) => unknown;

/** A rule group in Prometheus' syntax. */
export interface RuleGroup {
  readonly name: string;
  readonly interval?: string | undefined;
  readonly query_offset?: string | undefined;
  readonly limit?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly rules: readonly Rule[];
}

/** A rule in Prometheus' syntax, with either `alert` or `record`. */
export interface Rule {
  readonly alert?: string | undefined;
  readonly record?: string | undefined;
  readonly expr: string;
  readonly for?: string | undefined;
  readonly keep_firing_for?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** A user-defined route in Alertmanager's syntax, with parsed matchers. */
export interface ExtraRoute {
  readonly matchers: readonly RouteMatcher[];
  readonly receiver?: string | undefined;
  readonly continue: boolean;
  readonly group_by?: readonly string[] | undefined;
  readonly group_wait?: string | undefined;
  readonly group_interval?: string | undefined;
  readonly repeat_interval?: string | undefined;
  readonly mute_time_intervals?: readonly string[] | undefined;
  readonly active_time_intervals?: readonly string[] | undefined;
  readonly routes: readonly ExtraRoute[];
}

/** Parsed matcher of a route. */
export interface RouteMatcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}
