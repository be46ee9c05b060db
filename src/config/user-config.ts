import type { ExtendInput } from "./extend-input.ts";
import type * as keys from "./input-types.ts";

/** A class: `1`, `"1"` and `"1.0"` are the same class; `true` is a log's `true`. */
export type ClassInput = string | number | boolean;

/** A window: a Prometheus duration (`"5m"`, `"1h30m"`), the last N outcomes, or one of predictions of an age. */
export type WindowInput = string | { readonly last: number } | { readonly span: string; readonly older: string };

/** The default windows. */
export type DefaultWindows = readonly ["5m", "1h", "24h", { readonly last: 1000 }];

/** The metric of an objective. */
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

/** The bound of an objective: exactly one of four. */
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

/** Keys of an objective that are independent of the rest of the config. */
type OwnObjectiveKeys = Omit<
  keys.ObjectiveKeys,
  "metric" | "class" | "average" | "min" | "max" | "maxDrop" | "maxRise" | "comparedTo" | "window" | "severity"
>;

/** An objective of a model, which becomes an alert. */
export type ObjectiveInput<Class = ClassInput, Window = WindowInput, Severity = string> = MetricInput<Class> &
  BoundInput &
  OwnObjectiveKeys & {
    /** One of the config's windows, in the same form. */
    readonly window: Window;
    /** One of the severities of the model's team. */
    readonly severity: Severity;
  };

/** Settings and objectives of a model. */
export type ModelInput = Omit<keys.ModelKeys, "objectives"> & {
  /** The model's objectives, each of which becomes an alert. */
  readonly objectives?: readonly ObjectiveInput[];
};

/** Receivers of a severity, with time intervals where needed. */
export type SeverityInput<ReceiverName = string, IntervalName = string> =
  | readonly ReceiverName[]
  | {
      /** Names of the receivers to notify. */
      readonly receivers: readonly ReceiverName[];
      /** Time intervals without notifications. Alerts still match this route and no later one. */
      readonly muteTimeIntervals?: readonly IntervalName[];
      /** Time intervals outside of which there are no notifications. Needs Alertmanager 0.24. */
      readonly activeTimeIntervals?: readonly IntervalName[];
    };

/** Grouping and repetition of notifications. */
export type AlertingInput<ReceiverName = string> = Omit<keys.AlertingKeys, "defaultReceiver"> & {
  /** Receiver of alerts that no team routes; required when there are receivers. */
  readonly defaultReceiver?: ReceiverName;
};

/** The user's config, as returned by `defineConfig`. */
export interface UserConfig {
  readonly sources: readonly keys.SourceInput[];
  readonly windows?: readonly WindowInput[];
  readonly join?: keys.JoinInput;
  readonly models?: Readonly<Record<string, ModelInput>>;
  readonly teams?: Readonly<Record<string, Readonly<Record<string, SeverityInput>>>>;
  readonly receivers?: Readonly<Record<string, keys.ReceiverInput>>;
  readonly alerting?: AlertingInput;
  readonly prometheus?: keys.PrometheusInput;
  readonly kubernetes?: keys.KubernetesInput;
  readonly grafana?: keys.GrafanaInput;
  readonly statusPage?: keys.StatusPageInput;
  readonly influxdb?: keys.InfluxdbInput;
  readonly exposition?: keys.ExpositionInput;
  readonly extend?: ExtendInput;
  readonly limits?: keys.LimitsInput;
}
