import type { Alerting, TimeInterval } from "../../config/config.ts";
import { atLeast, since } from "../tool-versions.ts";

/** Writes the named time intervals, under the key that the version of Alertmanager knows; nothing where there are none. */
export function timeIntervalLists({ version, timeIntervals }: Alerting): Record<string, unknown> {
  if (timeIntervals.size === 0) return {};
  const key = atLeast(version, since.alertmanager.time_intervals) ? "time_intervals" : "mute_time_intervals";
  return {
    [key]: [...timeIntervals].map(([name, intervals]) => ({ name, time_intervals: intervals.map(timeInterval) })),
  };
}

function timeInterval({
  weekdays,
  times,
  daysOfMonth,
  months,
  years,
  location,
}: TimeInterval): Record<string, unknown> {
  return {
    ...(weekdays.length === 0 ? {} : { weekdays }),
    ...(times.length === 0 ? {} : { times: times.map(({ start, end }) => ({ start_time: start, end_time: end })) }),
    ...(daysOfMonth.length === 0 ? {} : { days_of_month: daysOfMonth }),
    ...(months.length === 0 ? {} : { months }),
    ...(years.length === 0 ? {} : { years }),
    ...(location === undefined ? {} : { location }),
  };
}
