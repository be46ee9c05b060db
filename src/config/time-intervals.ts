import * as z from "zod";
import type { TimeInterval } from "./config.ts";
import { listOf } from "./scalars.ts";
import { nearest } from "./nearest.ts";
import { namedMap, object, refuse } from "./strict-object.ts";
import { expected, quoted } from "./messages.ts";
import { timeZone } from "./time-zone.ts";

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

/** Parser of a word of a range; undefined for an invalid word. */
type WordParser = (word: string) => number | undefined;

/** Schema of `FROM:TO`, inclusive, or one word; `read` numbers words, and `wraps` detects reversed ranges. */
function range(
  what: string,
  words: readonly string[],
  read: WordParser,
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
      return refuse(ctx, `${quoted(to)} comes before ${quoted(from)}; ranges cannot wrap around: use two ranges`);
    }
    return value;
  });
}

function placeIn(words: readonly string[], first: number): WordParser {
  return (word) => {
    const index = words.indexOf(word);
    return index < 0 ? undefined : index + first;
  };
}

function wholeBetween(form: RegExp, least: number, most: number): WordParser {
  return (word) => {
    const value = Number(word);
    return form.test(word) && value >= least && value <= most ? value : undefined;
  };
}

const dayOfMonth: WordParser = (word) => {
  const day = wholeBetween(/^-?\d{1,2}$/u, -31, 31)(word);
  return day === 0 ? undefined : day;
};
/** Detects reversed ranges as Alertmanager does: by the shortest month, and never from its end to its start. */
function wrapsInMonth(from: number, to: number): boolean {
  const inMonth = (day: number): number => (day < 0 ? day + 28 : day);
  return (from < 0 && to > 0) || inMonth(from) > inMonth(to);
}
const month: WordParser = (word) => placeIn(months, 1)(word) ?? wholeBetween(/^\d{1,2}$/u, 1, 12)(word);

const clock = z
  .string({ error: expected('a time like "09:30"') })
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u, { error: expected('a time like "09:30", at most "24:00"') });

/** The keys of one of `times`. */
const timeRangeShape = {
  start: clock.describe("The first minute, like `09:00`."),
  end: clock.describe("The end, exclusive, at most `24:00`."),
};

const timeRange = object(timeRangeShape, { what: 'an object like { start: "09:00", end: "17:00" }' }).refine(
  ({ start, end }) => start < end,
  {
    error:
      "`end` must be after `start`; split a range past midnight in two: until 24:00, and from 00:00 on the next day",
  },
);

/** The keys of a time interval. */
const timeIntervalShape = {
  weekdays: listOf(
    range('a weekday, or several like "monday:friday"', weekdays, placeIn(weekdays, 0)),
    "a list of weekdays",
    "weekday",
  )
    .optional()
    .describe("`monday`, or a range like `monday:friday`; weeks start on Sunday."),
  times: listOf(timeRange, "a list of { start, end }", "time")
    .optional()
    .describe("Ranges from `start` to `end`, exclusive, like `09:00`, at most `24:00`."),
  daysOfMonth: listOf(
    range('a day of the month like "1", several like "1:7", or from its end like "-1"', [], dayOfMonth, wrapsInMonth),
    "a list of days of the month",
    "day",
  )
    .optional()
    .describe("`1`, a range like `1:7`, or from the end of the month: `-1` is the last day."),
  months: listOf(range('a month, or several like "june:august"', months, month), "a list of months", "month")
    .optional()
    .describe("`january`, or a range like `june:august` or `6:8`."),
  years: listOf(
    range('a year, or several like "2026:2027"', [], wholeBetween(/^\d{4}$/u, 2000, 2999)),
    "a list of years",
    "year",
  )
    .optional()
    .describe("`2026`, or a range like `2026:2027`."),
  location: timeZone("Europe/Berlin")
    .optional()
    .describe("The time zone, like `Europe/Berlin`; default UTC. Needs Alertmanager 0.25."),
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

/** Schema of `alerting.timeIntervals`: lists of intervals by name; a moment in any of them matches. */
export const timeIntervals = namedMap(
  () => listOf(timeInterval, "a list of stretches like { weekdays, times }", "stretch"),
  "an object of time intervals",
);
