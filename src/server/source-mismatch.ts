import type { Config } from "../config/config.ts";
import type { LineStats, SourceLineStats } from "../decode/line-stats.ts";
import type { Log } from "../log.ts";

/** Lines before a source is checked, and the time limit after which fewer suffice. */
const checkAfterLines = 100;
const checkAfterMs = 60_000;

interface UncheckedSource {
  readonly counts: SourceLineStats;
  readonly hasTimeField: boolean;
  /** The counts when the config was loaded. */
  readonly before: { readonly read: number; readonly accepted: number; readonly untimed: number };
  /** Time of its first line. */
  since: number | undefined;
}

/**
 * Warns once per source whose config does not seem to match its log: no line counts, or no outcome has the time field
 * that `fields.time` names.
 */
export class SourceMismatchCheck {
  readonly #log: Log;
  readonly #unchecked: Set<UncheckedSource>;

  constructor({ sources }: Pick<Config, "sources">, lines: LineStats, log: Log) {
    this.#log = log;
    this.#unchecked = new Set(
      sources.map(({ source, decode }) => {
        const counts = lines.of(source.name);
        const { read, accepted, untimed } = counts;
        const hasTimeField = decode.fields.time !== undefined;
        return { counts, hasTimeField, before: { read, accepted, untimed }, since: undefined };
      }),
    );
  }

  /** Checks the counts; `now` is monotonic (milliseconds). */
  check(now: number): void {
    for (const unchecked of this.#unchecked) {
      const { counts, hasTimeField, before } = unchecked;
      const lines = counts.read - before.read;
      if (lines === 0) continue;
      unchecked.since ??= now;
      if (lines < checkAfterLines && now - unchecked.since < checkAfterMs) continue;
      this.#unchecked.delete(unchecked);
      const accepted = counts.accepted - before.accepted;
      if (accepted === 0) this.#uncounted(counts, lines);
      else if (hasTimeField && counts.untimed - before.untimed === accepted) this.#untimed(counts, accepted);
    }
  }

  #uncounted({ source, rejected, skipped }: SourceLineStats, lines: number): void {
    const reasons = Object.entries({ ...rejected, ...skipped }).sort(([, a], [, b]) => b - a);
    const [reason = ""] = reasons[0] ?? [];
    const why = Object.hasOwn(skipped, reason)
      ? "most lines have no label (ground truth)"
      : "see /api/v1/rejected, or run `replay` on the log";
    this.#log.warn({ source, lines, reason }, `no line of this source has counted so far: ${why}`);
  }

  #untimed({ source }: SourceLineStats, outcomes: number): void {
    const text = "no outcome of this source has the field of fields.time: outcomes are dated by when they are read";
    this.#log.warn({ source, outcomes }, text);
  }
}
