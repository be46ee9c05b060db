import type { alertingShape, severityShape } from "../../src/config/alerting.ts";
import type { ExtendInput, RouteInput } from "../../src/config/extend-input.ts";
import type { extendShape } from "../../src/config/extend.ts";
import type { extraRouteShape } from "../../src/config/extra-routes.ts";
import type { modelShape, objectiveShape } from "../../src/config/models.ts";
import type * as written from "../../src/config/input-types.ts";
import type { configShape } from "../../src/config/schema.ts";
import type * as words from "../../src/quality/metrics.ts";
import type {
  AlertingInput,
  ModelInput,
  ObjectiveInput,
  SeverityInput,
  UserConfig,
} from "../../src/config/user-config.ts";

// The types that are written by hand, since their keys name each other, have the keys of the schema: a key that is only on
// one side is an error here. All other types are written from the schema.

/** The keys of any member of a union. */
type Keys<T> = T extends unknown ? keyof T : never;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

export const same: readonly true[] = [
  true satisfies Same<Keys<UserConfig>, keyof ReturnType<typeof configShape>>,
  true satisfies Same<Keys<ModelInput>, keyof typeof modelShape>,
  true satisfies Same<Keys<ObjectiveInput>, keyof typeof objectiveShape>,
  true satisfies Same<Keys<AlertingInput>, keyof typeof alertingShape>,
  true satisfies Same<Keys<Extract<SeverityInput, { receivers: unknown }>>, keyof typeof severityShape>,
  true satisfies Same<Keys<ExtendInput>, keyof typeof extendShape>,
  true satisfies Same<written.WindowMetric, words.WindowWord>,
  true satisfies Same<written.ClassMetric, words.ClassWord>,
  true satisfies Same<written.AveragedMetric, words.AveragedWord>,
  true satisfies Same<written.Average, words.Average>,
  true satisfies Same<Keys<RouteInput>, keyof typeof extraRouteShape | "routes">,
];
