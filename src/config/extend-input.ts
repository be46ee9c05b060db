import type { ExtendKeys, RouteKeys, RuleGroupInput } from "./input-types.ts";

/** A route in Alertmanager's syntax. */
export type RouteInput<ReceiverName = string, IntervalName = string> = Omit<
  RouteKeys,
  "receiver" | "mute_time_intervals" | "active_time_intervals" | "routes"
> & {
  /** Receiver; by default that of the parent route. */
  readonly receiver?: ReceiverName;
  /** Time intervals without notifications. */
  readonly mute_time_intervals?: readonly IntervalName[];
  /** Time intervals outside of which there are no notifications. */
  readonly active_time_intervals?: readonly IntervalName[];
  /** Child routes. */
  readonly routes?: readonly RouteInput<ReceiverName, IntervalName>[];
};

/** A receiver in Alertmanager's syntax: `{ sns_configs: [{ topic_arn: "..." }] }`; secrets go into files. */
export type RawReceiverInput = Readonly<Record<`${string}_configs`, readonly Readonly<Record<string, unknown>>[]>>;

/** Additions and changes to the generated files, in place of editing them. */
export type ExtendInput<ReceiverName = string, IntervalName = string> = Omit<ExtendKeys, "routes"> & {
  /** Additional routes, placed before the generated ones. */
  readonly routes?: readonly RouteInput<ReceiverName, IntervalName>[];
  /**
   * Maps each generated rule group to the one to write: with rules changed, removed or added. Must be deterministic. The
   * only function in a config.
   */
  readonly changeRules?: (group: RuleGroupInput) => RuleGroupInput;
};
