import { sourceHint } from "../config/field-hints.ts";
import type { SourceLineStats } from "../decode/line-stats.ts";
import type { DecodeOptions } from "../decode/options.ts";

/** Tells of a source of which lines were read and none counted, and which field may be meant; undefined when some did. */
export function uncountedNote(
  { source, read, accepted, rejected, skipped, survey, leftOut }: SourceLineStats,
  decode: DecodeOptions,
  isOneOfMany: boolean,
): string | undefined {
  if (read === 0 || accepted > 0) return undefined;
  const of = isOneOfMany ? ` of source ${JSON.stringify(source)}` : "";
  const counts = Object.entries({ ...rejected, ...skipped }).sort(([, a], [, b]) => b - a);
  const reasons = counts.map(([reason, count]) => `${reason} ${count}`).join(", ");
  const hint = sourceHint(decode, { survey, leftOut });
  return `none of ${read} lines${of} counts (${reasons})${hint === undefined ? "" : `: ${hint}`}`;
}
