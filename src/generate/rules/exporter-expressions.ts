import { countMetrics } from "../../quality/counts.ts";
import { exporterMetric, jobPattern, namespaceLabel, otherFiles } from "../promql/metric-names.ts";
import {
  aggregateBy,
  aggregateWithout,
  and,
  arith,
  call,
  compare,
  or,
  num,
  range,
  selector,
  time,
  unless,
  type Matcher,
  type Vector,
} from "../promql/builder.ts";
import { emptySources, perSource, silentSources, type Sources } from "./source-expressions.ts";

/** Names of the alerts on the exporter itself and on what it reads. */
export type ExporterAlertName =
  | "ModelQualityExporterDown"
  | "ModelQualityExporterReplicaDown"
  | "ModelQualityLogStalled"
  | "ModelQualityNoFiles"
  | "ModelQualityFileErrors"
  | "ModelQualityFilesLost"
  | "ModelQualityLineErrors"
  | "ModelQualityNothingCounted"
  | "ModelQualityOutcomesMisdated"
  | "ModelQualityTagsDropped"
  | "ModelQualityClassesOverflow"
  | "ModelQualitySeriesLeftOut"
  | "ModelQualityPendingEvicted"
  | "ModelQualityStateNotWritten"
  | "ModelQualityConfigReloadFailed";

/** Time after which unread bytes of a file count as stalled. */
const unread = { word: "15m", seconds: 900 };
/** Share of rejected lines above which the alert fires. */
const errorShare = 0.05;
/** Fewest lines in `linesRange` of which one at least must be counted. */
const fewestLines = 100;
const linesRange = "30m";
/** Share of late and future outcomes above which a clock must be wrong, and fewest of them. */
const misdatedShare = 0.5;
const fewestMisdated = 10;
/** Seconds after which the state counts as not written; it is written every second or so. */
const stateSeconds = 300;

const job: readonly Matcher[] = [["job", "=~", jobPattern]];
const up = selector("up", job);
const perNamespace = (op: "sum" | "max" | "count", of: Vector): Vector => aggregateBy(op, [namespaceLabel], of);
const some = (of: Vector): Vector => compare(of, ">", num(0));
const age = (stamp: Vector): Vector => arith(time, "-", stamp);
const increase = (metric: string, over: string, matchers: readonly Matcher[] = []): Vector =>
  call("increase", range(metric, matchers, over));

/** Selects the lines of each replica that were rejected or skipped, by source. */
const uncounted = (offset?: string): Vector => {
  const names = (["line_errors_total", "lines_skipped_total"] as const).map((name) => exporterMetric(name)).join("|");
  return aggregateWithout("sum", ["reason"], selector("", [["__name__", "=~", names]], offset));
};
const lines = (name: "lines_total" | "line_errors_total" | "lines_skipped_total", over: string): Vector =>
  perSource("sum", increase(exporterMetric(name), over));
/** Counts the lines that were meant to be read: those that hold no label by right are not among them. */
const meantLines = (over: string): Vector =>
  or(arith(lines("lines_total", over), "-", lines("lines_skipped_total", over)), lines("lines_total", over));

/**
 * Selects files of which bytes have been waiting, and none was read. What was looked at does not wait, though it holds no
 * whole line yet.
 */
function waitingFiles(): Vector {
  const lag = exporterMetric("source_lag_bytes");
  const waiting = and(some(call("min_over_time", range(lag, [], unread.word))), [some(selector(lag, [], unread.word))]);
  const seconds = exporterMetric("source_lag_seconds");
  // Of many files that share a series, one waits though another was read just now.
  const lookedAt = or(
    compare(selector(seconds), "==", num(0)),
    compare(selector(seconds, [["file", "=", otherFiles]]), "<=", num(unread.seconds)),
  );
  const readLately = compare(
    age(selector(exporterMetric("source_last_read_timestamp_seconds"), [["file", "!=", otherFiles]])),
    "<=",
    num(unread.seconds),
  );
  return unless(unless(waiting, lookedAt), readLately);
}

/**
 * Selects sources of which lines came and no replica counted any; the counts are compared as they are, to the line. Lines
 * that the config leaves out matter only until a source has an event: then events may be rare among them.
 */
function nothingCounted(sources: Sources): Vector {
  const total = exporterMetric("lines_total");
  const counted = (offset?: string): Vector => arith(selector(total, [], offset), "-", uncounted(offset));
  const grown = compare(arith(counted(), "-", counted(linesRange)), "!=", num(0));
  const isNew = unless(some(counted()), selector(total, [], linesRange));
  const all = perSource("sum", increase(total, linesRange));
  const came = compare(all, ">=", num(fewestLines));
  const none = perSource("count", or(grown, isNew));
  const leavesOut = sources.some(
    ({ decode: { lines: matching, where, wrapper } }) =>
      matching !== undefined || where.length > 0 || typeof wrapper === "object",
  );
  if (!leavesOut) return unless(came, none);
  const skipped = increase(exporterMetric("lines_skipped_total"), linesRange, [["reason", "!=", "unlabelled"]]);
  const leftOut = perSource("sum", skipped);
  const meant = compare(or(arith(all, "-", leftOut), all), ">=", num(fewestLines));
  // A day ago as well, since the counts of a replica begin anew with its process.
  const hadEvents = perSource("count", some(or(counted(), counted("1d"))));
  return unless(or(meant, unless(came, hadEvents)), none);
}

/** Share of the outcomes of a source, the backlog at the start left out, that are dated too early or in the future. */
function misdated(): Vector {
  const of = (name: "events_late_total" | "events_future_total"): Vector =>
    perSource("sum", increase(exporterMetric(name), "1h", [["backlog", "!=", "true"]]));
  const both = arith(of("events_late_total"), "+", of("events_future_total"));
  const all = perSource("sum", increase(exporterMetric("outcomes_total"), "1h"));
  return and(compare(arith(both, "/", some(all)), ">", num(misdatedShare)), [compare(both, ">=", num(fewestMisdated))]);
}

/** Selects files that were lost lately; one that was lost before the first scrape shows no increase. */
function filesLost(): Vector {
  const lost = exporterMetric("files_lost_total");
  return some(perSource("sum", or(some(increase(lost, "1h")), unless(some(selector(lost)), selector(lost, [], "1h")))));
}

/**
 * Builds the expressions of the alerts on the exporter. All aggregate by namespace: an alert with a pod's label would be
 * resolved, and fire anew, whenever a pod is replaced.
 */
export function exporterExpressions(sources: Sources): Readonly<Record<ExporterAlertName, Vector>> {
  const waiting = perSource("count", waitingFiles());
  const silent = silentSources(sources);
  return {
    ModelQualityExporterDown: or(compare(perNamespace("max", up), "==", num(0)), call("absent", up)),
    ModelQualityExporterReplicaDown: and(perNamespace("count", compare(up, "==", num(0))), [
      some(perNamespace("max", up)),
    ]),
    ModelQualityLogStalled: silent === undefined ? waiting : or(waiting, silent),
    ModelQualityNoFiles: emptySources(sources),
    ModelQualityFileErrors: some(
      aggregateBy("sum", [namespaceLabel, "source", "code"], increase(exporterMetric("file_errors_total"), "5m")),
    ),
    ModelQualityFilesLost: filesLost(),
    ModelQualityLineErrors: compare(
      arith(lines("line_errors_total", "15m"), "/", some(meantLines("15m"))),
      ">",
      num(errorShare),
    ),
    ModelQualityNothingCounted: nothingCounted(sources),
    ModelQualityOutcomesMisdated: misdated(),
    ModelQualityTagsDropped: some(perNamespace("sum", increase(exporterMetric("tags_dropped_total"), "15m"))),
    ModelQualityClassesOverflow: some(
      aggregateBy("max", [namespaceLabel, "model"], selector(countMetrics.overflow.name)),
    ),
    ModelQualitySeriesLeftOut: some(perNamespace("sum", selector(exporterMetric("series_left_out")))),
    ModelQualityPendingEvicted: some(
      perNamespace("sum", increase(exporterMetric("pending_evicted_total"), "15m", [["reason", "=", "capacity"]])),
    ),
    ModelQualityStateNotWritten: perNamespace(
      "count",
      or(
        compare(age(selector(exporterMetric("checkpoint_timestamp_seconds"))), ">", num(stateSeconds)),
        some(increase(exporterMetric("checkpoint_errors_total"), "15m")),
      ),
    ),
    ModelQualityConfigReloadFailed: perNamespace(
      "count",
      compare(selector(exporterMetric("config_last_reload_successful")), "==", num(0)),
    ),
  };
}
