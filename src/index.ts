export { defineConfig } from "./config/define.ts";
export { Problem } from "./problem.ts";
export type { ExtendInput, RawReceiverInput, RouteInput, RuleGroupInput, RuleInput } from "./config/extend-input.ts";
export type { ReceiverInput } from "./config/receivers.ts";
export type {
  AlertingInput,
  ClassInput,
  FieldInput,
  FieldsInput,
  GrafanaInput,
  KubernetesInput,
  LimitsInput,
  ModelInput,
  ObjectiveInput,
  PrometheusInput,
  ScoreInput,
  SeverityInput,
  SourceInput,
  TimeIntervalInput,
  UserConfig,
  WindowInput,
} from "./config/user-config.ts";
