import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { TimeZone } from "../../src/decode/time-zone.ts";
import { readTimestamp } from "../../src/decode/timestamp.ts";

function read(text: string, zone?: string): number {
  const bytes = Buffer.from(`<${text}>`);
  return readTimestamp(bytes, 1, bytes.length - 1, zone === undefined ? undefined : new TimeZone(zone));
}

describe("a time is read as Unix milliseconds", () => {
  const noon = Date.UTC(2026, 1, 3, 12, 0, 5);
  test.each([
    { text: "2026-02-03T12:00:05Z", ms: noon },
    { text: "2026-02-03t12:00:05z", ms: noon },
    { text: "2026-02-03 12:00:05Z", ms: noon },
    { text: "2026-02-03T12:00:05.1Z", ms: noon + 100 },
    { text: "2026-02-03T12:00:05.123456789Z", ms: noon + 123 },
    { text: "2026-02-03T12:00:05.99999999999999999999Z", ms: noon + 999 },
    { text: "2026-02-03T14:00:05+02:00", ms: noon },
    { text: "2026-02-03T06:30:05.5-05:30", ms: noon + 500 },
    { text: "2026-02-03T14:00:05+0200", ms: noon },
    { text: "2026-02-03T14:00:05+02", ms: noon },
    { text: "2026-02-03T12:00:05-00:00", ms: noon },
    { text: "2026-02-04T11:59:05+23:59", ms: noon },
    { text: "2016-12-31T23:59:60Z", ms: Date.UTC(2017, 0, 1) },
    { text: "2016-12-31T15:59:60.5-08:00", ms: Date.UTC(2017, 0, 1) + 500 },
    { text: "2024-02-29T00:00:00Z", ms: Date.UTC(2024, 1, 29) },
    { text: "2000-02-29T00:00:00Z", ms: Date.UTC(2000, 1, 29) },
    { text: "1969-12-31T23:59:59.9Z", ms: -100 },
    { text: "0001-01-01T00:00:00Z", ms: -62_135_596_800_000 },
    { text: "0", ms: 0 },
    { text: "1770120005", ms: noon },
    { text: "1770120005.123", ms: noon + 123 },
    { text: "1770120005.9999", ms: noon + 999 },
    { text: "1.770120005e9", ms: noon },
    { text: "1770120005123", ms: noon + 123 },
    { text: "1770120005123.9", ms: noon + 123 },
    { text: "1770120005123999", ms: noon + 123 },
    { text: "1770120005123999999", ms: noon + 123 },
    { text: "1.7e18", ms: 1.7e12 },
    { text: "-1", ms: -1000 },
    // ISO 8601 beyond RFC 3339, and how BigQuery, pandas, Go and Ruby write it.
    { text: "2026-02-03T12:00:05,123Z", ms: noon + 123 },
    { text: "2026-02-03T12:00Z", ms: noon - 5000 },
    { text: "2026-02-03 12:00:05.5 UTC", ms: noon + 500 },
    { text: "2026-02-03 14:00:05 +0200", ms: noon },
    { text: "2026-02-03 12:00:05.123456789 +0000 UTC", ms: noon + 123 },
    { text: "20260203T120005Z", ms: noon },
    { text: "20260203T140005.25+0200", ms: noon + 250 },
    { text: "20260203T120005,5Z", ms: noon + 500 },
    // Access logs of Apache and nginx.
    { text: "03/Feb/2026:12:00:05 +0000", ms: noon },
    { text: "[03/Feb/2026:14:00:05 +0200]", ms: noon },
    { text: "2026/02/03 12:00:05 +0000", ms: noon },
    // RFC 1123 and 2822.
    { text: "Tue, 03 Feb 2026 12:00:05 GMT", ms: noon },
    { text: "Tue, 3 Feb 2026 04:00:05 PST", ms: noon },
    { text: "3 Feb 2026 12:00 +0000", ms: noon - 5000 },
    { text: "31 Dec 2016 23:59:60 GMT", ms: Date.UTC(2017, 0, 1) },
  ])("$text", ({ text, ms }) => {
    expect(read(text)).toBe(ms);
  });
});

describe("what is no time is refused", () => {
  test.each([
    ["2026-13-01T00:00:00Z", "month 13"],
    ["2026-00-01T00:00:00Z", "month 0"],
    ["2026-02-30T00:00:00Z", "30 February"],
    ["2026-02-29T00:00:00Z", "29 February of a common year"],
    ["1900-02-29T00:00:00Z", "1900 was no leap year"],
    ["2026-04-31T00:00:00Z", "31 April"],
    ["2026-01-00T00:00:00Z", "day 0"],
    ["2026-01-01T24:00:00Z", "hour 24"],
    ["2026-01-01T00:60:00Z", "minute 60"],
    ["2026-01-01T00:00:61Z", "second 61"],
    ["2026-01-01T12:00:60Z", "a leap second in the middle of the day"],
    ["2026-01-01T00:00:00", "no offset"],
    ["2026-01-01T00:00:00.Z", "a point without digits"],
    ["2026-01-01T00:00:00+24:00", "offset of a day"],
    ["2026-01-01T00:00:00+0:00", "half an offset"],
    ["2026-01-01T00:00:00Zx", "more behind it"],
    ["2026-01-01T00:0Z", "half a minute"],
    ["2026-01-01", "a date alone"],
    ["2026-1-1T00:00:00Z", "short month"],
    ["2026-01-01_00:00:00Z", "a strange separator"],
    ["yesterday", "a word"],
    ["", "nothing"],
    ["1e20", "past nanoseconds"],
    ["123456789012345678901", "21 digits"],
    ["NaN", "not a number"],
    ["0x10", "hexadecimal"],
    ["12 ", "a space"],
    ["2026-01-01 00:00:00,123", "no offset"],
    ["2026-01-01 00:00:00 CET", "a zone without a meaning of its own"],
    ["2026-01-01 00:00:00UTC", "UTC without a space"],
    ["20260101T000000", "basic form without an offset"],
    ["20261301T000000Z", "month 13 in basic form"],
    ["01/Feb/2026:12:00:05", "an access log's form without an offset"],
    ["32/Feb/2026:12:00:05 +0000", "day 32"],
    ["01/Foo/2026:12:00:05 +0000", "a month that there is not"],
    ["Sun, 01 Feb 2026 12:00:05", "RFC 1123 without a zone"],
    ["Sun, 01 Feb 2026 24:00:05 GMT", "hour 24 in RFC 1123"],
    ["Sun, 01 Feb 2026 12:00:05 XYZ", "a name that is no zone"],
    ["01/Feb/2026:12:00:05 +0000".repeat(9), "longer than any time"],
  ])("%j: %s", (text) => {
    expect(read(text)).toBeNaN();
  });
});

test("a time that differs from the one before in any one place is another time", () => {
  const text = "2025-11-11T11:11:11.111Z";
  for (let at = 0; at < 23; at++) {
    const other = `${text.slice(0, at)}0${text.slice(at + 1)}`;
    read(text);
    const ms = /^[-\d]{10}T[\d:]{8}\.\d{3}Z$/u.test(other) ? Date.parse(other) : NaN;
    expect([other, read(other)]).toEqual([other, ms]);
  }
});

test("any instant reads back from its ISO form and from all units of Unix time, whatever was read before", () => {
  const instant = fc.integer({ min: Date.UTC(1974, 0, 1), max: Date.UTC(2999, 11, 31) });
  fc.assert(
    fc.property(fc.array(fc.tuple(instant, fc.integer({ min: -1439, max: 1439 })), { minLength: 1 }), (times) => {
      for (const [ms, offset] of times) {
        const iso = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
        const hours = String(Math.trunc(Math.abs(offset) / 60)).padStart(2, "0");
        const minutes = String(Math.abs(offset) % 60).padStart(2, "0");
        expect(read(`${iso}${offset < 0 ? "-" : "+"}${hours}:${minutes}`)).toBe(ms);
        expect(read(String(ms))).toBe(ms);
        expect(read((ms / 1000).toFixed(3))).toBe(ms);
        expect(read(`${ms}999`)).toBe(ms);
        expect(read(`${ms}000001`)).toBe(ms);
      }
    }),
  );
});

describe("a time without an offset is of the given zone", () => {
  test.each([
    // Daylight saving begins (a gap) and ends (a fold) at other hours, by other lengths, in other months.
    { zone: "Europe/Berlin", local: "2026-03-29 01:59:59", utc: "2026-03-29T00:59:59Z", what: "before the gap" },
    { zone: "Europe/Berlin", local: "2026-03-29 02:30:00", utc: "2026-03-29T01:30:00Z", what: "in the gap" },
    { zone: "Europe/Berlin", local: "2026-03-29 03:00:00", utc: "2026-03-29T01:00:00Z", what: "after the gap" },
    { zone: "Europe/Berlin", local: "2026-10-25 01:59:59", utc: "2026-10-24T23:59:59Z", what: "before the fold" },
    {
      zone: "Europe/Berlin",
      local: "2026-10-25 02:30:00",
      utc: "2026-10-25T00:30:00Z",
      what: "in the fold: the first",
    },
    { zone: "Europe/Berlin", local: "2026-10-25 03:00:00", utc: "2026-10-25T02:00:00Z", what: "after the fold" },
    { zone: "America/New_York", local: "2026-03-08 01:59:59", utc: "2026-03-08T06:59:59Z", what: "before the gap" },
    { zone: "America/New_York", local: "2026-03-08 02:30:00", utc: "2026-03-08T07:30:00Z", what: "in the gap" },
    { zone: "America/New_York", local: "2026-03-08 03:00:00", utc: "2026-03-08T07:00:00Z", what: "after the gap" },
    { zone: "America/New_York", local: "2026-11-01 00:59:59", utc: "2026-11-01T04:59:59Z", what: "before the fold" },
    { zone: "America/New_York", local: "2026-11-01 01:30:00", utc: "2026-11-01T05:30:00Z", what: "in the fold" },
    { zone: "America/New_York", local: "2026-11-01 02:00:00", utc: "2026-11-01T07:00:00Z", what: "after the fold" },
    { zone: "Australia/Lord_Howe", local: "2026-10-04 01:59:59", utc: "2026-10-03T15:29:59Z", what: "before the gap" },
    { zone: "Australia/Lord_Howe", local: "2026-10-04 02:15:00", utc: "2026-10-03T15:45:00Z", what: "in the gap" },
    { zone: "Australia/Lord_Howe", local: "2026-10-04 02:30:00", utc: "2026-10-03T15:30:00Z", what: "after the gap" },
    { zone: "Australia/Lord_Howe", local: "2026-04-05 01:45:00", utc: "2026-04-04T14:45:00Z", what: "in the fold" },
    { zone: "Australia/Lord_Howe", local: "2026-04-05 02:00:00", utc: "2026-04-04T15:30:00Z", what: "after the fold" },
    { zone: "Asia/Kolkata", local: "2026-02-03 12:00:05,123", utc: "2026-02-03T06:30:05.123Z", what: "half hours" },
    { zone: "UTC", local: "2026-02-03T12:00:05.123456", utc: "2026-02-03T12:00:05.123Z", what: "UTC" },
    { zone: "Europe/Berlin", local: "20260203T130005", utc: "2026-02-03T12:00:05Z", what: "basic form" },
    { zone: "Europe/Berlin", local: "03/Feb/2026:13:00:05", utc: "2026-02-03T12:00:05Z", what: "access log" },
    { zone: "Europe/Berlin", local: "2026/02/03 13:00:05", utc: "2026-02-03T12:00:05Z", what: "nginx's error log" },
    { zone: "Europe/Berlin", local: "Tue, 03 Feb 2026 13:00:05", utc: "2026-02-03T12:00:05Z", what: "RFC 1123" },
    { zone: "Europe/Berlin", local: "2026-02-03T12:00:05Z", utc: "2026-02-03T12:00:05Z", what: "an offset of its own" },
    { zone: "Europe/Berlin", local: "1770120005", utc: "2026-02-03T12:00:05Z", what: "Unix time" },
  ])("$zone: $local is $utc ($what)", ({ zone, local, utc }) => {
    expect(new Date(read(local, zone)).toISOString()).toBe(new Date(utc).toISOString());
  });

  test.each(["2026-02-30 12:00:00", "2026-02-03 24:00:00", "2026-02-03", "yesterday at noon"])(
    "what is no time is none in a zone: %s",
    (text) => {
      expect(read(text, "Europe/Berlin")).toBeNaN();
    },
  );

  test("any instant reads back from its local time in any zone, but for the second hour of a fold", () => {
    const instant = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2035, 11, 31) });
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(instant, { minLength: 1, maxLength: 5 }),
        (timeZone, instants) => {
          const zone = new TimeZone(timeZone);
          const writer = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
          for (const ms of instants) {
            const local = writer.format(ms);
            const bytes = Buffer.from(local);
            const back = readTimestamp(bytes, 0, bytes.length, zone);
            expect(writer.format(back)).toBe(local);
            const first = writer.format(ms - 3_600_000) === local || writer.format(ms - 1_800_000) === local;
            if (!first) expect(back).toBe(Math.floor(ms / 1000) * 1000);
          }
        },
      ),
    );
  });
});
