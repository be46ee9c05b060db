import type { DecodeOptions } from "../decode/options.ts";
import { metrics, type Average } from "../quality/metrics.ts";
import type { SourceOptions } from "../source/source.ts";
import type { WindowLimits, WindowSpec } from "../window/options.ts";

/**
 * The checked config: plain data that the stages are handed, but for the one function in `extend`. Nothing downstream
 * looks at what the user wrote.
 */
export interface Config {
  /** The file it came from, absolute. */
  readonly file: string;
  /** What the user wrote, evaluated but not changed: what a daemon elsewhere is handed. */
  readonly given: unknown;
  readonly sources: readonly { readonly source: SourceOptions; readonly decode: DecodeOptions }[];
  /** The names of the labels that make a tag, `model` first. */
  readonly tagLabels: readonly string[];
  readonly windows: readonly WindowSpec[];
  readonly models: ReadonlyMap<string, Model>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly alerting: Alerting;
  readonly prometheus: PrometheusTarget;
  readonly kubernetes: KubernetesTarget;
  readonly grafana: GrafanaTarget;
  readonly extend: Extension;
  readonly limits: WindowLimits & { readonly maxLineBytes: number; readonly maxValueBytes: number };
}

/** A duration as the user wrote it and in milliseconds. */
export interface Duration {
  readonly word: string;
  readonly ms: number;
}

/** What is owed for a model, and by whom. `*` stands for every model that is not named. */
export interface Model {
  readonly name: string;
  readonly team: string | undefined;
  /** Declared classes, in code-unit order; undefined when they are learned. */
  readonly classes: readonly string[] | undefined;
  /** Other spellings of declared classes, each with the class that it means. */
  readonly spellings: ReadonlyMap<string, string>;
  readonly runbook: string | undefined;
  readonly dashboard: string | undefined;
  readonly objectives: readonly Objective[];
}

/** The metrics that an objective can bound, as the config and `replay --json` spell them. */
export const objectiveMetrics = metrics.map(({ word }) => word);

/** One of `objectiveMetrics`. */
export type ObjectiveMetric = (typeof objectiveMetrics)[number];

/** What a bound is measured against. */
export type Bound =
  | { readonly kind: "min" | "max"; readonly value: number }
  /** `maxDrop`: at most `value` below the other figure; `maxRise`: at most `value` above it. */
  | { readonly kind: "maxDrop" | "maxRise"; readonly value: number; readonly comparedTo: ComparedTo };

/** The other figure of a comparison: another version of the model, the same model some time ago, or a fixed number. */
export type ComparedTo =
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "ago"; readonly ago: Duration }
  | { readonly kind: "baseline"; readonly value: number };

/** One thing that a model owes. */
export interface Objective {
  /** Where it stands in the config, for messages: `models.fraud.objectives[0]`. */
  readonly path: string;
  /** The alert's name when the user gives one. */
  readonly name: string | undefined;
  readonly metric: ObjectiveMetric;
  /** With the metric of a class exactly one of `class` and, where it is averaged, `average`; with others none. */
  readonly class: string | undefined;
  readonly average: Average | undefined;
  readonly bound: Bound;
  readonly window: WindowSpec;
  readonly severity: string;
  readonly for: Duration;
  readonly keepFiringFor: Duration;
  readonly minSamples: number;
  /** One-sided confidence in (0.5, 1) that the bound is broken. */
  readonly confidence: number;
  readonly runbook: string | undefined;
}

/** Who answers, and when: by severity. */
export interface Team {
  readonly name: string;
  readonly severities: ReadonlyMap<string, SeverityRoute>;
}

/** Who is told of the alerts of a severity. */
export interface SeverityRoute {
  /** The names of receivers. */
  readonly receivers: readonly string[];
  /** The names of time intervals in which nobody is told. */
  readonly muteTimeIntervals: readonly string[];
  /** The names of time intervals outside of which nobody is told; empty for none such. */
  readonly activeTimeIntervals: readonly string[];
}

/**
 * A stretch of time that comes again, in Alertmanager's words: a moment is in it when it is in one of each list that is
 * not empty.
 */
export interface TimeInterval {
  /** `monday` or `monday:friday`, lower case. */
  readonly weekdays: readonly string[];
  /** `HH:MM`; the end, at most `24:00`, is no longer in it. */
  readonly times: readonly { readonly start: string; readonly end: string }[];
  /** `1`, `1:7`, or counted from the end of the month, `-1`. */
  readonly daysOfMonth: readonly string[];
  readonly months: readonly string[];
  readonly years: readonly string[];
  /** A name of the IANA time zone database; undefined for UTC. */
  readonly location: string | undefined;
}

/** Where notifications go: Alertmanager's receiver, its lists (`webhook_configs`, ...) ready to be written. */
export interface Receiver {
  readonly name: string;
  readonly integrations: readonly {
    /** The config's word: `webhook`, `slack`, ...; `extend` for one that stands there, in Alertmanager's own words. */
    readonly kind: string;
    /** Alertmanager's list: `webhook_configs`. */
    readonly list: string;
    /** Alertmanager's own keys, snake_case. */
    readonly settings: Readonly<Record<string, unknown>>;
  }[];
}

/** How Alertmanager groups and repeats. */
export interface Alerting {
  /** Takes what no team takes; undefined only when there are no receivers at all. */
  readonly defaultReceiver: string | undefined;
  readonly groupWait: Duration;
  readonly groupInterval: Duration;
  readonly repeatInterval: Duration;
  /** Alertmanager's version that the files are written for, as [major, minor]. */
  readonly version: readonly [number, number];
  /** The times that routes are muted or active at, by name. */
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
}

/** What `prometheus.yml` is made of. */
export interface PrometheusTarget {
  readonly targets: readonly string[];
  readonly alertmanagers: readonly string[];
  readonly scrapeInterval: Duration;
  readonly evaluationInterval: Duration;
  /** Prometheus' version that the files are written for, as [major, minor]. */
  readonly version: readonly [number, number];
  /** Whether the replicas of a tag see disjoint logs (their counts are added) or the same log (they are mirrors). */
  readonly replicas: "sharded" | "mirrored";
}

/** What the Kubernetes manifests are made of. */
export interface KubernetesTarget {
  /** Where the models and the sidecars live. */
  readonly namespace: string;
  /** Kubernetes' version that the files are written for, as [major, minor]. */
  readonly version: readonly [number, number];
  /** The exporter's image; undefined for the one that the Dockerfile builds. */
  readonly image: string | undefined;
  /** What the cluster's Prometheus and Alertmanager pick their objects by. */
  readonly labels: ReadonlyMap<string, string>;
  /** The container that the model runs in. */
  readonly container: string;
  /** How much the logs that both containers share may take, as a Kubernetes quantity. */
  readonly logVolumeSize: string;
  /** What the DaemonSet reads under `/var/log/pods`; undefined for what the model's container prints. */
  readonly podLogs: readonly string[] | undefined;
  /** The secret with what the receivers' files hold elsewhere. */
  readonly receiversSecret: string;
}

/** Where the dashboard is to be found. */
export interface GrafanaTarget {
  /** Grafana's address without a slash at its end. */
  readonly url: string | undefined;
}

/** What the user adds to the generated files, or changes in them. Receivers of the kind stand with the others. */
export interface Extension {
  readonly ruleGroups: readonly RuleGroup[];
  /** They come before the generated ones. */
  readonly routes: readonly ExtraRoute[];
  readonly changeRules: ChangeRules | undefined;
}

/** A function of the user's over the generated groups: what it throws and what it gives is not to be trusted. */
export type ChangeRules = (group: RuleGroup) => unknown;

/** A group of rules, in Prometheus' own words. */
export interface RuleGroup {
  readonly name: string;
  readonly interval?: string | undefined;
  readonly query_offset?: string | undefined;
  readonly limit?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly rules: readonly Rule[];
}

/** A rule, in Prometheus' own words: either `alert` or `record` is there. */
export interface Rule {
  readonly alert?: string | undefined;
  readonly record?: string | undefined;
  readonly expr: string;
  readonly for?: string | undefined;
  readonly keep_firing_for?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** A route of the user's own, in Alertmanager's words but for its matchers, which are taken apart. */
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

/** What a route asks of a label. */
export interface RouteMatcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}
