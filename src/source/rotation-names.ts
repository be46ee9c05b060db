import { basename } from "node:path";

/** What rotation puts into a name: a number, a date, or a word. */
const marks = String.raw`(?:[._-](?:\d[\dTZ:+._-]*|old|bak|copy|orig|prev))+`;
const suffix = new RegExp(`${marks}$`, "iu");
/** A number inside of a name may tell two logs apart; a date tells two stretches of one log. */
const dateInside = /[._-]\d{4}-?\d{2}-?\d{2}[\dTZ:+._-]*(?=\.[a-z]\w*$)/iu;
const compressed = /\.gz$/u;

/** Whether the name says that the file is compressed. */
export function isCompressedName(name: string): boolean {
  return compressed.test(name);
}

/** The name that a log has before rotation marks it: `app.log` for `app.log.2.gz`, `app.log-20260102`, `app-20260102.log`. */
export function familyOf(name: string): string {
  return name.replace(compressed, "").replace(suffix, "").replace(dateInside, "");
}

/** What the names of all files that may have to do with one another have in common: numbers do not tell them apart. */
export function kinOf(name: string): string {
  return familyOf(name).replaceAll(/[._-]?\d+/gu, "");
}

/** Whether a file's name has a mark of rotation: without one it is where a log is written, not where it is put away. */
export function isMarked(path: string): boolean {
  const name = basename(path);
  return familyOf(name) !== name;
}

/** The beginning that the names of a log and of all its rotated files have in common: `app` for `app.log`. */
export function stemOf(name: string): string {
  return /^[._-]*[^._-]+/u.exec(name)?.[0] ?? name;
}

/**
 * Given the names of two files of which one took the other's place, matches the names of those that were between them:
 * `app.log.1`, `app.log.2.gz` for `app.log` and `app.log.3`. Undefined when the names are not of that kind.
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
  return new RegExp(`^${escape(a.slice(0, start))}[\\dTZ:+._-]*${escape(a.slice(a.length - end))}(?:\\.gz)?$`, "u");
}

/** Orders the names of two files by the dates in them, the oldest first; 0 when that cannot be said. */
export function compareDates(one: string, other: string): number {
  const [a, b] = [digitsOf(one), digitsOf(other)];
  return a.length === b.length && a.length >= 8 ? a.localeCompare(b) : 0;
}

/** The digits of what rotation has put into a name. */
function digitsOf(name: string): string {
  const bare = name.replace(compressed, "");
  const mark = suffix.exec(bare) ?? dateInside.exec(bare);
  return mark === null ? "" : mark[0].replaceAll(/\D/gu, "");
}

/**
 * Orders the names of two files of a log, oldest first (negative: `one` is older): a later date is newer, a higher number is
 * older, as most loggers count, and one without a mark is the newest.
 */
export function compareMarks(one: string, other: string): number {
  if (isMarked(one) !== isMarked(other)) return isMarked(one) ? -1 : 1;
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
