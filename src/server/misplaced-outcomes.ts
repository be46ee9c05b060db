import type { Config } from "../config/config.ts";
import type { LineStats, SourceLineStats } from "../decode/line-stats.ts";
import type { Log } from "../log.ts";

/** Minimum duration of nothing but late outcomes, so that a backlog after a start does not count (ms). */
const minLateMs = 300_000;
/** Minimum number of late outcomes. */
const minLateOutcomes = 20;

interface MonitoredSource {
  readonly counts: SourceLineStats;
  /** The counts at the last outcome in time, or when the config was loaded. */
  inTime: { readonly outcomes: number; readonly late: number };
  /** Time of the first outcome after that. */
  since: number | undefined;
  hasLateWarning: boolean;
  hasFutureWarning: boolean;
  /** Future outcomes when the config was loaded. */
  readonly future: number;
}

/**
 * Warns once per source whose outcomes have all been late for some minutes, once per source with future outcomes (both
 * hint at another unit, a missing offset or a wrong clock), and once of dropped tags.
 */
export class MisplacedOutcomes {
  readonly #log: Log;
  readonly #limits: Config["limits"];
  readonly #sources: readonly MonitoredSource[];
  readonly #lines: LineStats;
  /** Dropped outcomes when the config was loaded. */
  readonly #dropped: number;
  #hasDropWarning = false;

  constructor({ sources, limits }: Pick<Config, "sources" | "limits">, lines: LineStats, log: Log) {
    this.#log = log;
    this.#limits = limits;
    this.#lines = lines;
    this.#dropped = lines.outcomes("dropped");
    this.#sources = sources.map(({ source }) => {
      const counts = lines.of(source.name);
      const { outcomes, late, future } = counts;
      return {
        counts,
        inTime: { outcomes, late },
        since: undefined,
        hasLateWarning: false,
        hasFutureWarning: false,
        future,
      };
    });
  }

  /** Checks the counts; `now` is monotonic (ms). */
  check(now: number): void {
    for (const monitored of this.#sources) {
      this.#checkForFuture(monitored);
      this.#checkForLate(monitored, now);
    }
    if (this.#hasDropWarning || this.#lines.outcomes("dropped") === this.#dropped) return;
    this.#hasDropWarning = true;
    const { maxTags, maxTagsPerSource } = this.#limits;
    const what = "outcomes of tags past limits.maxTags or limits.maxTagsPerSource are not counted; raise the limit";
    this.#log.warn({ maxTags, maxTagsPerSource }, what);
  }

  #checkForFuture(monitored: MonitoredSource): void {
    const outcomes = monitored.counts.future - monitored.future;
    if (outcomes === 0 || monitored.hasFutureWarning) return;
    monitored.hasFutureWarning = true;
    const what =
      "outcomes of this source are dated further in the future than limits.futureTolerance and count as of now: is their time in another unit or local time, or is a clock wrong?";
    this.#log.warn({ source: monitored.counts.source, outcomes }, what);
  }

  #checkForLate(monitored: MonitoredSource, now: number): void {
    const { source, outcomes: all, late } = monitored.counts;
    const came = all - monitored.inTime.outcomes;
    const outcomes = late - monitored.inTime.late;
    if (monitored.hasLateWarning || came === 0) return;
    if (outcomes < came) {
      monitored.inTime = { outcomes: all, late };
      monitored.since = undefined;
      return;
    }
    monitored.since ??= now;
    if (outcomes < minLateOutcomes || now - monitored.since < minLateMs) return;
    monitored.hasLateWarning = true;
    const what =
      "all outcomes of this source have been too old for at least one time window for five minutes: does the log lag behind, is their time in another unit or without its offset, or is a clock wrong?";
    this.#log.warn({ source, outcomes }, what);
  }
}
