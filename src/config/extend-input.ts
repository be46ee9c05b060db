/** A group of rules, in Prometheus' own words. */
export interface RuleGroupInput {
  readonly name: string;
  readonly interval?: string | undefined;
  /** Needs Prometheus 2.53. */
  readonly query_offset?: string | undefined;
  readonly limit?: number | undefined;
  /** Needs Prometheus 3.0. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly rules: readonly RuleInput[];
}

/** A rule, in Prometheus' own words: either `alert` or `record`. */
export interface RuleInput {
  readonly alert?: string | undefined;
  readonly record?: string | undefined;
  readonly expr: string;
  readonly for?: string | undefined;
  /** Needs Prometheus 2.42. */
  readonly keep_firing_for?: string | undefined;
  /** Values are templates, as in a rule file. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** A route, in Alertmanager's own words. */
export interface RouteInput<ReceiverName = string, IntervalName = string> {
  /** `'severity="critical"'`, `'model=~"fraud|churn"'`. */
  readonly matchers?: readonly string[];
  /** Default: that of the route above. */
  readonly receiver?: ReceiverName;
  /** Whether the search goes on after this route; default false. */
  readonly continue?: boolean;
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly mute_time_intervals?: readonly IntervalName[];
  readonly active_time_intervals?: readonly IntervalName[];
  readonly routes?: readonly RouteInput<ReceiverName, IntervalName>[];
}

/** A receiver, in Alertmanager's own words: `{ sns_configs: [{ topic_arn: "..." }] }`. Secrets stand in files. */
export type RawReceiverInput = Readonly<Record<`${string}_configs`, readonly Readonly<Record<string, unknown>>[]>>;

/** What is added to the generated files, or changed in them, so that nobody edits them. */
export interface ExtendInput<ReceiverName = string, IntervalName = string> {
  /** Further groups of rules; they stand in `prometheus/rules/extra-rules.yml`. */
  readonly ruleGroups?: readonly RuleGroupInput[];
  /** Further routes; they come before the generated ones. */
  readonly routes?: readonly RouteInput<ReceiverName, IntervalName>[];
  /** Further receivers, by name. */
  readonly receivers?: Readonly<Record<string, RawReceiverInput>>;
  /**
   * Gets every generated group of rules and gives what is written in its place: with rules changed, left out or added.
   * The only function of a config. It must give the same for the same.
   */
  readonly changeRules?: (group: RuleGroupInput) => RuleGroupInput;
}
