import type { IMuteTimeInterval } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/MuteTimeInterval";
import type { ITimeInterval } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/TimeInterval";
import type { Alerting, TimeInterval } from "../../config/config.ts";
import type { Route } from "../alertmanager/routing.ts";

/** Time intervals of a branch of the routing in the operator's API. */
export interface OperatorTimeIntervals {
  /** Branch without the intervals that the API lacks. */
  readonly route: Route;
  readonly intervals: readonly IMuteTimeInterval[];
  /** Settings that the API lacks, each as `timeIntervals.office-hours: location`. */
  readonly leftOut: readonly string[];
}

/**
 * Converts the time intervals of a branch. The operator's API has no time zones, and an interval in one would be at the
 * wrong hours: the routes that it mutes, or that are active in it, notify at all hours instead.
 */
export function operatorTimeIntervals({ timeIntervals }: Alerting, route: Route): OperatorTimeIntervals {
  const named = [...new Set(namesIn(route))];
  const zoned = new Set(named.filter((name) => (timeIntervals.get(name) ?? []).some(isInZone)));
  const kept = withoutZones(route, zoned);
  return {
    route: kept,
    intervals: [...new Set(namesIn(kept))].map((name) => ({
      name,
      timeIntervals: (timeIntervals.get(name) ?? []).map(timeInterval),
    })),
    leftOut: [...zoned].map((name) => `timeIntervals.${name}: location`),
  };
}

function isInZone({ location }: TimeInterval): boolean {
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

function timeInterval({ weekdays, times, daysOfMonth, months, years }: TimeInterval): ITimeInterval {
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
