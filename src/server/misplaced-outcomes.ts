import type { Config } from "../config/config.ts";
import type { LineCounts, SourceLines } from "../decode/line-stats.ts";
import type { Log } from "../log.ts";

/** So long nothing but late outcomes must come: what is behind after a start reads through its backlog first. */
const lateForMs = 300_000;
/** So many late outcomes at least. */
const fewestLate = 20;

interface Watched {
  readonly counts: SourceLines;
  /** The counts when an outcome last was in time, or the config was taken up. */
  inTime: { readonly accepted: number; readonly late: number };
  /** When the first outcome came since. */
  since: number | undefined;
  isLateTold: boolean;
  isFutureTold: boolean;
  /** Outcomes from the future when the config was taken up. */
  readonly future: number;
}

/**
 * Warns once of each source of whose outcomes all have been late for some minutes, and of each with outcomes from the
 * future: times in another unit, without their offset, or of a wrong clock. And once that tags are dropped.
 */
export class MisplacedOutcomes {
  readonly #log: Log;
  readonly #limits: Config["limits"];
  readonly #sources: readonly Watched[];
  #areDropsTold = false;

  constructor({ sources, limits }: Pick<Config, "sources" | "limits">, lines: LineCounts, log: Log) {
    this.#log = log;
    this.#limits = limits;
    this.#sources = sources.map(({ source }) => {
      const counts = lines.of(source.name);
      const { accepted, late, future } = counts;
      return { counts, inTime: { accepted, late }, since: undefined, isLateTold: false, isFutureTold: false, future };
    });
  }

  /** Looks at the counts; `dropped` are the outcomes past `maxTags`, `now` is the time of a clock that is never set (ms). */
  look(dropped: number, now: number): void {
    for (const watched of this.#sources) {
      this.#lookForFuture(watched);
      this.#lookForLate(watched, now);
    }
    if (dropped === 0 || this.#areDropsTold) return;
    this.#areDropsTold = true;
    const { maxTags } = this.#limits;
    this.#log.warn({ maxTags }, "outcomes of tags past limits.maxTags are not counted in any figure; raise it");
  }

  #lookForFuture(watched: Watched): void {
    const outcomes = watched.counts.future - watched.future;
    if (outcomes === 0 || watched.isFutureTold) return;
    watched.isFutureTold = true;
    const what =
      "outcomes of this source carry a time that is to come by more than limits.futureTolerance, and count as of now: is it in another unit or local time, or a clock wrong?";
    this.#log.warn({ source: watched.counts.source, outcomes }, what);
  }

  #lookForLate(watched: Watched, now: number): void {
    const { source, accepted, late } = watched.counts;
    const came = accepted - watched.inTime.accepted;
    const outcomes = late - watched.inTime.late;
    if (watched.isLateTold || came === 0) return;
    if (outcomes < came) {
      watched.inTime = { accepted, late };
      watched.since = undefined;
      return;
    }
    watched.since ??= now;
    if (outcomes < fewestLate || now - watched.since < lateForMs) return;
    watched.isLateTold = true;
    const what =
      "all outcomes of this source have been too old for at least one time window, for five minutes: does the log run behind, or is their time in another unit, without its offset, or of a wrong clock?";
    this.#log.warn({ source, outcomes }, what);
  }
}
