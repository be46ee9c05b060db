import type { ExtendKeys, RouteKeys, RuleGroupInput } from "./input-types.ts";

/** A route, in Alertmanager's own words. */
export type RouteInput<ReceiverName = string, IntervalName = string> = Omit<
  RouteKeys,
  "receiver" | "mute_time_intervals" | "active_time_intervals" | "routes"
> & {
  /** Who is told; without it, as the route above. */
  readonly receiver?: ReceiverName;
  /** Nobody is told while one of these is on. */
  readonly mute_time_intervals?: readonly IntervalName[];
  /** Nobody is told but while one of these is on. */
  readonly active_time_intervals?: readonly IntervalName[];
  /** Routes below this one. */
  readonly routes?: readonly RouteInput<ReceiverName, IntervalName>[];
};

/** A receiver, in Alertmanager's own words: `{ sns_configs: [{ topic_arn: "..." }] }`. Secrets stand in files. */
export type RawReceiverInput = Readonly<Record<`${string}_configs`, readonly Readonly<Record<string, unknown>>[]>>;

/** What is added to the generated files, or changed in them, so that nobody edits them. */
export type ExtendInput<ReceiverName = string, IntervalName = string> = Omit<ExtendKeys, "routes"> & {
  /** Further routes; they come before the generated ones. */
  readonly routes?: readonly RouteInput<ReceiverName, IntervalName>[];
  /**
   * Gets every generated group of rules and gives what is written in its place: with rules changed, left out or added.
   * The only function of a config. It must give the same for the same.
   */
  readonly changeRules?: (group: RuleGroupInput) => RuleGroupInput;
};
