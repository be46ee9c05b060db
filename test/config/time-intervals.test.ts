import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { Problem } from "../../src/problem.ts";

function parse(parts: object): Config {
  const config = {
    sources: [{ files: ["a.jsonl"] }],
    receivers: { hook: { webhook: { url: "http://h/" } } },
    ...parts,
  };
  return parseConfig(config, "/etc/mqe/model-quality.config.ts", {});
}

function faults(parts: object): readonly string[] {
  try {
    parse(parts);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.details;
    throw error;
  }
}

const alerting = (stretch: unknown): object => ({
  alerting: { defaultReceiver: "hook", timeIntervals: { office: [stretch] } },
});
const none = { weekdays: [], times: [], daysOfMonth: [], months: [], years: [], location: undefined };

describe("a time interval", () => {
  test.each<[string, object, object]>([
    ["a weekday", { weekdays: ["Saturday", "monday:Friday"] }, { weekdays: ["saturday", "monday:friday"] }],
    ["a whole day", { times: [{ start: "00:00", end: "24:00" }] }, { times: [{ start: "00:00", end: "24:00" }] }],
    ["days of the month", { daysOfMonth: ["1:7", "-3:-1", "31"] }, { daysOfMonth: ["1:7", "-3:-1", "31"] }],
    ["months", { months: ["june:august", "1:3", "december"] }, { months: ["june:august", "1:3", "december"] }],
    ["years", { years: ["2026:2027"] }, { years: ["2026:2027"] }],
    [
      "a time zone, by its second name too",
      { years: ["2026"], location: "Asia/Calcutta" },
      { years: ["2026"], location: "Asia/Calcutta" },
    ],
  ])("a time interval takes %s", (_what, given, read) => {
    expect(parse(alerting(given)).alerting.timeIntervals.get("office")).toEqual([{ ...none, ...read }]);
  });

  test.each<[string, unknown, string]>([
    [
      "a misspelt weekday",
      { weekdays: ["mondy"] },
      'weekdays[0]: expected a weekday, or several like "monday:friday", got "mondy"; did you mean "monday"?',
    ],
    [
      "a range that wraps round",
      { weekdays: ["saturday:sunday"] },
      'weekdays[0]: "sunday" comes before "saturday"; ranges cannot wrap around: use two ranges',
    ],
    ["a range of three", { weekdays: ["monday:tuesday:friday"] }, "weekdays[0]: expected a weekday"],
    ["a time past midnight", { times: [{ start: "22:00", end: "06:00" }] }, "times[0]: `end` must be after `start`"],
    [
      "an empty stretch of a day",
      { times: [{ start: "09:00", end: "09:00" }] },
      "times[0]: `end` must be after `start`",
    ],
    [
      "a time without its zero",
      { times: [{ start: "9:00", end: "17:00" }] },
      'times[0].start: expected a time like "09:30"',
    ],
    ["a time past the day's end", { times: [{ start: "09:00", end: "24:01" }] }, "times[0].end: expected a time"],
    [
      "Alertmanager's own word",
      { times: [{ start_time: "09:00", end: "17:00" }] },
      'start_time: unknown key; the keys are "start", "end"',
    ],
    ["a day that no month has", { daysOfMonth: ["32"] }, "daysOfMonth[0]: expected a day of the month"],
    ["day 0", { daysOfMonth: ["0"] }, "daysOfMonth[0]: expected a day of the month"],
    [
      "days that some months do not have in that order",
      { daysOfMonth: ["28:-1"] },
      'daysOfMonth[0]: "-1" comes before "28"',
    ],
    ["days from the end back to the start", { daysOfMonth: ["-31:1"] }, 'daysOfMonth[0]: "1" comes before "-31"'],
    ["month 13", { months: ["13"] }, "months[0]: expected a month"],
    ["a year in short", { years: ["26"] }, "years[0]: expected a year"],
    ["a misspelt time zone", { years: ["2026"], location: "Europe/Berln" }, 'did you mean "Europe/Berlin"?'],
    ["a time zone in lower case", { years: ["2026"], location: "europe/berlin" }, 'did you mean "Europe/Berlin"?'],
    [
      "an offset for a time zone",
      { years: ["2026"], location: "+01:00" },
      'location: expected a time zone like "Europe/Berlin"',
    ],
    ["nothing", {}, "expected at least one of `weekdays`"],
    ["only a time zone", { location: "UTC" }, "expected at least one of `weekdays`"],
    ["an empty list", { weekdays: [] }, "weekdays: expected at least one weekday"],
    ["an unknown key", { weekday: ["monday"] }, 'weekday: unknown key; did you mean "weekdays"?'],
  ])("a time interval refuses %s by its path", (_what, given, text) => {
    const found = faults(alerting(given));
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining(text)]));
    expect(found.every((fault) => fault.startsWith("alerting.timeIntervals.office[0]"))).toBe(true);
  });
});

describe("a severity of a team", () => {
  const timed = (route: unknown): object => ({
    teams: { payments: { warning: route } },
    ...alerting({ weekdays: ["monday"] }),
  });

  test("a severity of a team may have time intervals for its receivers", () => {
    const config = parse(timed({ receivers: ["hook"], muteTimeIntervals: ["office"] }));
    expect(config.teams.get("payments")?.severities.get("warning")).toEqual({
      receivers: ["hook"],
      muteTimeIntervals: ["office"],
      activeTimeIntervals: [],
    });
  });

  test.each<[string, unknown, string]>([
    [
      "an unknown interval",
      { receivers: ["hook"], muteTimeIntervals: ["ofice"] },
      'muteTimeIntervals[0]: unknown time interval "ofice"; did you mean "office"?',
    ],
    [
      "an unknown interval to be active in",
      { receivers: ["hook"], activeTimeIntervals: ["office", "x"] },
      'activeTimeIntervals[1]: unknown time interval "x"; the time intervals are "office"',
    ],
    [
      "an unknown receiver",
      { receivers: ["hok"], muteTimeIntervals: ["office"] },
      'receivers[0]: unknown receiver "hok"; did you mean "hook"?',
    ],
    ["a receiver twice", { receivers: ["hook", "hook"] }, 'receivers[1]: "hook" is a duplicate'],
    ["no receivers", { muteTimeIntervals: ["office"] }, "receivers: missing; expected a list of receivers"],
    [
      "a misspelt key",
      { receivers: ["hook"], muteTimeInterval: ["office"] },
      'muteTimeInterval: unknown key; did you mean "muteTimeIntervals"?',
    ],
    [
      "an empty list",
      { receivers: ["hook"], muteTimeIntervals: [] },
      "muteTimeIntervals: expected at least one time interval",
    ],
  ])("a severity of a team refuses %s by its path", (_what, route, text) => {
    expect(faults(timed(route))).toEqual([expect.stringContaining(`teams.payments.warning.${text}`)]);
  });
});
