import type { Config } from "../../config/config.ts";
import { aggregateBy, arith, call, compare, escapeRegex, num, or, range, selector, time } from "../promql/builder.ts";
import type { Matcher, Vector } from "../promql/builder.ts";
import { exporterMetric, namespaceLabel } from "../promql/metric-names.ts";

/** Sources of a config, for their names and the silence that is normal. */
export type Sources = Config["sources"];

/** Longest silence, in seconds, after which files may not be missing besides: an hour. */
export const alwaysThere = 3600;
/** Seconds that a source without limit may have had its last file ago. */
const dayLong = 86_400;

/** Sources that share the silence that is normal. */
interface Group {
  readonly silentAfter: number | null;
  readonly matchers: readonly Matcher[];
}

/** Selects the sources of which no file gave anything for longer than is normal; undefined where every silence is. */
export function silentSources(sources: Sources): Vector | undefined {
  const read = exporterMetric("source_last_read_timestamp_seconds");
  const each = groupsOf(sources).flatMap(({ silentAfter, matchers }) => {
    if (silentAfter === null) return [];
    return [compare(arith(time, "-", perSource("max", selector(read, matchers))), ">", num(silentAfter))];
  });
  return each.length === 0 ? undefined : each.reduce(or);
}

/** Selects the sources without a file; those that may be silent for long have been without one for as long. */
export function emptySources(sources: Sources): Vector {
  const files = exporterMetric("files");
  return groupsOf(sources)
    .map(({ silentAfter, matchers }) => {
      const seconds = silentAfter ?? dayLong;
      const there =
        seconds <= alwaysThere
          ? selector(files, matchers)
          : call("max_over_time", range(files, matchers, `${Math.ceil(seconds)}s`));
      return compare(perSource("sum", there), "==", num(0));
    })
    .reduce(or);
}

/** Groups the sources; one group, of all sources whatever they are called, where all are alike. */
function groupsOf(sources: Sources): readonly Group[] {
  const bySilence = new Map<number | null, string[]>();
  for (const { source, silentAfter } of sources) {
    bySilence.set(silentAfter, [...(bySilence.get(silentAfter) ?? []), source.name]);
  }
  if (bySilence.size === 0) bySilence.set(alwaysThere, []);
  return [...bySilence].map(([silentAfter, names]) => ({
    silentAfter,
    matchers: bySilence.size === 1 ? [] : [["source", "=~", names.map(escapeRegex).join("|")]],
  }));
}

/** Aggregates over the files and the replicas of each source. */
export function perSource(op: "sum" | "max" | "count", of: Vector): Vector {
  return aggregateBy(op, [namespaceLabel, "source"], of);
}
