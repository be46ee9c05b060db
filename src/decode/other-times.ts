import { dateToMs, readOffset } from "./calendar.ts";
import type { Zone } from "./time-zone.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Names of offsets in RFC 2822 (4.3), in hours east of UTC. */
const namedOffsets: ReadonlyMap<string, number> = new Map([
  ["ut", 0],
  ["utc", 0],
  ["gmt", 0],
  ["z", 0],
  ["edt", -4],
  ["est", -5],
  ["cdt", -5],
  ["cst", -6],
  ["mdt", -6],
  ["mst", -7],
  ["pdt", -7],
  ["pst", -8],
]);

const clock = String.raw`(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?`;

const forms: readonly RegExp[] = [
  // ISO 8601 in basic form: 20260301T120000.5Z
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)[Tt ](?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?:[.,](?<fraction>\d+))?(?<offset>[Zz]|[+-].*)?$/u,
  // Apache and nginx access logs: 01/Mar/2026:12:00:00 +0000, in brackets or not
  new RegExp(
    String.raw`^\[?(?<day>\d\d)/(?<month>[A-Za-z]{3})/(?<year>\d{4}):${clock}(?: (?<offset>[+-]\d{4}))?\]?$`,
    "u",
  ),
  // nginx error logs: 2026/03/01 12:00:00
  new RegExp(String.raw`^(?<year>\d{4})/(?<month>\d\d)/(?<day>\d\d) ${clock}(?<offset> ?[Z+-].*)?$`, "u"),
  // RFC 1123 and 2822: Sun, 01 Mar 2026 12:00:00 GMT
  new RegExp(
    String.raw`^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), *)?(?<day>\d\d?) (?<month>[A-Za-z]{3}) (?<year>\d{4}) ${clock}(?: (?<offset>[+-]\d{4}|[A-Za-z]{1,3}))?$`,
    "u",
  ),
];

/** Longest text of these forms, with a fraction of nanoseconds (bytes). */
const longest = 64;

/**
 * Parses ISO 8601 in basic form, the times of Apache's and nginx's logs, and RFC 1123 and 2822, to Unix milliseconds,
 * rounded down; NaN when it is none of them. A time without an offset is of `zone`, and invalid without one.
 */
export function readOtherTime(bytes: Buffer, start: number, end: number, zone: Zone | undefined): number {
  if (end - start > longest) return NaN;
  const text = bytes.toString("latin1", start, end);
  for (const form of forms) {
    const groups = form.exec(text)?.groups;
    if (groups !== undefined) return toMs(groups, zone);
  }
  return NaN;
}

function toMs(groups: Readonly<Record<string, string | undefined>>, zone: Zone | undefined): number {
  const { month = "", fraction = "", offset } = groups;
  const number = (name: string): number => Number(groups[name] ?? 0);
  const monthNumber = /^\d/u.test(month) ? Number(month) : months.indexOf(month.toLowerCase()) + 1;
  const [hour, minute, second] = [number("hour"), number("minute"), number("second")];
  if (hour > 23 || minute > 59 || second > 60) return NaN;
  const local = dateToMs(number("year"), monthNumber, number("day")) + (hour * 60 + minute) * 60_000;
  const utc = offset === undefined ? (zone?.toUtc(local) ?? NaN) : local - offsetMinutes(offset) * 60_000;
  // A leap second ends a UTC day.
  if (second === 60 && (utc / 60_000 + 1) % 1440 !== 0) return NaN;
  return utc + second * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
}

function offsetMinutes(text: string): number {
  const hours = namedOffsets.get(text.trim().toLowerCase());
  if (hours !== undefined) return hours * 60;
  const bytes = Buffer.from(text, "latin1");
  return readOffset(bytes, 0, bytes.length);
}
