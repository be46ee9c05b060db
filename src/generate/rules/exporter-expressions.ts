import { countMetrics } from "../../quality/counts.ts";
import { exporterMetric, jobPattern, namespaceLabel } from "../promql/metric-names.ts";
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
  type Matcher,
  type Vector,
} from "../promql/builder.ts";

/** Names of the alerts on the exporter itself. */
export type ExporterAlertName =
  | "ModelQualityExporterDown"
  | "ModelQualityExporterReplicaDown"
  | "ModelQualityLogStalled"
  | "ModelQualityLineErrors"
  | "ModelQualityTagsDropped"
  | "ModelQualityClassesOverflow"
  | "ModelQualityStateNotWritten"
  | "ModelQualityConfigReloadFailed";

/** Seconds after which a log with unread bytes counts as stalled. */
const unreadSeconds = 900;
/** Seconds after which a log without new lines counts as silent. */
const silentSeconds = 3600;
/** Share of rejected lines above which the alert fires. */
const errorShare = 0.05;
/** Seconds after which the state counts as not written; it is written every second or so. */
const stateSeconds = 300;

const job: readonly Matcher[] = [["job", "=~", jobPattern]];
const up = selector("up", job);
const perNamespace = (op: "sum" | "max" | "count", of: Vector): Vector => aggregateBy(op, [namespaceLabel], of);
const some = (of: Vector): Vector => compare(of, ">", num(0));
/** Aggregates the files of each replica. */
const replica = (op: "sum" | "max", of: Vector): Vector => aggregateWithout(op, ["file"], of);
const since = (stamp: Vector): Vector => arith(time, "-", stamp);
const older = (stamp: Vector, seconds: number): Vector => compare(since(stamp), ">", num(seconds));
const lines = (name: "lines_total" | "line_errors_total" | "lines_skipped_total"): Vector =>
  aggregateBy("sum", [namespaceLabel, "source"], call("rate", range(exporterMetric(name), [], "15m")));
/** Lines that were to be counted: those that hold no label by right are not set against those that cannot be read. */
const toBeCounted = or(arith(lines("lines_total"), "-", lines("lines_skipped_total")), lines("lines_total"));
const lastRead = selector(exporterMetric("source_last_read_timestamp_seconds"));

/**
 * Expressions of the alerts on the exporter. All aggregate by namespace: an alert with a pod's label would be resolved,
 * and fire anew, whenever a pod is replaced.
 */
export const exporterExpressions: Readonly<Record<ExporterAlertName, Vector>> = {
  ModelQualityExporterDown: or(compare(perNamespace("max", up), "==", num(0)), call("absent", up)),
  ModelQualityExporterReplicaDown: and(perNamespace("count", compare(up, "==", num(0))), [
    some(perNamespace("max", up)),
  ]),
  ModelQualityLogStalled: perNamespace(
    "count",
    or(
      and(some(replica("sum", selector(exporterMetric("source_lag_bytes")))), [
        older(replica("max", lastRead), unreadSeconds),
      ]),
      older(replica("max", some(lastRead)), silentSeconds),
    ),
  ),
  ModelQualityLineErrors: compare(arith(lines("line_errors_total"), "/", some(toBeCounted)), ">", num(errorShare)),
  ModelQualityTagsDropped: some(
    perNamespace("sum", call("increase", range(exporterMetric("tags_dropped_total"), [], "15m"))),
  ),
  ModelQualityClassesOverflow: some(
    aggregateBy("max", [namespaceLabel, "model"], selector(countMetrics.overflow.name)),
  ),
  ModelQualityStateNotWritten: perNamespace(
    "count",
    or(
      older(selector(exporterMetric("checkpoint_timestamp_seconds")), stateSeconds),
      some(call("increase", range(exporterMetric("checkpoint_errors_total"), [], "15m"))),
    ),
  ),
  ModelQualityConfigReloadFailed: perNamespace(
    "count",
    compare(selector(exporterMetric("config_last_reload_successful")), "==", num(0)),
  ),
};
