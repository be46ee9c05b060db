const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Parses two digits; NaN when they are none. */
export function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/**
 * Parses an offset to minutes east of UTC; NaN when it is invalid. A space before it and ` UTC` in place of it or behind it
 * (Go writes `+0000 UTC`) are accepted.
 */
export function readOffset(bytes: Buffer, from: number, to: number): number {
  const start = bytes[from] === 0x20 ? from + 1 : from;
  const end = to - start > 4 && bytes[to - 4] === 0x20 && isUtc(bytes, to - 3) ? to - 4 : to;
  const first = bytes[start] ?? 0;
  const length = end - start;
  if (length === 1) return (first | 0x20) === 0x7a ? 0 : NaN;
  if (length === 3 && start > from && isUtc(bytes, start)) return 0;
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

function isUtc(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x55 && bytes[at + 1] === 0x54 && bytes[at + 2] === 0x43;
}

/** Midnight UTC of a date as Unix milliseconds; NaN for a date outside the calendar. */
export function dateToMs(year: number, month: number, day: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : monthDays[month - 1];
  if (days === undefined || !(day >= 1 && day <= days)) return NaN;
  // Date.UTC maps the years 0 to 99 to 1900 to 1999; 400 calendar years are 146,097 days.
  return Date.UTC(year + 400, month - 1, day) - 146_097 * 86_400_000;
}
