import { dateToMs, readOffset, twoDigits } from "./calendar.ts";
import { readOtherTime } from "./other-times.ts";
import { parseDecimal } from "./parse-decimal.ts";
import type { Zone } from "./time-zone.ts";

/** ECMAScript's range of dates around 1970 (ms). */
const maxMs = 8.64e15;

// Cache of the last minute (`2026-01-31T23:59`), which consecutive lines mostly share. One for the whole process, so that
// its address is a constant of the compiled code.
const minuteBytes = new Uint8Array(16);
const minuteMs = new Float64Array([NaN]);

/**
 * Parses the time `[start, end)` to Unix milliseconds, rounded down; NaN when it is invalid.
 *
 * Accepts RFC 3339 and ISO 8601 (`T`, `t` or a space; a point or a comma before any number of fraction digits; `Z`, `z`,
 * ` UTC`, `+hh:mm`, `+hhmm`, `+hh`, with or without a space; second 60 at the end of a UTC day), the forms of
 * `readOtherTime`, and Unix time, with the unit inferred from the magnitude: below 1e11 seconds, below 1e14 milliseconds,
 * below 1e17 microseconds, below 1e20 nanoseconds. A time without an offset is of `zone`, and invalid without one.
 */
export function readTimestamp(bytes: Buffer, start: number, end: number, zone?: Zone): number {
  if (end - start < 15) return readUnix(bytes, start, end);
  if (bytes[start + 4] === 0x2d && bytes[start + 7] === 0x2d) return readDate(bytes, start, end, zone);
  return isUnix(bytes, start, end) ? readUnix(bytes, start, end) : readOtherTime(bytes, start, end, zone);
}

/** Tells whether a text begins as a number does and has no other characters than numbers in its first ten. */
function isUnix(bytes: Buffer, start: number, end: number): boolean {
  for (let p = start; p < end && p < start + 10; p++) {
    const byte = bytes[p] ?? 0;
    if ((byte < 0x30 || byte > 0x39) && byte !== 0x2e && (byte !== 0x2d || p > start)) return false;
  }
  return true;
}

function readDate(bytes: Buffer, start: number, end: number, zone: Zone | undefined): number {
  if (end - start < 16) return NaN;
  // Backwards, since times differ at the end first.
  let same = 15;
  while (same >= 0 && bytes[start + same] === minuteBytes[same]) same--;
  if (same >= 0) {
    minuteBytes.set(bytes.subarray(start, start + 16));
    minuteMs[0] = minuteToMs(bytes, start);
  }
  let p = start + 16;
  let second = 0;
  let ms = 0;
  if (bytes[p] === 0x3a) {
    second = p + 2 < end ? twoDigits(bytes, p + 1) : NaN;
    if (!(second <= 60)) return NaN;
    p += 3;
    if (p < end && (bytes[p] === 0x2e || bytes[p] === 0x2c)) {
      const first = ++p;
      for (let unit = 100; p < end; p++) {
        const digit = (bytes[p] ?? 0) - 0x30;
        if (digit < 0 || digit > 9) break;
        ms += digit * unit;
        unit = unit === 100 ? 10 : unit === 10 ? 1 : 0;
      }
      if (p === first) return NaN;
    }
  }
  let minute = minuteMs[0] ?? NaN;
  if (p + 1 !== end || (bytes[p] ?? 0) !== 0x5a) {
    minute = p === end ? (zone?.toUtc(minute) ?? NaN) : minute - readOffset(bytes, p, end) * 60_000;
  }
  // A leap second ends a UTC day; Unix time counts it as the first second of the next.
  if (second === 60 && (minute / 60_000 + 1) % 1440 !== 0) return NaN;
  return minute + second * 1000 + ms;
}

/** Converts `2026-01-31T23:59` as UTC to Unix milliseconds; NaN when it is invalid. */
function minuteToMs(bytes: Buffer, start: number): number {
  const between = bytes[start + 10] ?? 0;
  if (((between | 0x20) !== 0x74 && between !== 0x20) || bytes[start + 13] !== 0x3a) return NaN;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  if (!(hour <= 23 && minute <= 59)) return NaN;
  return dateToMs(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8)) + (hour * 60 + minute) * 60_000;
}

function readUnix(bytes: Buffer, start: number, end: number): number {
  let digits = 0;
  for (let p = start; p < end; p++, digits++) {
    const digit = (bytes[p] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
  }
  // Integers past 2^53 would lose digits as doubles: truncate the text to milliseconds.
  if (digits === end - start && digits > 14 && digits <= 20 && bytes[start] !== 0x30) {
    return parseDecimal(bytes, start, end - (digits > 17 ? 6 : 3));
  }
  const value = parseDecimal(bytes, start, end);
  const size = Math.abs(value);
  let ms = NaN;
  // Decimal fractions of seconds are inexact as doubles: adding one unit in the last place keeps .123 from becoming 122 ms.
  if (size < 1e11) ms = value * 1000 + size * 1000 * Number.EPSILON;
  else if (size < 1e14) ms = value;
  else if (size < 1e17) ms = value / 1000;
  else if (size < 1e20) ms = value / 1e6;
  return Math.abs(ms) <= maxMs ? Math.floor(ms) : NaN;
}
