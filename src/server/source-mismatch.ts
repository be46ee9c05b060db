import type { Config } from "../config/config.ts";
import { sourceHint } from "../config/field-hints.ts";
import { leftOutReasons, type SkipReason } from "../decode/event.ts";
import { arrayOverLines } from "../decode/format-json.ts";
import type { LineStats, SourceLineStats } from "../decode/line-stats.ts";
import type { DecodeOptions } from "../decode/options.ts";
import type { Log } from "../log.ts";

/** Uncounted lines before a source is named, and the time limit after which a new source is with fewer. */
const fewLines = 100;
const longMs = 60_000;

const whySkipped: ReadonlyMap<string, string> = new Map<SkipReason, string>([
  ["unlabelled", "most lines have no label (ground truth)"],
  ["line", "most lines do not match `lines`"],
  ["where", "most lines do not have the values of `where`"],
  ["wrapper", "most lines hold no event in the field of `wrapper`"],
]);

interface MonitoredSource {
  readonly counts: SourceLineStats;
  readonly decode: DecodeOptions;
  /** The counts when the config was loaded. */
  readonly before: { readonly accepted: number; readonly untimed: number };
  /** The counts as of the last look at which a line had counted. */
  mark: { readonly read: number; readonly accepted: number; readonly leftOut: number };
  /** Time of the first look with a line since then. */
  since: number | undefined;
  /** True until a line has counted. */
  isNew: boolean;
  isNamed: boolean;
  /** Uncounted lines that are too many: twice as many after each time, so that rare labels fill no log. */
  limit: number;
  isTimeUnchecked: boolean;
  isArrayNamed: boolean;
}

/**
 * Names sources whose config does not seem to match the log: no line counts, until one does, or no outcome has the time
 * field that `fields.time` names.
 */
export class SourceMismatchCheck {
  readonly #log: Log;
  readonly #sources: readonly MonitoredSource[];

  constructor({ sources }: Pick<Config, "sources">, lines: LineStats, log: Log) {
    this.#log = log;
    this.#sources = sources.map(({ source, decode }) => {
      const counts = lines.of(source.name);
      const { read, accepted, leftOutLines: leftOut, untimed } = counts;
      counts.survey.restart();
      counts.leftOut.restart();
      return {
        counts,
        decode,
        before: { accepted, untimed },
        mark: { read, accepted, leftOut },
        since: undefined,
        isNew: true,
        isNamed: false,
        limit: fewLines,
        isTimeUnchecked: decode.fields.time !== undefined,
        isArrayNamed: false,
      };
    });
  }

  /** Checks the counts; `now` is monotonic (milliseconds). */
  check(now: number): void {
    for (const source of this.#sources) {
      this.#nameArray(source);
      if (source.counts.accepted > source.mark.accepted) this.#counted(source);
      else this.#uncounted(source, now);
    }
  }

  /** Names a source with an array over lines, of which the last element counts as a line of its own. */
  #nameArray(source: MonitoredSource): void {
    const { counts, isArrayNamed } = source;
    if (isArrayNamed || !counts.samples("malformed").some(({ detail }) => detail === arrayOverLines)) return;
    source.isArrayNamed = true;
    this.#log.warn({ source: counts.source }, arrayOverLines);
  }

  #counted(source: MonitoredSource): void {
    const { counts, before } = source;
    const { read, accepted, leftOutLines: leftOut, untimed } = counts;
    if (source.isNamed) this.#log.info({ source: counts.source }, "lines of this source count again");
    source.mark = { read, accepted, leftOut };
    source.since = undefined;
    source.isNew = false;
    source.isNamed = false;
    const outcomes = accepted - before.accepted;
    if (!source.isTimeUnchecked || outcomes < fewLines) return;
    source.isTimeUnchecked = false;
    if (untimed - before.untimed < outcomes) return;
    const text = "no outcome of this source has the field of fields.time: outcomes are dated by when they are read";
    this.#log.warn({ source: counts.source, outcomes }, text);
  }

  #uncounted(source: MonitoredSource, now: number): void {
    const { counts, mark, decode } = source;
    // Events may be rare among the lines that the config leaves out, once there has been one.
    const leftOut = source.isNew ? 0 : counts.leftOutLines - mark.leftOut;
    const lines = counts.read - mark.read - leftOut;
    if (lines === 0) return;
    // What was seen before is of another time, with other fields perhaps.
    if (source.since === undefined && !source.isNew) {
      counts.survey.restart();
      counts.leftOut.restart();
    }
    source.since ??= now;
    const isLong = now - source.since >= longMs;
    const isEnough = source.isNew ? lines >= fewLines || isLong : lines >= source.limit && isLong;
    if (source.isNamed || !isEnough) return;
    source.isNamed = true;
    source.limit *= 2;
    const { rejected, skipped } = counts;
    const reasons = Object.entries({ ...rejected, ...skipped }).filter(
      ([reason]) => source.isNew || !leftOutReasons.some((one) => one === reason),
    );
    const [reason = ""] = reasons.sort(([, a], [, b]) => b - a)[0] ?? [];
    const why = whySkipped.get(reason) ?? "see /api/v1/rejected, or run `replay` on the log";
    const hint = sourceHint(decode, counts);
    const since = source.isNew ? "so far" : "for a minute";
    const text = `no line of this source has counted ${since}: ${[why, hint].filter(Boolean).join("; ")}`;
    this.#log.warn({ source: counts.source, lines, reason }, text);
  }
}
