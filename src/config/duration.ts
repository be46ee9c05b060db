import * as z from "zod";
import type { Duration } from "./config.ts";
import { expected } from "./messages.ts";

const second = 1000;
const day = 86_400 * second;
/** Prometheus' units, longest first; a year is 365 days there. */
const units = { y: 365 * day, w: 7 * day, d: day, h: 3600 * second, m: 60 * second, s: second, ms: 1 };
const form =
  /^(?=\d)(?:(?<y>\d+)y)?(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?(?:(?<ms>\d+)ms)?$/u;
/** Limit of ten years, well within Prometheus' own limit and the precision of milliseconds. */
const longest = 10 * units.y;

/** Parses a Prometheus duration (`"1h30m"`) to milliseconds; undefined when it is invalid. */
export function durationMs(word: string): number | undefined {
  const groups = form.exec(word)?.groups;
  if (groups === undefined) return undefined;
  let ms = 0;
  for (const [unit, size] of Object.entries(units)) ms += Number(groups[unit] ?? 0) * size;
  return ms <= longest ? ms : undefined;
}

const silence = 'a duration like "26h", or "never"';

/** Schema of how long silence is normal: seconds, or null for `"never"`. */
export const silentAfter = z.string({ error: expected(silence) }).transform((word, ctx): number | null => {
  if (word === "never") return null;
  const ms = durationMs(word);
  if (ms === undefined || ms === 0) ctx.addIssue({ code: "custom", message: expected(silence)({ input: word }) });
  return (ms ?? 0) / second;
});

/** Default of `silentAfter`. */
export const defaultSilentAfter = "1h";

/** Schema of a duration of at least `leastMs` milliseconds. */
export function duration(leastMs: 0 | 1, what = `a duration like "5m"`) {
  return z.string({ error: expected(what) }).transform((word, ctx): Duration => {
    const ms = durationMs(word);
    if (ms === undefined) ctx.addIssue({ code: "custom", message: expected(what)({ input: word }) });
    else if (ms < leastMs) ctx.addIssue({ code: "custom", message: `expected a duration above 0, got "${word}"` });
    return { word, ms: ms ?? 0 };
  });
}
