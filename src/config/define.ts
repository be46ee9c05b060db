import type { ExtendInput, RawReceiverInput } from "./extend-input.ts";
import type {
  ClassesInput,
  GrafanaInput,
  KubernetesInput,
  LimitsInput,
  PrometheusInput,
  ReceiverInput,
  SourceInput,
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

/** What was written when it fits, else what would have: the compiler infers through it and still names the fault. */
type Fitting<Given, Wanted> = Given extends Wanted ? Given : Wanted;

/** The classes that an objective may name: the declared ones (`0` also as `"0"`), or any when they are learned. */
type ClassOf<Classes> = Classes extends readonly (infer Class extends ClassInput)[]
  ? Class | `${Class}`
  : Classes extends Readonly<Record<infer Class extends string | number, readonly ClassInput[]>>
    ? Class | `${Class}`
    : ClassInput;

/** The severities of a team; any while the team is not known. */
type SeverityOf<Teams, Team> = Team extends keyof Teams ? keyof Teams[Team] & string : string;

/** What a config without receivers, teams or models has of them: no name at all. */
type Nothing = Readonly<Record<symbol, never>>;

/**
 * Writes a config with the compiler's help: an unknown key, and a team, receiver, severity, window or declared class
 * that is not there, is an error in the editor. It gives back what it is given; the config is checked when it is loaded,
 * whoever wrote it.
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
  /** The logs to follow: the only key that a config must have. */
  readonly sources: readonly SourceInput[];
  /** Default: `["5m", "1h", "24h", { last: 1000 }]`. */
  readonly windows?: Windows;
  /** What is owed for a model, and by whom; `"*"` stands for every model that is not named. */
  readonly models?: {
    readonly [Name in keyof TeamOf]: { readonly team?: Fitting<TeamOf[Name], keyof NoInfer<Teams> & string> };
  } & {
    readonly [Name in keyof Classes]: {
      readonly classes?: Fitting<Classes[Name], ClassesInput>;
      readonly objectives?: readonly ObjectiveInput<
        ClassOf<NoInfer<Classes>[Name]>,
        NoInfer<Windows>[number],
        SeverityOf<NoInfer<Teams>, Name extends keyof TeamOf ? NoInfer<TeamOf>[Name] : undefined>
      >[];
    } & Pick<ModelInput, "runbook" | "dashboard">;
  };
  /** Who answers: for each team, severity to receivers, and where need be when they are told. */
  readonly teams?: Teams;
  /** Where notifications go. */
  readonly receivers?: { readonly [Name in keyof Receivers]: ReceiverInput };
  readonly alerting?: Omit<
    AlertingInput<(keyof NoInfer<Receivers> | keyof NoInfer<Further>) & string>,
    "timeIntervals"
  > & {
    /** Names for stretches of time, at which the severities of a team may be muted or active. */
    readonly timeIntervals?: { readonly [Name in keyof Intervals]: readonly TimeIntervalInput[] };
  };
  readonly prometheus?: PrometheusInput;
  readonly kubernetes?: KubernetesInput;
  readonly grafana?: GrafanaInput;
  /** What is added to the generated files, or changed in them, so that nobody edits them. */
  readonly extend?: Omit<
    ExtendInput<(keyof NoInfer<Receivers> | keyof NoInfer<Further>) & string, keyof NoInfer<Intervals> & string>,
    "receivers"
  > & {
    /** Further receivers, by name, in Alertmanager's own words. */
    readonly receivers?: { readonly [Name in keyof Further]: RawReceiverInput };
  };
  readonly limits?: LimitsInput;
}): UserConfig {
  return config;
}
