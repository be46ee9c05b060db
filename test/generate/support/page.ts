import { seriesNotation } from "../../../src/generate/rule-tests/input-series.ts";

/** Actual and predicted class of an outcome. */
export type Pair = readonly [actual: string, predicted: string];

/** The counts of outcomes as the exporter's page has them, for one tag and window. */
export function countsPage(pairs: readonly Pair[], classes: readonly string[], labels: Record<string, string>): string {
  const count = (of: (pair: Pair) => boolean): number => pairs.filter(of).length;
  const line = (name: string, value: number, more: Record<string, string> = {}): string =>
    `${seriesNotation(name, { ...labels, ...more })} ${value}\n`;
  return [
    line("model_quality_samples", pairs.length),
    ...classes.flatMap((name) => [
      line(
        "model_quality_true_positive_samples",
        count(([a, p]) => a === name && p === name),
        { class: name },
      ),
      line(
        "model_quality_predicted_samples",
        count(([, p]) => p === name),
        { class: name },
      ),
      line(
        "model_quality_actual_samples",
        count(([a]) => a === name),
        { class: name },
      ),
      line("model_quality_recall_ratio", count(([a, p]) => a === name && p === name) / count(([a]) => a === name), {
        class: name,
      }),
    ]),
  ].join("");
}
