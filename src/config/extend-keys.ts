// Written by `npm run docs` from the schema: edits are lost.

import type { RawReceiverInput } from "./extend-input.ts";

/** The keys of extend. */
export interface ExtendKeys {
  /** Additional rule groups, written to `prometheus/rules/extra-rules.yml`. */
  readonly ruleGroups?: undefined | readonly RuleGroupInput[];
  /** Additional routes, placed before the generated ones. */
  readonly routes?: undefined | readonly RouteKeys[];
  /** Additional receivers by name, in Alertmanager's syntax. */
  readonly receivers?: undefined | Readonly<Record<string, RawReceiverInput>>;
}

/** The keys of route. */
export interface RouteKeys {
  /** Conditions on labels: `severity="critical"`, `model=~"fraud|churn"`. */
  readonly matchers?: undefined | readonly string[];
  /** Receiver; by default that of the parent route. */
  readonly receiver?: undefined | string;
  /** Whether later routes are tried after a match. Default `false`. */
  readonly continue?: undefined | boolean;
  /** Labels that group alerts into one notification. */
  readonly group_by?: undefined | readonly string[];
  /** `alerting.groupWait` of this route. */
  readonly group_wait?: undefined | string;
  /** `alerting.groupInterval` of this route. */
  readonly group_interval?: undefined | string;
  /** `alerting.repeatInterval` of this route. */
  readonly repeat_interval?: undefined | string;
  /** Time intervals without notifications. */
  readonly mute_time_intervals?: undefined | readonly string[];
  /** Time intervals outside of which there are no notifications. */
  readonly active_time_intervals?: undefined | readonly string[];
  /** Child routes. */
  readonly routes?: undefined | readonly RouteKeys[];
}

/** The keys of rule group. */
export interface RuleGroupInput {
  /** The name of the group, unique among all groups. */
  readonly name: string;
  /** Evaluation interval of the group; by default Prometheus' global one. */
  readonly interval?: undefined | string;
  /** Offset of the evaluation time into the past. Needs Prometheus 2.53. */
  readonly query_offset?: undefined | string;
  /** Maximum number of alerts or series of a rule; 0 for no limit. From 0 to 1000000000. */
  readonly limit?: undefined | number;
  /** Labels of every rule of the group. Needs Prometheus 3.0. */
  readonly labels?: undefined | Readonly<Record<string, string>>;
  /** The rules, in order of evaluation. */
  readonly rules: readonly RuleInput[];
}

/** The keys of rule. */
export interface RuleInput {
  /** The name of the alert; either this or `record`. */
  readonly alert?: undefined | string;
  /** The name of the recorded series. */
  readonly record?: undefined | string;
  /** A PromQL expression. */
  readonly expr: string;
  /** How long the expression must hold before the alert fires. */
  readonly for?: undefined | string;
  /** How long the alert keeps firing after the expression no longer holds. Needs Prometheus 2.42. */
  readonly keep_firing_for?: undefined | string;
  /** Labels to add; values are templates, as in a rule file. */
  readonly labels?: undefined | Readonly<Record<string, string>>;
  /** Annotations; values are templates. */
  readonly annotations?: undefined | Readonly<Record<string, string>>;
}
