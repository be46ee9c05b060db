import { z } from "zod";
import type { TimeInterval } from "./config.ts";
import { listOf } from "./scalars.ts";
import { nearest } from "./nearest.ts";
import { namedMap, object, refuse } from "./strict-object.ts";
import { expected, quoted } from "./messages.ts";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/** A word of a range as a number; undefined when it is none. */
type Reading = (word: string) => number | undefined;

/** `FROM:TO`, both included, or one word; the words are numbered by `read`, and `wraps` says which ranges run backwards. */
function range(
  what: string,
  words: readonly string[],
  read: Reading,
  wraps: (from: number, to: number) => boolean = (from, to) => from > to,
) {
  const error = expected(what);
  return z.string({ error }).transform((given, ctx): string => {
    const value = given.toLowerCase();
    const [from = "", to = from, ...more] = value.split(":");
    const misread = [from, to].find((word) => read(word) === undefined);
    if (misread !== undefined || more.length > 0) {
      const near = misread === undefined ? undefined : nearest(misread, words);
      return refuse(ctx, `${error({ input: given })}${near === undefined ? "" : `; did you mean ${quoted(near)}?`}`);
    }
    if (wraps(read(from) ?? 0, read(to) ?? 0)) {
      return refuse(ctx, `${quoted(to)} comes before ${quoted(from)}; a range does not wrap round: write two`);
    }
    return value;
  });
}

function placeIn(words: readonly string[], first: number): Reading {
  return (word) => {
    const index = words.indexOf(word);
    return index < 0 ? undefined : index + first;
  };
}

function wholeBetween(form: RegExp, least: number, most: number): Reading {
  return (word) => {
    const value = Number(word);
    return form.test(word) && value >= least && value <= most ? value : undefined;
  };
}

const dayOfMonth: Reading = (word) => {
  const day = wholeBetween(/^-?\d{1,2}$/u, -31, 31)(word);
  return day === 0 ? undefined : day;
};
/** As Alertmanager asks: counted in the shortest month, and never from its end back to its start. */
function wrapsInMonth(from: number, to: number): boolean {
  const inMonth = (day: number): number => (day < 0 ? day + 28 : day);
  return (from < 0 && to > 0) || inMonth(from) > inMonth(to);
}
const month: Reading = (word) => placeIn(months, 1)(word) ?? wholeBetween(/^\d{1,2}$/u, 1, 12)(word);

const clock = z
  .string({ error: expected('a time like "09:30"') })
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u, { error: expected('a time like "09:30", at most "24:00"') });

/** The keys of one of `times`. */
const timeRangeShape = {
  start: clock.describe("The first minute, as `09:00`."),
  end: clock.describe("The minute after the last, at most `24:00`."),
};

const timeRange = object(timeRangeShape, { what: 'an object like { start: "09:00", end: "17:00" }' }).refine(
  ({ start, end }) => start < end,
  {
    error:
      "`end` must come after `start`; what goes past midnight is two: one until 24:00, and one from 00:00 on the next day",
  },
);

const location = z
  .string({ error: expected('a time zone like "Europe/Berlin"') })
  .refine((name) => zoneNamed(name) === name, {
    error: ({ input }) => {
      const near = typeof input === "string" ? zoneNamed(input) : undefined;
      const text = expected('a time zone like "Europe/Berlin"')({ input });
      return near === undefined ? text : `${text}; did you mean ${quoted(near)}?`;
    },
  });

/** The time zone as the database spells it; undefined when there is none of the name. A second name stays as it is. */
function zoneNamed(name: string): string | undefined {
  if (!/^[A-Za-z]/u.test(name)) return undefined;
  try {
    const zone = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    return zone.toLowerCase() === name.toLowerCase() ? zone : name;
  } catch {
    const all = Intl.supportedValuesOf("timeZone");
    return nearest(name, all);
  }
}

/** The keys of one of the stretches of an interval. */
const timeIntervalShape = {
  weekdays: listOf(
    range('a weekday, or several like "monday:friday"', weekdays, placeIn(weekdays, 0)),
    "a list of weekdays",
    "weekday",
  )
    .optional()
    .describe("`monday`, or several like `monday:friday`; a week begins on Sunday."),
  times: listOf(timeRange, "a list of { start, end }", "time")
    .optional()
    .describe("From `start` until just before `end`, as `09:00`, at most `24:00`."),
  daysOfMonth: listOf(
    range('a day of the month like "1", several like "1:7", or from its end like "-1"', [], dayOfMonth, wrapsInMonth),
    "a list of days of the month",
    "day",
  )
    .optional()
    .describe("`1`, several like `1:7`, or from the end of the month: `-1` is its last day."),
  months: listOf(range('a month, or several like "june:august"', months, month), "a list of months", "month")
    .optional()
    .describe("`january`, or several like `june:august` or `6:8`."),
  years: listOf(
    range('a year, or several like "2026:2027"', [], wholeBetween(/^\d{4}$/u, 2000, 2999)),
    "a list of years",
    "year",
  )
    .optional()
    .describe("`2026`, or several like `2026:2027`."),
  location: location
    .optional()
    .describe("The time zone, like `Europe/Berlin`; without it UTC. Needs Alertmanager 0.25."),
};

const timeInterval: z.ZodType<TimeInterval> = object(timeIntervalShape, { name: "TimeIntervalInput" })
  .refine((interval) => Object.entries(interval).some(([key, value]) => key !== "location" && value !== undefined), {
    error: "expected at least one of `weekdays`, `times`, `daysOfMonth`, `months` and `years`",
  })
  .transform(({ weekdays: days, times, daysOfMonth, months: ofYear, years, location: zone }) => ({
    weekdays: days ?? [],
    times: times ?? [],
    daysOfMonth: daysOfMonth ?? [],
    months: ofYear ?? [],
    years: years ?? [],
    location: zone,
  }));

/** `alerting.timeIntervals`: a name for stretches of time; a moment in any of them is in the interval. */
export const timeIntervals = namedMap(
  () => listOf(timeInterval, "a list of stretches like { weekdays, times }", "stretch"),
  "an object of time intervals",
);
