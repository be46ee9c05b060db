import { parseDecimal } from "./parse-decimal.ts";

/** ECMAScript's range of dates around 1970 (ms). */
const maxMs = 8.64e15;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

// Cache of the last minute (`2026-01-31T23:59`), which consecutive lines mostly share. One for the whole process, so that
// its address is a constant of the compiled code.
const minuteBytes = new Uint8Array(16);
const minuteMs = new Float64Array([NaN]);

/**
 * Parses the time `[start, end)` to Unix milliseconds, rounded down; NaN when it is invalid.
 *
 * Accepts RFC 3339 (`T`, `t` or a space; `Z`, `z`, `+hh:mm`, `+hhmm`, `+hh`; any number of fraction digits; second 60 at
 * the end of a UTC day) and Unix time, with the unit inferred from the magnitude: below 1e11 seconds, below 1e14
 * milliseconds, below 1e17 microseconds, below 1e20 nanoseconds. A time without an offset is ambiguous and invalid.
 */
export function readTimestamp(bytes: Buffer, start: number, end: number): number {
  return end - start > 10 && bytes[start + 4] === 0x2d && bytes[start + 7] === 0x2d
    ? readDate(bytes, start, end)
    : readUnix(bytes, start, end);
}

function readDate(bytes: Buffer, start: number, end: number): number {
  if (end - start < 20 || bytes[start + 16] !== 0x3a) return NaN;
  // Backwards, since times differ at the end first.
  let same = 15;
  while (same >= 0 && bytes[start + same] === minuteBytes[same]) same--;
  if (same >= 0) {
    minuteBytes.set(bytes.subarray(start, start + 16));
    minuteMs[0] = minuteToMs(bytes, start);
  }
  const second = twoDigits(bytes, start + 17);
  if (!(second <= 60)) return NaN;
  let p = start + 19;
  let ms = 0;
  if (bytes[p] === 0x2e) {
    const first = ++p;
    for (let unit = 100; p < end; p++) {
      const digit = (bytes[p] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      ms += digit * unit;
      unit = unit === 100 ? 10 : unit === 10 ? 1 : 0;
    }
    if (p === first) return NaN;
  }
  let minute = minuteMs[0] ?? NaN;
  if (p + 1 !== end || (bytes[p] ?? 0) !== 0x5a) minute -= readOffset(bytes, p, end) * 60_000;
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

/** Parses two digits; NaN when they are none. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/** Parses an offset to minutes east of UTC; NaN when it is invalid. */
function readOffset(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start] ?? 0;
  const length = end - start;
  if (length === 1) return (first | 0x20) === 0x7a ? 0 : NaN;
  if (first !== 0x2b && first !== 0x2d) return NaN;
  const hours = twoDigits(bytes, start + 1);
  let minutes = NaN;
  if (length === 3) minutes = 0;
  else if (length === 5) minutes = twoDigits(bytes, start + 3);
  else if (length === 6 && bytes[start + 3] === 0x3a) minutes = twoDigits(bytes, start + 4);
  if (!(hours <= 23 && minutes <= 59)) return NaN;
  const offset = hours * 60 + minutes;
  return first === 0x2d ? -offset : offset;
}

/** Midnight UTC of a date as Unix milliseconds; NaN for a date outside the calendar. */
function dateToMs(year: number, month: number, day: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : monthDays[month - 1];
  if (days === undefined || !(day >= 1 && day <= days)) return NaN;
  // Date.UTC maps the years 0 to 99 to 1900 to 1999; 400 calendar years are 146,097 days.
  return Date.UTC(year + 400, month - 1, day) - 146_097 * 86_400_000;
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
