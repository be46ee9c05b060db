// Written by `npm run docs` from the schema: edits are lost.

import type { WindowInput } from "./user-config.ts";

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

/** The keys of exposition. */
export interface ExpositionInput {
  /** Cells of the confusion matrix on `/metrics`: all, those above 0, or none. Default `"all"`. */
  readonly confusion?: undefined | "all" | "nonzero" | "none";
}

/** The keys of grafana. */
export interface GrafanaInput {
  /** The address of Grafana, for links to the generated dashboard in alerts of models without their own `dashboard`. */
  readonly url?: undefined | string;
}

/** The keys of join. */
export interface JoinInput {
  /** What a prediction and its label have in common: `["id"]`, or `["model", "id"]` where models share ids. Default `["id"]`. */
  readonly by?: undefined | readonly ("model" | "id")[];
  /** How long after its prediction a label may be, by their own times. Default `"24h"`. */
  readonly within?: undefined | string;
  /** How long before its prediction a label may be. Default `"1h"`. */
  readonly early?: undefined | string;
  /** Where an outcome counts: at the later of its two times, or at that of its prediction. Default `"label"`. */
  readonly placeAt?: undefined | "label" | "prediction";
  /** Maximum number of remembered ids, 18 bytes each; past it joined ones are forgotten, then the oldest. Default `1000000`, from 16 to 100000000. */
  readonly maxIds?: undefined | number;
  /** The class of predictions without a label after `within`; by default they are not counted. */
  readonly absent?: undefined | string | number | boolean;
  /** The age at which a prediction is due to have its label: shares of labelled predictions are of those so old. */
  readonly maturity?: undefined | string;
}

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
  /** Name of the Secret with the file of `http.tokensFile`, or `tokens`, for pods that take events by HTTP. Default `"model-quality-events"`. */
  readonly eventsSecret?: undefined | string;
  /** Web security of the exporter's pods, by Secrets; by default anybody who reaches a pod may ask it. */
  readonly web?: undefined | WebInput;
}

/** The keys of limits. */
export interface LimitsInput {
  /** Maximum number of tags; outcomes of further tags are dropped and counted, unless an undeclared one was idle for ten minutes. Default `1000`, from 1 to 1000000. */
  readonly maxTags?: undefined | number;
  /** Maximum number of tags that one source brings; by default that of `maxTags`. From 1 to 1000000. */
  readonly maxTagsPerSource?: undefined | number;
  /** Maximum number of classes of a tag; further classes become `__other__`, unless an undeclared one of them was idle for ten minutes. Default `100`, from 2 to 10000. */
  readonly maxClasses?: undefined | number;
  /** Maximum number of files of a source, links to them not counted; further ones, those written longest ago, are refused and counted. Default `1000`, from 1 to 100000. */
  readonly maxFiles?: undefined | number;
  /** Maximum number of series of models on `/metrics`; past it leave, in this order: cells of confusion matrices, ratios by class, averages, and counts by class of models without objectives. Default `1000000`, from 100 to 100000000. */
  readonly maxSeries?: undefined | number;
  /** Maximum bytes of a line; longer ones are rejected. Default `1048576`, from 64 to 268435456. */
  readonly maxLineBytes?: undefined | number;
  /** Maximum bytes of a label value or class; lines with longer ones are rejected. Default `1024`, from 1 to 65536. */
  readonly maxValueBytes?: undefined | number;
  /** Maximum bytes of the state; a commit that would pass it fails, as on a full disk. Its file may be twice as large. Default `268435456`, from 1048576 to 1099511627776. */
  readonly maxStateBytes?: undefined | number;
  /** Outcomes further in the future are counted as of now. Default `"1m"`. */
  readonly futureTolerance?: undefined | string;
  /** Idle time after which a tag is removed; at least the longest window, and an hour more than the longest `silentAfter`. Default `"24h"`. */
  readonly tagIdle?: undefined | string;
  /** Number of panes of each time window. Default `60`, from 1 to 3600. */
  readonly panes?: undefined | number;
}

/** The keys of model join. */
export interface ModelJoinInput {
  /** How long after its prediction a label may be, by their own times. */
  readonly within?: undefined | string;
  /** How long before its prediction a label may be. */
  readonly early?: undefined | string;
  /** The class of predictions without a label after `within`; by default they are not counted. */
  readonly absent?: undefined | string | number | boolean;
  /** The age at which a prediction is due to have its label: shares of labelled predictions are of those so old. */
  readonly maturity?: undefined | string;
}

/** The keys of model. */
export interface ModelKeys {
  /** The responsible team. */
  readonly team?: undefined | string;
  /** The classes, or an object of classes and their other spellings; by default learned from the log. */
  readonly classes?: undefined | ClassesInput;
  /** How long the model may be without an outcome before an alert fires; `"never"` for no such alert. Default `"1h"`. */
  readonly silentAfter?: undefined | string;
  /** What differs from the config's `join` for this model. */
  readonly join?: undefined | ModelJoinInput;
  /** URL of the runbook in alerts. */
  readonly runbook?: undefined | string;
  /** URL of the dashboard in alerts. */
  readonly dashboard?: undefined | string;
  /** The model's objectives, each of which becomes an alert. */
  readonly objectives?: undefined | readonly ObjectiveKeys[];
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
  /** Minimum number of outcomes for the alert to fire; at most N in a window of the last N. Default `100`, from 1 to 1000000000. */
  readonly minSamples?: undefined | number;
  /** One-sided confidence required to conclude that a violation is not due to chance. Default `0.995`, above 0.5 and below 1. */
  readonly confidence?: undefined | number;
  /** Minimum share of the predictions in the window, of those as old as the `maturity`, that must be labelled for the alert to fire; by default none. */
  readonly minLabelled?: undefined | number;
  /** URL of the runbook; by default the model's. */
  readonly runbook?: undefined | string;
}

/** The keys of prometheus. */
export interface PrometheusInput {
  /** `host:port` of each exporter. Default `["127.0.0.1:9877"]`. */
  readonly targets?: undefined | readonly string[];
  /** `host:port` of each Alertmanager. Default `["127.0.0.1:9093"]`. */
  readonly alertmanagers?: undefined | readonly string[];
  /** Scrape interval of the exporters. Default `"15s"`. */
  readonly scrapeInterval?: undefined | string;
  /** TLS towards the exporters, where their `--web.config.file` has it; `{}` for one that the system trusts. */
  readonly tls?: undefined | ScrapeTlsInput;
  /** Login at the exporters, where their `--web.config.file` demands one. */
  readonly basicAuth?: undefined | ScrapeLoginInput;
  /** Evaluation interval of the rules. Default `"15s"`. */
  readonly evaluationInterval?: undefined | string;
  /** Version of Prometheus to generate files for. Default `"2.42"`. */
  readonly version?: undefined | string;
  /** `sharded` when replicas read different logs, whose counts are summed; `mirrored` when they read the same log. Default `"sharded"`. */
  readonly replicas?: undefined | "sharded" | "mirrored";
}

/** The keys of scrape login. */
export interface ScrapeLoginInput {
  /** Name of a user of the exporters. */
  readonly username: string;
  /** File with the password, for Prometheus to read. */
  readonly passwordFile: string;
}

/** The keys of scrape tls. */
export interface ScrapeTlsInput {
  /** Certificate of the authority that issued the exporters'; by default those that the system trusts. */
  readonly caFile?: undefined | string;
  /** Certificate that Prometheus shows the exporters. */
  readonly certFile?: undefined | string;
  /** Key of `certFile`. */
  readonly keyFile?: undefined | string;
  /** Name that the exporters' certificates are for, where it is not in `targets`. */
  readonly serverName?: undefined | string;
  /** Takes any certificate of the exporters. Default `false`. */
  readonly insecureSkipVerify?: undefined | boolean;
}

/** The keys of status page. */
export interface StatusPageInput {
  /** The address of the exporter's status page, for links in alerts to the tag and window they speak of. */
  readonly url?: undefined | string;
}

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

/** The keys of web. */
export interface WebInput {
  /** Name of the Secret whose `web-config.yml` is the `--web.config.file`; its files lie in one folder with those of `tls.secret`. Default `"model-quality-web-config"`. */
  readonly configSecret?: undefined | string;
  /** TLS of the exporter, which its web config must have as well; by default it is asked by plain HTTP. */
  readonly tls?: undefined | WebTlsInput;
  /** Name of the Secret with the `username` and `password` with which Prometheus logs in. */
  readonly basicAuthSecret?: undefined | string;
}

/** The keys of web tls. */
export interface WebTlsInput {
  /** Name of the Secret with the exporter's `tls.crt` and `tls.key`, and `ca.crt` for Prometheus, as cert-manager writes it. Default `"model-quality-web-tls"`. */
  readonly secret?: undefined | string;
  /** Name that the certificate is for: pods are scraped by their addresses. Default `"model-quality-exporter"`. */
  readonly serverName?: undefined | string;
  /** Name of the Secret with the `tls.crt` and `tls.key` that Prometheus shows the exporter. */
  readonly clientSecret?: undefined | string;
}
