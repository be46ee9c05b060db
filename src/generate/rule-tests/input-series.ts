import { confusionMetric, countMetrics } from "../../quality/counts.ts";
import type { Config } from "../../config/config.ts";
import { selector, type Matcher } from "../promql/builder.ts";
import { formatExpression } from "../promql/format.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import type { Aggregation } from "../rules/recording-rules.ts";
import type { Scenario, VersionCounts } from "./alert-simulation.ts";
import { sampleCount, type BinaryMatrix } from "./binary-matrix.ts";
import { samplesNotation, type RuleTest } from "./promtool-test.ts";

/** Sections of the config that the tests of objectives depend on. */
export type TestedConfig = Aggregation & Pick<Config, "exposition" | "join">;

type Labels = Readonly<Record<string, string>>;

/** Builds the labels of a tag in a test, which its alerts carry too. */
export function testTag(tagLabels: readonly string[], model: string, version: string | undefined): Labels {
  const rest = tagLabels.map((label): [string, string] => [label, `some-${label.replaceAll("_", "-")}`]);
  const known = { model, ...(version === undefined ? {} : { version }) };
  return Object.fromEntries([[namespaceLabel, "models"], ...rest, ...Object.entries(known)]);
}

/** Builds the gauges of two replicas of the exporter, so that a test shows that the rules add them up. */
export function inputSeries(
  { tagLabels, prometheus: { replicas }, exposition }: TestedConfig,
  model: string,
  scenario: Scenario,
): RuleTest["input_series"] {
  return scenario.versions.flatMap((counts) =>
    [0, 1].flatMap((replica) => {
      const share = (count: number): number => {
        if (replicas === "mirrored") return count;
        return replica === 0 ? Math.ceil(count / 2) : Math.floor(count / 2);
      };
      const labels = {
        job: jobName,
        instance: `replica-${replica}:9877`,
        ...testTag(tagLabels, model, counts.version),
        window: scenario.window,
      };
      return counts.matrices.length === 0
        ? []
        : replicaSeries(scenario, counts, { labels, share, cells: exposition.confusion !== "none" });
    }),
  );
}

interface Replica {
  readonly labels: Labels;
  readonly share: (count: number) => number;
  /** Whether it exposes the cells of confusion matrices. */
  readonly cells: boolean;
}

/** Shares are taken of the cells of the matrix, so that the gauges of a replica agree with each other. */
function replicaSeries(
  { classes }: Scenario,
  { matrices }: VersionCounts,
  { labels, share, cells: hasCells }: Replica,
): RuleTest["input_series"] {
  const parts = matrices.map(({ tp, fp, fn, tn }) => ({ tp: share(tp), fp: share(fp), fn: share(fn), tn: share(tn) }));
  const line = (name: string, value: (of: BinaryMatrix) => number, more: Labels = {}) => ({
    series: seriesNotation(name, { ...labels, ...more }),
    values: samplesNotation(parts.map(value)),
  });
  const cells = [
    ["tp", "fp", "fn"],
    ["tn", "fn", "fp"],
  ] as const;
  const [positive, other] = classes;
  const matrixCells = [
    [positive, positive, "tp"],
    [other, positive, "fp"],
    [positive, other, "fn"],
    [other, other, "tn"],
  ] as const;
  return [
    line(countMetrics.samples.name, sampleCount),
    ...(hasCells
      ? matrixCells.map(([actual, predicted, cell]) =>
          line(confusionMetric.name, (of) => of[cell], { actual, predicted }),
        )
      : []),
    ...cells.flatMap(([hit, wrong, missed], index) => {
      const more = { class: classes[index] ?? "" };
      return [
        line(countMetrics.truePositive.name, (of) => of[hit], more),
        line(countMetrics.predicted.name, (of) => of[hit] + of[wrong], more),
        line(countMetrics.actual.name, (of) => of[hit] + of[missed], more),
      ];
    }),
  ];
}

/** Writes a series in promtool's notation. */
export function seriesNotation(name: string, labels: Labels): string {
  const matchers = Object.entries(labels).map(([label, value]): Matcher => [label, "=", value]);
  return formatExpression(selector(name, matchers));
}
