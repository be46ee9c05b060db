import type { IAlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import type { IMatcher } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Matcher";
import type { IMuteTimeInterval } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/MuteTimeInterval";
import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type { IRoute } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Route";
import type { Config } from "../../../src/config/config.ts";
import { alertmanagerConfigs } from "../../../src/generate/kubernetes/alertmanager-configs.ts";
import { prometheusRules } from "../../../src/generate/kubernetes/prometheus-rules.ts";
import { makePlan } from "../../../src/generate/plan.ts";

/** The AlertmanagerConfig objects of a config. */
export function alertmanagerConfigsOf(config: Config): readonly IAlertmanagerConfig[] {
  return alertmanagerConfigs(config, makePlan(config).inhibitRules);
}

/** The PrometheusRule objects of a config. */
export function prometheusRulesOf(config: Config): readonly IPrometheusRule[] {
  const groups = makePlan(config).ruleFiles.flatMap(([, file]) => file.groups);
  return prometheusRules(groups, config.kubernetes);
}

/**
 * The Alertmanager config that the operator makes of `AlertmanagerConfig` objects by default, as far as routing goes:
 * each object's route gets a matcher on its namespace and lets alerts go on to the next object; receivers are named after
 * their object. See `pkg/alertmanager/amcfg.go` of the operator.
 */
export function asOperator(configs: readonly IAlertmanagerConfig[]): Record<string, unknown> {
  return {
    route: { receiver: "null", routes: configs.map(topRoute) },
    time_intervals: configs.flatMap((config) =>
      (config.spec.muteTimeIntervals ?? []).map((interval) => timesOf(config, interval)),
    ),
    inhibit_rules: configs.flatMap(({ spec, metadata }) =>
      (spec.inhibitRules ?? []).map(({ sourceMatch = [], targetMatch = [], equal = [] }) => {
        const namespace = { name: "namespace", value: metadata?.namespace ?? "" };
        return {
          source_matchers: [namespace, ...sourceMatch].map(matcherText),
          target_matchers: [namespace, ...targetMatch].map(matcherText),
          equal,
        };
      }),
    ),
    receivers: [
      { name: "null" },
      ...configs.flatMap((config) =>
        (config.spec.receivers ?? []).map(({ name }) => ({ name: prefix(config) + name })),
      ),
    ],
  };
}

function topRoute(config: IAlertmanagerConfig): Record<string, unknown> {
  const { matchers = [], ...route } = config.spec.route ?? {};
  const namespace = { name: "namespace", value: config.metadata?.namespace ?? "" };
  return { ...routeOf({ ...route, matchers: [namespace, ...matchers] }, prefix(config)), continue: true };
}

function prefix({ metadata }: IAlertmanagerConfig): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}/`;
}

function routeOf(route: IRoute, names: string): Record<string, unknown> {
  return {
    ...(route.receiver === undefined ? {} : { receiver: names + route.receiver }),
    ...(route.matchers === undefined ? {} : { matchers: route.matchers.map(matcherText) }),
    ...(route.continue === undefined ? {} : { continue: route.continue }),
    ...(route.groupBy === undefined ? {} : { group_by: route.groupBy }),
    ...(route.groupWait === undefined ? {} : { group_wait: route.groupWait }),
    ...(route.groupInterval === undefined ? {} : { group_interval: route.groupInterval }),
    ...(route.repeatInterval === undefined ? {} : { repeat_interval: route.repeatInterval }),
    ...(route.muteTimeIntervals === undefined
      ? {}
      : { mute_time_intervals: route.muteTimeIntervals.map((name) => names + name) }),
    ...(route.activeTimeIntervals === undefined
      ? {}
      : { active_time_intervals: route.activeTimeIntervals.map((name) => names + name) }),
    ...(route.routes === undefined ? {} : { routes: (route.routes as IRoute[]).map((child) => routeOf(child, names)) }),
  };
}

function timesOf(
  config: IAlertmanagerConfig,
  { name, timeIntervals = [] }: IMuteTimeInterval,
): Record<string, unknown> {
  return {
    name: prefix(config) + name,
    time_intervals: timeIntervals.map(({ weekdays, times, daysOfMonth, months, years }) => ({
      ...(weekdays && { weekdays }),
      ...(times && { times: times.map(({ startTime, endTime }) => ({ start_time: startTime, end_time: endTime })) }),
      ...(daysOfMonth && { days_of_month: daysOfMonth.map(({ start = 0, end = 0 }) => `${start}:${end}`) }),
      ...(months && { months }),
      ...(years && { years }),
    })),
  };
}

function matcherText({ name, matchType = "=", value = "" }: IMatcher): string {
  return `${name}${matchType}"${value.replace(/[\\"]/gu, "\\$&").replace(/\n/gu, "\\n")}"`;
}
