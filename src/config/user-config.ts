import type { ExtendInput } from "./extend-input.ts";
import type { ReceiverInput } from "./receivers.ts";

/** A class, as a config writes it: `1`, `"1"` and `"1.0"` are one class, `true` is what a log writes as `true`. */
export type ClassInput = string | number | boolean;

/** The classes of a model: a list, or each with other spellings that the log has of it. */
export type ClassesInput = readonly ClassInput[] | Readonly<Record<string, readonly ClassInput[]>>;

/** A stretch that is counted: a Prometheus duration (`"5m"`, `"1h30m"`) or the last N outcomes. */
export type WindowInput = string | { readonly last: number };

/** The windows of a config that names none. */
export type DefaultWindows = readonly ["5m", "1h", "24h", { readonly last: 1000 }];

/** Where a value comes from. */
export type FieldInput =
  /** A path into the event: `"meta.region"`; for CSV a column, for a regular expression a named group. */
  | string
  /** The same word for every line. */
  | { readonly value: ClassInput }
  /** A variable of the environment, read when the config is loaded; `default` stands in when it is not set. */
  | { readonly env: string; readonly default?: string }
  /** A regular expression on the file's path; the group of the label's name, or else its first group, is the value. */
  | { readonly file: string };

/** The predicted class decided from a score: `above` when the score reaches the threshold, else `below`. */
export interface ScoreInput {
  readonly score: FieldInput;
  readonly threshold: number;
  readonly below: ClassInput;
  readonly above: ClassInput;
}

/** Which field of an event means what. */
export interface FieldsInput {
  /** Default `"model"`. */
  readonly model?: FieldInput;
  readonly version?: FieldInput;
  /** Further labels of a tag: the Prometheus label, and where its value comes from. */
  readonly labels?: Readonly<Record<string, FieldInput>>;
  /** Default `"prediction"`. */
  readonly predicted?: FieldInput | ScoreInput;
  /** Default `"label"`. It must stand on the line of the prediction. */
  readonly actual?: FieldInput;
  /** The request's id. */
  readonly id?: FieldInput;
  /** RFC 3339, or Unix seconds, milliseconds, microseconds or nanoseconds; without it the time of arrival counts. */
  readonly time?: FieldInput;
}

/** Log files of one form. */
export interface SourceInput {
  /** Names the source on metrics; default: its first pattern. */
  readonly name?: string;
  /** Paths and globs; relative ones start at the config's folder. */
  readonly files: readonly string[];
  /** Globs of files that are left out. */
  readonly exclude?: readonly string[];
  /** Where a file that was never seen before is read from; default `"beginning"`. */
  readonly startAt?: "beginning" | "end";
  /** `"poll"` does without events of the file system, `"auto"` (default) when there are none to be had. */
  readonly watch?: "auto" | "poll";
  /** What wraps each line; default `"none"`. */
  readonly wrapper?: "none" | "cri" | "docker" | "auto";
  /** Default `"json"`. */
  readonly format?: "json" | "logfmt" | "csv" | { readonly regex: string };
  /** Default: `model`, `version`, `prediction`, `label`, `request_id` and `ts`, as far as an event has them. */
  readonly fields?: FieldsInput;
}

// Written out again, so that the package's public types need none of its inner ones.
type Average = "micro" | "macro" | "weighted";

/** Which figure an objective is about. */
type MetricInput<Class> =
  | {
      readonly metric: "accuracy" | "balancedAccuracy" | "matthewsCorrelation" | "cohenKappa";
      readonly class?: never;
      readonly average?: never;
    }
  | { readonly metric: "precision" | "recall" | "f1" | "specificity"; readonly class: Class; readonly average?: never }
  | { readonly metric: "precision" | "recall" | "f1"; readonly average: Average; readonly class?: never };

/** The other figure of a comparison: another version, the same model some time ago, or a fixed number. */
type ComparedToInput = { readonly version: string } | { readonly ago: string } | { readonly value: number };

/** What the figure must keep: exactly one of the four bounds. */
type BoundInput =
  | {
      readonly min: number;
      readonly max?: never;
      readonly maxDrop?: never;
      readonly maxRise?: never;
      readonly comparedTo?: never;
    }
  | {
      readonly max: number;
      readonly min?: never;
      readonly maxDrop?: never;
      readonly maxRise?: never;
      readonly comparedTo?: never;
    }
  | {
      readonly maxDrop: number;
      readonly comparedTo: ComparedToInput;
      readonly min?: never;
      readonly max?: never;
      readonly maxRise?: never;
    }
  | {
      readonly maxRise: number;
      readonly comparedTo: ComparedToInput;
      readonly min?: never;
      readonly max?: never;
      readonly maxDrop?: never;
    };

/** One thing that a model owes; an alert is made of it. */
export type ObjectiveInput<Class = ClassInput, Window = WindowInput, Severity = string> = MetricInput<Class> &
  BoundInput & {
    /** The alert's name; made from metric and class when it is not given. */
    readonly name?: string;
    /** One of the config's windows, in the same form. */
    readonly window: Window;
    /** One of the severities of the model's team. */
    readonly severity: Severity;
    /** How long the bound must be broken before the alert fires; default `"10m"`. */
    readonly for?: string;
    /** How long the alert fires on after the bound is kept again; default `"0s"`. */
    readonly keepFiringFor?: string;
    /** With fewer outcomes the alert keeps quiet; default 100. */
    readonly minSamples?: number;
    /** One-sided confidence, above 0.5 and below 1, that the bound is broken; default 0.995. */
    readonly confidence?: number;
    /** An http(s) address; default: the model's. */
    readonly runbook?: string;
  };

/** What is owed for a model, and by whom. */
export interface ModelInput {
  readonly team?: string | undefined;
  /** Learned from the log when they are not declared. */
  readonly classes?: ClassesInput | undefined;
  readonly runbook?: string;
  readonly dashboard?: string;
  readonly objectives?: readonly ObjectiveInput[];
}

/**
 * A stretch of time that comes again. A moment is in it when it is in one of each list that is given; each item is one
 * word or a range, both ends included: `"monday:friday"`. A range does not wrap round.
 */
export interface TimeIntervalInput {
  /** `"monday"`, `"monday:friday"`; a week begins on Sunday. */
  readonly weekdays?: readonly string[];
  /** From `start` until just before `end`, as `"09:00"`, at most `"24:00"`. */
  readonly times?: readonly { readonly start: string; readonly end: string }[];
  /** `"1"`, `"1:7"`, or from the end of the month: `"-1"` is its last day. */
  readonly daysOfMonth?: readonly string[];
  /** `"january"`, `"june:august"` or `"6:8"`. */
  readonly months?: readonly string[];
  /** `"2026"`, `"2026:2027"`. */
  readonly years?: readonly string[];
  /** The time zone, like `"Europe/Berlin"`; default UTC. Needs Alertmanager 0.25. */
  readonly location?: string;
}

/** Who is told of the alerts of a severity: receivers, and where need be, when. */
export type SeverityInput<ReceiverName = string, IntervalName = string> =
  | readonly ReceiverName[]
  | {
      readonly receivers: readonly ReceiverName[];
      /** Nobody is told while one of these is on. The route still ends the search for others. */
      readonly muteTimeIntervals?: readonly IntervalName[];
      /** Nobody is told but while one of these is on. Needs Alertmanager 0.24. */
      readonly activeTimeIntervals?: readonly IntervalName[];
    };

/** How Alertmanager groups and repeats. */
export interface AlertingInput<ReceiverName = string> {
  /** Takes what no team takes; must be given when there are receivers. */
  readonly defaultReceiver?: ReceiverName;
  /** Default `"30s"`. */
  readonly groupWait?: string;
  /** Default `"5m"`. */
  readonly groupInterval?: string;
  /** Default `"4h"`. */
  readonly repeatInterval?: string;
  /** Alertmanager's version that the files are written for; default `"0.25"`. */
  readonly version?: string;
  /** Names for stretches of time, at which the severities of a team may be muted or active. */
  readonly timeIntervals?: Readonly<Record<string, readonly TimeIntervalInput[]>>;
}

/** What `prometheus.yml` is made of. */
export interface PrometheusInput {
  /** `host:port` of each exporter; default `["127.0.0.1:9877"]`. */
  readonly targets?: readonly string[];
  /** `host:port` of each Alertmanager; default `["127.0.0.1:9093"]`. */
  readonly alertmanagers?: readonly string[];
  /** Default `"15s"`. */
  readonly scrapeInterval?: string;
  /** Default `"15s"`. */
  readonly evaluationInterval?: string;
  /** Prometheus' version that the files are written for; default `"2.42"`. */
  readonly version?: string;
  /** Whether replicas see different logs, whose counts are added (the default), or the same log. */
  readonly replicas?: "sharded" | "mirrored";
}

/** What the Kubernetes manifests are made of. */
export interface KubernetesInput {
  /** Where the models and the sidecars live; default `"models"`. */
  readonly namespace?: string;
  /** Kubernetes' version that the files are written for; default `"1.29"`, the first with native sidecars. */
  readonly version?: string;
  /** The exporter's image, as your cluster can pull it; default: the one that `deploy/compose.yaml` builds. */
  readonly image?: string;
  /** Labels that the cluster's Prometheus picks monitors and rules by: `{ release: "kube-prometheus-stack" }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The container that the model runs in; default `"model"`. */
  readonly container?: string;
  /** How much the logs of a pod may take before it is evicted; default `"1Gi"`. */
  readonly logVolumeSize?: string;
  /** What the DaemonSet reads under `/var/log/pods`; default: what containers of the name `container` print. */
  readonly podLogs?: readonly string[];
  /** The secret with what the receivers' files hold elsewhere; default `"model-quality-receivers"`. */
  readonly receiversSecret?: string;
}

/** Where the dashboard is to be found. */
export interface GrafanaInput {
  /** Grafana's address: alerts of models without a `dashboard` of their own link to the generated one there. */
  readonly url?: string;
}

/** What bounds memory and judges times. */
export interface LimitsInput {
  /** Tags past this many are dropped and counted; default 1000. */
  readonly maxTags?: number;
  /** Classes of a tag past this many become `__other__`; declared ones never do. Default 100. */
  readonly maxClasses?: number;
  /** Longer lines are skipped and counted; default 1048576. */
  readonly maxLineBytes?: number;
  /** A line with a longer label value or class is rejected; default 1024. */
  readonly maxValueBytes?: number;
  /** Outcomes later than now by more than this are counted and placed at now; default `"1m"`. */
  readonly futureTolerance?: string;
  /** A tag without an outcome for this long is forgotten; default `"24h"`, and never less than the longest window. */
  readonly tagIdle?: string;
  /** Slices of each time window; default 60. */
  readonly panes?: number;
}

/** The whole config, as `defineConfig` hands it on. */
export interface UserConfig {
  readonly sources: readonly SourceInput[];
  readonly windows?: readonly WindowInput[];
  readonly models?: Readonly<Record<string, ModelInput>>;
  readonly teams?: Readonly<Record<string, Readonly<Record<string, SeverityInput>>>>;
  readonly receivers?: Readonly<Record<string, ReceiverInput>>;
  readonly alerting?: AlertingInput;
  readonly prometheus?: PrometheusInput;
  readonly kubernetes?: KubernetesInput;
  readonly grafana?: GrafanaInput;
  readonly extend?: ExtendInput;
  readonly limits?: LimitsInput;
}
