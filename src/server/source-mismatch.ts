import type { Config } from "../config/config.ts";
import type { LineCounts, SourceLines } from "../decode/line-stats.ts";
import type { Log } from "../log.ts";

/** Lines after which a source is judged, and milliseconds after which it is judged by fewer. */
const judgeAfterLines = 100;
const judgeAfterMs = 60_000;

interface Judged {
  readonly counts: SourceLines;
  readonly wantsTime: boolean;
  /** The counts when the config was taken up. */
  readonly before: { readonly read: number; readonly accepted: number; readonly untimed: number };
  /** When its first line came. */
  since: number | undefined;
}

/**
 * Warns once of each source whose config does not seem to fit its log: of which no line counts, or no outcome carries
 * the time that `fields.time` names.
 */
export class MisfitSources {
  readonly #log: Log;
  readonly #open: Set<Judged>;

  constructor({ sources }: Pick<Config, "sources">, lines: LineCounts, log: Log) {
    this.#log = log;
    this.#open = new Set(
      sources.map(({ source, decode }) => {
        const counts = lines.of(source.name);
        const { read, accepted, untimed } = counts;
        const wantsTime = decode.fields.time !== undefined;
        return { counts, wantsTime, before: { read, accepted, untimed }, since: undefined };
      }),
    );
  }

  /** Looks at the counts; `now` is the time of a clock that is never set (milliseconds). */
  look(now: number): void {
    for (const judged of this.#open) {
      const { counts, wantsTime, before } = judged;
      const lines = counts.read - before.read;
      if (lines === 0) continue;
      judged.since ??= now;
      if (lines < judgeAfterLines && now - judged.since < judgeAfterMs) continue;
      this.#open.delete(judged);
      const accepted = counts.accepted - before.accepted;
      if (accepted === 0) this.#uncounted(counts, lines);
      else if (wantsTime && counts.untimed - before.untimed === accepted) this.#untimed(counts, accepted);
    }
  }

  #uncounted({ source, rejected, skipped }: SourceLines, lines: number): void {
    const reasons = Object.entries({ ...rejected, ...skipped }).sort(([, a], [, b]) => b - a);
    const [reason = ""] = reasons[0] ?? [];
    const why = Object.hasOwn(skipped, reason)
      ? "most hold no label (ground truth)"
      : "see /api/v1/rejected, and try `replay` on the log";
    this.#log.warn({ source, lines, reason }, `no line of this source has counted so far: ${why}`);
  }

  #untimed({ source }: SourceLines, outcomes: number): void {
    const text = "no outcome of this source holds the time that fields.time names: each counts as of when it is read";
    this.#log.warn({ source, outcomes }, text);
  }
}
