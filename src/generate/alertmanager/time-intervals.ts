import type { Config, TimeInterval } from "../../config/config.ts";
import { atLeast } from "../tool-versions.ts";

/**
 * The time intervals as Alertmanager has them at its top; nothing where there are none. Until 0.24 the list was called
 * after the only use that it had.
 */
export function timeIntervalLists({ alerting }: Config): Record<string, unknown> {
  if (alerting.timeIntervals.size === 0) return {};
  const list = atLeast(alerting.version, [0, 24]) ? "time_intervals" : "mute_time_intervals";
  const named = [...alerting.timeIntervals].map(([name, stretches]) => ({
    name,
    time_intervals: stretches.map(stretch),
  }));
  return { [list]: named };
}

function stretch({ weekdays, times, daysOfMonth, months, years, location }: TimeInterval): Record<string, unknown> {
  return {
    ...(weekdays.length === 0 ? {} : { weekdays }),
    ...(times.length === 0 ? {} : { times: times.map(({ start, end }) => ({ start_time: start, end_time: end })) }),
    ...(daysOfMonth.length === 0 ? {} : { days_of_month: daysOfMonth }),
    ...(months.length === 0 ? {} : { months }),
    ...(years.length === 0 ? {} : { years }),
    ...(location === undefined ? {} : { location }),
  };
}
