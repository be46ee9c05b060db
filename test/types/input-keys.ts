import type { alertingShape, severityShape } from "../../src/config/alerting.ts";
import type { Average } from "../../src/config/config.ts";
import type { extendShape } from "../../src/config/extend.ts";
import type { extraRouteShape } from "../../src/config/extra-routes.ts";
import type { ExtendInput, RouteInput, RuleGroupInput, RuleInput } from "../../src/config/extend-input.ts";
import type { fieldsShape } from "../../src/config/fields.ts";
import type { grafanaShape } from "../../src/config/grafana.ts";
import type { kubernetesShape } from "../../src/config/kubernetes.ts";
import type { limitsShape } from "../../src/config/limits.ts";
import type { modelShape, objectiveShape } from "../../src/config/models.ts";
import type { prometheusShape } from "../../src/config/prometheus.ts";
import type { ruleGroupShape, ruleShape } from "../../src/config/rule-group.ts";
import type { configShape } from "../../src/config/schema.ts";
import type { sourceShape } from "../../src/config/sources.ts";
import type { timeIntervalShape } from "../../src/config/time-intervals.ts";
import type {
  AlertingInput,
  FieldsInput,
  GrafanaInput,
  KubernetesInput,
  LimitsInput,
  ModelInput,
  ObjectiveInput,
  PrometheusInput,
  SeverityInput,
  SourceInput,
  TimeIntervalInput,
  UserConfig,
} from "../../src/config/user-config.ts";

// The types that the editor knows and the schemas that the check knows have the same keys: a key that is only on one
// side is an error here.

/** The keys of any member of a union. */
type Keys<T> = T extends unknown ? keyof T : never;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

export const same: readonly true[] = [
  true satisfies Same<Extract<ObjectiveInput, { average: string }>["average"], Average>,
  true satisfies Same<Keys<UserConfig>, keyof ReturnType<typeof configShape>>,
  true satisfies Same<Keys<SourceInput>, keyof ReturnType<typeof sourceShape>>,
  true satisfies Same<Keys<FieldsInput>, keyof ReturnType<typeof fieldsShape>>,
  true satisfies Same<Keys<ModelInput>, keyof typeof modelShape>,
  true satisfies Same<Keys<ObjectiveInput>, keyof typeof objectiveShape>,
  true satisfies Same<Keys<AlertingInput>, keyof typeof alertingShape>,
  true satisfies Same<Keys<Extract<SeverityInput, { receivers: unknown }>>, keyof typeof severityShape>,
  true satisfies Same<Keys<TimeIntervalInput>, keyof typeof timeIntervalShape>,
  true satisfies Same<Keys<PrometheusInput>, keyof typeof prometheusShape>,
  true satisfies Same<Keys<KubernetesInput>, keyof typeof kubernetesShape>,
  true satisfies Same<Keys<GrafanaInput>, keyof typeof grafanaShape>,
  true satisfies Same<Keys<ExtendInput>, keyof typeof extendShape>,
  true satisfies Same<Keys<RouteInput>, keyof typeof extraRouteShape | "routes">,
  true satisfies Same<Keys<RuleGroupInput>, keyof typeof ruleGroupShape>,
  true satisfies Same<Keys<RuleInput>, keyof typeof ruleShape>,
  true satisfies Same<Keys<LimitsInput>, keyof typeof limitsShape>,
];
