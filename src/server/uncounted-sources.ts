import type { LineCounts, SourceLines } from "../decode/line-counts.ts";
import type { Log } from "../log.ts";

/** Lines after which a source of which none counts is named, and milliseconds after which it is named with fewer. */
const tellAfterLines = 100;
const tellAfterMs = 60_000;

/** Warns once of each source that has lines and no outcome: its `fields` or its `format` mostly do not fit the log. */
export class UncountedSources {
  readonly #log: Log;
  /** Those that may still have to be named, with what they had counted before. */
  readonly #doubtful: Map<SourceLines, { readonly read: number; readonly accepted: number; since: number | undefined }>;

  constructor(sources: readonly string[], lines: LineCounts, log: Log) {
    this.#log = log;
    this.#doubtful = new Map(
      sources.map((name) => {
        const counts = lines.of(name);
        return [counts, { read: counts.read, accepted: counts.accepted, since: undefined }];
      }),
    );
  }

  /** Looks at the counts; `now` is the time of a clock that is never set (milliseconds). */
  look(now: number): void {
    for (const [counts, before] of this.#doubtful) {
      const lines = counts.read - before.read;
      if (lines === 0) continue;
      before.since ??= now;
      const counted = counts.accepted > before.accepted;
      if (!counted && lines < tellAfterLines && now - before.since < tellAfterMs) continue;
      this.#doubtful.delete(counts);
      if (!counted) this.#tell(counts, lines);
    }
  }

  #tell({ source, rejected, skipped }: SourceLines, lines: number): void {
    const reasons = Object.entries({ ...rejected, ...skipped }).sort(([, a], [, b]) => b - a);
    const [reason = ""] = reasons[0] ?? [];
    const why = Object.hasOwn(skipped, reason)
      ? "most hold no label (ground truth)"
      : "see /api/v1/rejected, and try `replay` on the log";
    this.#log.warn({ source, lines, reason }, `no line of this source has counted so far: ${why}`);
  }
}
