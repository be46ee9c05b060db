import type { ExtendInput, RawReceiverInput } from "./extend-input.ts";
import type {
  ClassesInput,
  ExpositionInput,
  GrafanaInput,
  InfluxdbInput,
  JoinInput,
  KubernetesInput,
  LimitsInput,
  PrometheusInput,
  ReceiverInput,
  SourceInput,
  StatusPageInput,
  TimeIntervalInput,
} from "./input-types.ts";
import type {
  AlertingInput,
  ClassInput,
  DefaultWindows,
  ModelInput,
  ObjectiveInput,
  SeverityInput,
  UserConfig,
  WindowInput,
} from "./user-config.ts";

/** The given type if it is valid, else the expected one: allows inference and gives precise compiler errors. */
type Checked<Given, Expected> = Given extends Expected ? Given : Expected;

/** Classes that an objective can name: the declared ones (`0` also as `"0"`), or any when they are learned. */
type ClassOf<Classes> = Classes extends readonly (infer Class extends ClassInput)[]
  ? Class | `${Class}`
  : Classes extends Readonly<Record<infer Class extends string | number, readonly ClassInput[]>>
    ? Class | `${Class}`
    : ClassInput;

/** Severities of a team; any for an unknown team. */
type SeverityOf<Teams, Team> = Team extends keyof Teams ? keyof Teams[Team] & string : string;

/** Default for a missing section: an object without names. */
type Nothing = Readonly<Record<symbol, never>>;

/**
 * Checks a config's types in the editor: unknown keys, and references to missing teams, receivers, severities, windows or
 * classes, are compiler errors. Returns its argument; every config is validated again when it is loaded.
 *
 * @example
 * ```ts
 * import { defineConfig } from "model-quality-exporter";
 *
 * export default defineConfig({
 *   sources: [{ files: ["/var/log/models/*.jsonl"] }],
 *   windows: ["1h", "24h"],
 *   models: {
 *     fraud: {
 *       team: "payments",
 *       classes: ["legit", "fraud"],
 *       objectives: [{ metric: "recall", class: "fraud", min: 0.85, window: "1h", severity: "critical" }],
 *     },
 *   },
 *   teams: { payments: { critical: ["pager"] } },
 *   receivers: { pager: { pagerduty: { routingKeyFile: "/etc/alertmanager/secrets/pagerduty" } } },
 *   alerting: { defaultReceiver: "pager" },
 * });
 * ```
 */
export function defineConfig<
  const Windows extends readonly WindowInput[] = DefaultWindows,
  const Receivers extends Readonly<Record<string, unknown>> = Nothing,
  const Further extends Readonly<Record<string, unknown>> = Nothing,
  const Intervals extends Readonly<Record<string, unknown>> = Nothing,
  const Teams extends Readonly<
    Record<
      string,
      Readonly<Record<string, SeverityInput<(keyof Receivers | keyof Further) & string, keyof Intervals & string>>>
    >
  > = Nothing,
  const TeamOf extends Readonly<Record<string, unknown>> = Nothing,
  const Classes extends Readonly<Record<string, unknown>> = Nothing,
>(config: {
  /** The logs to follow; the only required key. */
  readonly sources: readonly SourceInput[];
  /** Default: `["5m", "1h", "24h", { last: 1000 }]`. */
  readonly windows?: Windows;
  /** How predictions and labels of separate lines are joined; by default both must be on one line. */
  readonly join?: JoinInput;
  /** Settings and objectives of each model; `"*"` stands for every unnamed model. */
  readonly models?: {
    readonly [Name in keyof TeamOf]: { readonly team?: Checked<TeamOf[Name], keyof NoInfer<Teams> & string> };
  } & {
    readonly [Name in keyof Classes]: {
      readonly classes?: Checked<Classes[Name], ClassesInput>;
      readonly objectives?: readonly ObjectiveInput<
        ClassOf<NoInfer<Classes>[Name]>,
        NoInfer<Windows>[number],
        SeverityOf<NoInfer<Teams>, Name extends keyof TeamOf ? NoInfer<TeamOf>[Name] : undefined>
      >[];
    } & Pick<ModelInput, "silentAfter" | "join" | "runbook" | "dashboard">;
  };
  /** Receivers of each team by severity, with time intervals where needed. */
  readonly teams?: Teams;
  /** Destinations of notifications. */
  readonly receivers?: { readonly [Name in keyof Receivers]: ReceiverInput };
  readonly alerting?: Omit<
    AlertingInput<(keyof NoInfer<Receivers> | keyof NoInfer<Further>) & string>,
    "timeIntervals"
  > & {
    /** Named time intervals, at which severities of a team can be muted or active. */
    readonly timeIntervals?: { readonly [Name in keyof Intervals]: readonly TimeIntervalInput[] };
  };
  readonly prometheus?: PrometheusInput;
  readonly kubernetes?: KubernetesInput;
  readonly grafana?: GrafanaInput;
  readonly statusPage?: StatusPageInput;
  readonly influxdb?: InfluxdbInput;
  readonly exposition?: ExpositionInput;
  /** Additions and changes to the generated files, in place of editing them. */
  readonly extend?: Omit<
    ExtendInput<(keyof NoInfer<Receivers> | keyof NoInfer<Further>) & string, keyof NoInfer<Intervals> & string>,
    "receivers"
  > & {
    /** Additional receivers by name, in Alertmanager's syntax. */
    readonly receivers?: { readonly [Name in keyof Further]: RawReceiverInput };
  };
  readonly limits?: LimitsInput;
}): UserConfig {
  return config;
}
