import type { Config } from "../../config/config.ts";
import { total, type BinaryMatrix } from "./binary-matrix.ts";
import { gauges, jobName, namespaceLabel } from "../promql/metric-names.ts";
import { selector, type Matcher } from "../promql/builder.ts";
import { formatExpression } from "../promql/format.ts";
import { sampleWords, type RuleTest } from "./promtool-test.ts";
import type { Arm, Timeline } from "./alert-simulation.ts";

/** The labels of a tag in a test, those that an alert of it carries. */
export function testTag(config: Config, model: string, version: string | undefined): Readonly<Record<string, string>> {
  const rest = config.tagLabels.map((label): [string, string] => [label, `some-${label.replaceAll("_", "-")}`]);
  const known = { model, ...(version === undefined ? {} : { version }) };
  return Object.fromEntries([[namespaceLabel, "models"], ...rest, ...Object.entries(known)]);
}

/** The gauges of the exporter for a timeline, from two replicas, so that the rules are seen to add them up. */
export function inputSeries(config: Config, model: string, timeline: Timeline): RuleTest["input_series"] {
  const mirrored = config.prometheus.replicas === "mirrored";
  return timeline.arms.flatMap((arm) =>
    [0, 1].flatMap((replica) => {
      const share = (count: number): number => {
        if (mirrored) return count;
        return replica === 0 ? Math.ceil(count / 2) : Math.floor(count / 2);
      };
      const labels = {
        job: jobName,
        instance: `replica-${replica}:9877`,
        ...testTag(config, model, arm.version),
        window: timeline.window,
      };
      return arm.cells.length === 0 ? [] : armSeries(timeline, arm, labels, share);
    }),
  );
}

/** Shares are taken of the cells, so that parts and wholes of a replica agree. */
function armSeries(
  timeline: Timeline,
  { cells }: Arm,
  labels: Readonly<Record<string, string>>,
  share: (count: number) => number,
): RuleTest["input_series"] {
  const parts = cells.map(({ tp, fp, fn, tn }) => ({ tp: share(tp), fp: share(fp), fn: share(fn), tn: share(tn) }));
  const line = (name: string, value: (of: BinaryMatrix) => number, more: Readonly<Record<string, string>> = {}) => ({
    series: seriesText(name, { ...labels, ...more }),
    values: sampleWords(parts.map(value)),
  });
  const perClass = ["tp", "tn"] as const;
  return [
    line(gauges.samples, total),
    ...perClass.flatMap((right, index) => {
      const more = { class: timeline.classes[index] ?? "" };
      const [wrong, missed] = right === "tp" ? (["fp", "fn"] as const) : (["fn", "fp"] as const);
      return [
        line(gauges.truePositive, (of) => of[right], more),
        line(gauges.predicted, (of) => of[right] + of[wrong], more),
        line(gauges.actual, (of) => of[right] + of[missed], more),
      ];
    }),
  ];
}

/** A series as promtool's tests write it. */
export function seriesText(name: string, labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([label, value]): Matcher => [label, "=", value]);
  return formatExpression(selector(name, matchers));
}
