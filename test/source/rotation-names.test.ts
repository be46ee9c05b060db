import { describe, expect, test } from "@jest/globals";
import {
  compareDates,
  compareRotations,
  logName,
  isRotatedName,
  logGroup,
} from "../../src/source/identity/rotation-names.ts";

/** What rotation calls the files that it puts away, by who does it, and the name of the log. */
const rotated = [
  ["logrotate", "app.log.1", "app.log"],
  ["logrotate, compressed", "app.log.2.gz", "app.log"],
  ["logrotate, dateext", "app.log-20261127", "app.log"],
  ["logrotate, dateext with the extension kept", "app-20261127.log.gz", "app.log"],
  ["logrotate, dateformat with seconds since 1970", "app.log-1795737600", "app.log"],
  ["a copy by hand", "app.log.old", "app.log"],
  ["the kubelet", "0.log.20261127-100000.gz", "0.log"],
  ["pm2-logrotate", "app-out__2026-11-27_00-00-00.log", "app-out.log"],
  ["pm2-logrotate, compressed", "app-out__2026-11-27_00-00-00.log.gz", "app-out.log"],
  ["two separators at the end", "app.log--20261127", "app.log"],
  ["log4j2, as its manual has it", "app-11-27-2026-1.log.gz", "app.log"],
  ["log4j, at the end", "app.log.11-27-2026", "app.log"],
  ["the day first", "app_27.11.2026.log", "app.log"],
  ["dots in the date", "app-2026.11.27.log", "app.log"],
  ["underscores in the date", "app-2026_11_27.log", "app.log"],
  ["lumberjack", "app-2026-11-27T10-00-00.000.log", "app.log"],
  ["logback", "app.2026-11-27.0.log.gz", "app.log"],
  ["logback, by the hour", "app-2026-11-27_10.log", "app.log"],
  ["winston", "app.log.2026-11-27.gz", "app.log"],
  ["winston, by the hour", "app.2026-11-27-10.log", "app.log"],
  ["Python", "app.log.2026-11-27_10-00-00", "app.log"],
  ["loguru", "app.2026-11-27_10-00-00_123456.log", "app.log"],
  ["Tomcat", "localhost_access_log.2026-11-27.txt", "localhost_access_log.txt"],
  ["cronolog", "access.2026112710.log", "access.log"],
  ["serilog", "app20261127.log", "app.log"],
  ["serilog, by size", "app20261127_001.log", "app.log"],
  ["serilog, by the minute", "app202611271005.log", "app.log"],
  ["log4net, with a static name", "app.log20261127", "app.log"],
] as const;

test.each(rotated)("%s: %s is of %s", (_who, name, log) => {
  expect(logName(name)).toBe(log);
  expect(isRotatedName(name)).toBe(true);
  expect(logGroup(name)).toBe(logGroup(log));
});

test.each([
  "app-1.log",
  "shard-20.log",
  "port8080.log",
  "port-8080.log",
  "app.v2.log",
  "gpu0_1.log",
  "job20269999.log",
  "part-11-27.log",
  "part-11-27-1042.log",
  "part-45-67-2026.log",
  "model-1.12.2026.3x.log",
  "request120261127.log",
  "2026.log",
])("%s is a log of its own: a number is not all that it takes to be rotated", (name) => {
  expect(logName(name)).toBe(name);
  expect(isRotatedName(name)).toBe(false);
});

describe("which file is older", () => {
  test.each([
    ["by the date", "app-2026-11-27.log", "app-2026-11-28.log"],
    ["by the date, whatever is behind it", "app-2026-11-27-10.log.gz", "app-2026-11-28-9.log.gz"],
    ["by the time behind the date", "app-2026-11-27T09-59-59.log", "app-2026-11-27T10-00-00.log"],
    ["by the number behind the date", "app.2026-11-27.9.log.gz", "app.2026-11-27.10.log.gz"],
    ["by the number behind the date, which the first has not", "app20261127.log", "app20261127_001.log"],
    ["by the year, where that is last", "app-12-31-2026-1.log.gz", "app-01-01-2027-1.log.gz"],
    ["by the month, where that is first", "app-09-28-2026-1.log.gz", "app-10-27-2026-1.log.gz"],
    ["by the month, where that is first in one of them", "app-11-12-2026.log", "app-11-13-2026.log"],
    ["by the month, where that is second", "app-27-11-2026.log", "app-05-12-2026.log"],
    ["by what both ways of reading give", "app-05-06-2026.log", "app-06-07-2026.log"],
    ["by the number behind a date of that kind", "app-11-27-2026-9.log.gz", "app-11-27-2026-10.log.gz"],
  ])("is told %s", (_how, older, newer) => {
    for (const compare of [compareDates, compareRotations]) {
      expect(compare(older, newer)).toBeLessThan(0);
      expect(compare(newer, older)).toBeGreaterThan(0);
    }
  });

  test.each([
    ["it may be May or November", "app-05-11-2026.log", "app-11-05-2026.log"],
    ["one has the month first, the other the day", "app-27-11-2026.log", "app-11-27-2026.log"],
    ["there is no date", "app.log.1", "app.log.2"],
  ])("is not told by dates where %s", (_why, one, other) => {
    expect(compareDates(one, other)).toBe(0);
    expect(compareDates(other, one)).toBe(0);
  });

  test.each([
    ["by numbers, of which the higher one is older", "app.log.10", "app.log.9"],
    ["by the mark: the log itself is the newest", "app.log.1", "app.log"],
  ])("is told %s", (_how, older, newer) => {
    expect(compareRotations(older, newer)).toBeLessThan(0);
    expect(compareRotations(newer, older)).toBeGreaterThan(0);
  });
});

test("a name of very many numbers takes no longer than others", () => {
  const name = `app${"-1".repeat(100)}x`;
  expect(logName(name)).toBe(name);
});
