import { basename } from "node:path";
import { readableForms, unreadableText, type Compression } from "./compression.ts";
import { hasZstd } from "./zstd.ts";

const year = String.raw`(?:19|20)\d{2}`;
const month = "(?:0[1-9]|1[0-2])";
const day = String.raw`(?:0[1-9]|[12]\d|3[01])`;
/** Marks of rotation in a name: a number (of a date and a time, several) or a word. */
const marks = String.raw`(?:[._-]+(?:\d[\dTZ:+]*|old|bak|copy|orig|prev))`;
/** Without a separator only what is a date, perhaps with a time, is no part of the log's own name. */
const glued = String.raw`(?<=[a-z])${year}${month}${day}(?:\d{2}){0,3}(?!\d)`;
const suffix = new RegExp(String.raw`(?:${marks}|${glued})${marks}*[._-]*$`, "iu");
const dates = [
  String.raw`\d{4}-?\d{2}-?\d{2}`,
  String.raw`${year}(?<first>[._])${month}\k<first>${day}`,
  String.raw`${day}(?<last>[._-])${day}\k<last>${year}(?!\d)`,
];
/** A number inside of a name may tell two logs apart; a date tells two stretches of one log. */
const dateInside = new RegExp(String.raw`(?:[._-]+(?:${dates.join("|")})|${glued})[\dTZ:+._-]*(?=\.[a-z]\w*$)`, "iu");
const yearLast = new RegExp(String.raw`^[._-]+(\d{2})([._-])(\d{2})\2(${year})(?!\d)`, "u");
const zstdEndings = "zst|zstd";
const compressedEnding = String.raw`\.(?:gz${hasZstd ? `|${zstdEndings}` : ""})`;
const compressed = new RegExp(`${compressedEnding}$`, "u");

/** Tells whether a name is that of a compressed file. */
export function isCompressedName(name: string): boolean {
  return compressed.test(name);
}

/** Tells the compressed form that a name stands for; undefined for a plain file, and for what cannot be read. */
export function compressionOfName(name: string): Compression | undefined {
  if (!isCompressedName(name)) return undefined;
  return name.endsWith(".gz") ? "gzip" : "zstd";
}

/** Endings of compressed forms that cannot be read. */
const foreign = new RegExp(String.raw`\.(?:${hasZstd ? "" : `${zstdEndings}|`}xz|lzma|bz2|lz4|lzo|zip|7z|Z)$`, "u");

/** Whether the name says that the file is compressed in a form that cannot be read. */
export function isForeignArchive(name: string): boolean {
  return foreign.test(name);
}

/** Describes why a file of such a name cannot be read. */
export function foreignText(name: string): string {
  const ending = foreign.exec(name)?.[0] ?? "";
  if (!hasZstd && /^\.zstd?$/u.test(ending)) return unreadableText("zstd");
  return `it is compressed in a form that cannot be read (${ending}): only ${readableForms} can`;
}

/** The name of a file before it was compressed in a form that cannot be read. */
export function withoutForeignEnding(name: string): string {
  return name.replace(foreign, "");
}

/** The name that a log has before rotation marks it: `app.log` for `app.log.2.gz`, `app.log-20260102`, `app-20260102.log`. */
export function logName(name: string): string {
  return name.replace(compressed, "").replace(suffix, "").replace(dateInside, "");
}

/** Returns the common part of the names of possibly related files: numbers are ignored. */
export function logGroup(name: string): string {
  return logName(name).replaceAll(/[._-]?\d+/gu, "");
}

/** Tells whether a name has a mark of rotation; a name without one is where a log is written. */
export function isRotatedName(path: string): boolean {
  const name = basename(path);
  return logName(name) !== name;
}

/** The beginning that the names of a log and of all its rotated files have in common: `app` for `app.log`. */
export function nameStem(name: string): string {
  return /^[._-]*[^._-]+/u.exec(name)?.[0] ?? name;
}

/**
 * Makes a pattern of the names between those of two rotated files: `app.log.1` and `app.log.2.gz` for `app.log` and
 * `app.log.3`. Undefined for names of another form.
 */
export function namesBetween(one: string, other: string): RegExp | undefined {
  const a = one.replace(compressed, "");
  const b = other.replace(compressed, "");
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  // Numbers are compared whole: the names log.10 and log.12 differ in 10 and 12, not in 0 and 2.
  while (start > 0 && /\d/u.test(a.charAt(start - 1))) start--;
  while (end > 0 && /\d/u.test(a.charAt(a.length - end))) end--;
  const inside = /^[\dTZ:+._-]*$/u;
  if (!inside.test(a.slice(start, a.length - end)) || !inside.test(b.slice(start, b.length - end))) return undefined;
  const escape = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
  return new RegExp(
    `^${escape(a.slice(0, start))}[\\dTZ:+._-]*${escape(a.slice(a.length - end))}(?:${compressedEnding})?$`,
    "u",
  );
}

/**
 * Compares the dates in two names, oldest first, then the time or the number after the date; 0 if undecided. With the year
 * last, the month or the day may be first: undecided if both are possible and give different orders.
 */
export function compareDates(one: string, other: string): number {
  const [ones, others] = [stampsOf(one), stampsOf(other)];
  const orders = (["monthFirst", "dayFirst"] as const).flatMap((way) => {
    const [a, b] = [ones[way], others[way]];
    return a === undefined || b === undefined ? [] : [compareStamps(a, b)];
  });
  const [order = 0] = orders;
  return orders.every((same) => same === order) ? order : 0;
}

/** The digits of what rotation has put into a name, the year first, by how they are read; undefined when they cannot be. */
function stampsOf(name: string): { readonly monthFirst: string | undefined; readonly dayFirst: string | undefined } {
  const bare = name.replace(compressed, "");
  const mark = (suffix.exec(bare) ?? dateInside.exec(bare))?.[0] ?? "";
  const [date = "", first = "", , second = "", last = ""] = yearLast.exec(mark) ?? [];
  const rest = mark.slice(date.length).replaceAll(/\D/gu, "");
  return {
    monthFirst: Number(first) > 12 ? undefined : last + first + second + rest,
    dayFirst: Number(second) > 12 ? undefined : last + second + first + rest,
  };
}

function compareStamps(a: string, b: string): number {
  if (a.length < 8 || b.length < 8) return 0;
  const dayLength = 8;
  const length = Math.max(a.length, b.length) - dayLength;
  const sortable = (stamp: string): string => stamp.slice(0, dayLength) + stamp.slice(dayLength).padStart(length, "0");
  return sortable(a).localeCompare(sortable(b));
}

/**
 * Orders the names of two files of a log, oldest first (negative: `one` is older): a later date is newer, a higher number is
 * older, as most loggers count, and one without a mark is the newest.
 */
export function compareRotations(one: string, other: string): number {
  if (isRotatedName(one) !== isRotatedName(other)) return isRotatedName(one) ? -1 : 1;
  const order = compareDates(one, other);
  if (order !== 0) return order;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  while (same > 0 && /\d/u.test(one.charAt(same - 1))) same--;
  const [a, b] = [digitsFrom(one, same), digitsFrom(other, same)];
  if (a === "" || b === "") return one < other ? -1 : 1;
  // The last digits of two dates are enough to tell that they are dates: numbers of rotation have no leading zero.
  const areDates = a.length === b.length && (a.length >= 6 || a.startsWith("0") || b.startsWith("0"));
  return areDates ? a.localeCompare(b) : Number(b) - Number(a);
}

function digitsFrom(name: string, start: number): string {
  return name.slice(start).replace(compressed, "").replaceAll(/\D/gu, "");
}
