export { defineConfig } from "./config/define.ts";
export { Problem } from "./problem.ts";
export type { ExtendInput, RawReceiverInput, RouteInput } from "./config/extend-input.ts";
export type {
  ClassesInput,
  FieldInput,
  FieldsInput,
  GrafanaInput,
  KubernetesInput,
  LimitsInput,
  PrometheusInput,
  ReceiverInput,
  RuleGroupInput,
  RuleInput,
  ScoreInput,
  SourceInput,
  TimeIntervalInput,
} from "./config/input-types.ts";
export type {
  AlertingInput,
  ClassInput,
  ModelInput,
  ObjectiveInput,
  SeverityInput,
  UserConfig,
  WindowInput,
} from "./config/user-config.ts";
