import type { IMuteTimeInterval } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/MuteTimeInterval";
import type { ITimeInterval } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/TimeInterval";
import type { Config, TimeInterval } from "../../config/config.ts";
import type { Route } from "../alertmanager/routing.ts";

/** The times of a branch of the routing, as far as the operator's form has words for them. */
export interface OperatorTimes {
  /** The branch, muted and active only at times that can be said. */
  readonly route: Route;
  readonly intervals: readonly IMuteTimeInterval[];
  /** What cannot be said, each as `timeIntervals.office-hours: location`. */
  readonly leftOut: readonly string[];
}

/**
 * The times at which the routes of a branch are muted or active. The operator's form knows no time zones: an interval in
 * one would lie at the wrong hours, so the routes that it mutes notify at all hours instead, and so does a route that is
 * active in it. Too much is told then, never too little.
 */
export function operatorTimes(config: Config, route: Route): OperatorTimes {
  const { timeIntervals } = config.alerting;
  const named = [...new Set(namesIn(route))];
  const zoned = new Set(named.filter((name) => (timeIntervals.get(name) ?? []).some(inZone)));
  const told = withoutZones(route, zoned);
  return {
    route: told,
    intervals: [...new Set(namesIn(told))].map((name) => ({
      name,
      timeIntervals: (timeIntervals.get(name) ?? []).map(stretch),
    })),
    leftOut: [...zoned].map((name) => `timeIntervals.${name}: location`),
  };
}

function inZone({ location }: TimeInterval): boolean {
  return location !== undefined && location !== "UTC";
}

function namesIn({ mute_time_intervals: mute = [], active_time_intervals: active = [], routes = [] }: Route): string[] {
  return [...mute, ...active, ...routes.flatMap((child) => namesIn(child))];
}

function withoutZones(route: Route, zoned: ReadonlySet<string>): Route {
  const { mute_time_intervals: all = [], active_time_intervals: active = [], ...rest } = route;
  const mute = all.filter((name) => !zoned.has(name));
  return {
    ...rest,
    ...(mute.length === 0 ? {} : { mute_time_intervals: mute }),
    ...(active.length === 0 || active.some((name) => zoned.has(name)) ? {} : { active_time_intervals: active }),
    ...(route.routes === undefined ? {} : { routes: route.routes.map((child) => withoutZones(child, zoned)) }),
  };
}

function stretch({ weekdays, times, daysOfMonth, months, years }: TimeInterval): ITimeInterval {
  return {
    ...(weekdays.length === 0 ? {} : { weekdays: [...weekdays] }),
    ...(times.length === 0 ? {} : { times: times.map(({ start, end }) => ({ startTime: start, endTime: end })) }),
    ...(daysOfMonth.length === 0 ? {} : { daysOfMonth: daysOfMonth.map(dayRange) }),
    ...(months.length === 0 ? {} : { months: [...months] }),
    ...(years.length === 0 ? {} : { years: [...years] }),
  };
}

function dayRange(range: string): { readonly start: number; readonly end: number } {
  const [start = "", end = start] = range.split(":");
  return { start: Number(start), end: Number(end) };
}
