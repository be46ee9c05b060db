import type { ExtendInput } from "./extend-input.ts";
import type * as keys from "./input-types.ts";

/** A class, as a config writes it: `1`, `"1"` and `"1.0"` are one class, `true` is what a log writes as `true`. */
export type ClassInput = string | number | boolean;

/** A stretch that is counted: a Prometheus duration (`"5m"`, `"1h30m"`) or the last N outcomes. */
export type WindowInput = string | { readonly last: number };

/** The windows of a config that names none. */
export type DefaultWindows = readonly ["5m", "1h", "24h", { readonly last: 1000 }];

/** Which figure an objective is about. */
type MetricInput<Class> =
  | {
      readonly metric: keys.WindowMetric;
      readonly class?: never;
      readonly average?: never;
    }
  | { readonly metric: keys.ClassMetric; readonly class: Class; readonly average?: never }
  | {
      readonly metric: keys.AveragedMetric;
      readonly average: keys.Average;
      readonly class?: never;
    };

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
      readonly comparedTo: keys.ComparedToInput;
      readonly min?: never;
      readonly max?: never;
      readonly maxRise?: never;
    }
  | {
      readonly maxRise: number;
      readonly comparedTo: keys.ComparedToInput;
      readonly min?: never;
      readonly max?: never;
      readonly maxDrop?: never;
    };

/** The keys of an objective that no other part of the config bears upon. */
type OwnObjectiveKeys = Omit<
  keys.ObjectiveKeys,
  "metric" | "class" | "average" | "min" | "max" | "maxDrop" | "maxRise" | "comparedTo" | "window" | "severity"
>;

/** One thing that a model owes; an alert is made of it. */
export type ObjectiveInput<Class = ClassInput, Window = WindowInput, Severity = string> = MetricInput<Class> &
  BoundInput &
  OwnObjectiveKeys & {
    /** One of the config's windows, in the same form. */
    readonly window: Window;
    /** One of the severities of the model's team. */
    readonly severity: Severity;
  };

/** What is owed for a model, and by whom. */
export type ModelInput = Omit<keys.ModelKeys, "objectives"> & {
  /** What the model owes; an alert is made of each. */
  readonly objectives?: readonly ObjectiveInput[];
};

/** Who is told of the alerts of a severity: receivers, and where need be, when. */
export type SeverityInput<ReceiverName = string, IntervalName = string> =
  | readonly ReceiverName[]
  | {
      /** The names of the receivers that are told. */
      readonly receivers: readonly ReceiverName[];
      /** Nobody is told while one of these is on. The route still ends the search for others. */
      readonly muteTimeIntervals?: readonly IntervalName[];
      /** Nobody is told but while one of these is on. Needs Alertmanager 0.24. */
      readonly activeTimeIntervals?: readonly IntervalName[];
    };

/** How Alertmanager groups and repeats. */
export type AlertingInput<ReceiverName = string> = Omit<keys.AlertingKeys, "defaultReceiver"> & {
  /** Takes what no team takes; must be given when there are receivers. */
  readonly defaultReceiver?: ReceiverName;
};

/** The whole config, as `defineConfig` hands it on. */
export interface UserConfig {
  readonly sources: readonly keys.SourceInput[];
  readonly windows?: readonly WindowInput[];
  readonly models?: Readonly<Record<string, ModelInput>>;
  readonly teams?: Readonly<Record<string, Readonly<Record<string, SeverityInput>>>>;
  readonly receivers?: Readonly<Record<string, keys.ReceiverInput>>;
  readonly alerting?: AlertingInput;
  readonly prometheus?: keys.PrometheusInput;
  readonly kubernetes?: keys.KubernetesInput;
  readonly grafana?: keys.GrafanaInput;
  readonly extend?: ExtendInput;
  readonly limits?: keys.LimitsInput;
}
