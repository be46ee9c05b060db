import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { readTimestamp } from "../../src/decode/timestamp.ts";

function read(text: string): number {
  const bytes = Buffer.from(`<${text}>`);
  return readTimestamp(bytes, 1, bytes.length - 1);
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
    ["2026-01-01T00:00Z", "no seconds"],
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
