import type { Alert } from "../rules/alert.ts";
import { renderAnnotation } from "../rules/annotation.ts";
import type { FaultSeries } from "./exporter-faults.ts";
import { seriesNotation } from "./input-series.ts";
import { durationText, samplesNotation, type AlertTest, type ExpectedAlert, type RuleTest } from "./promtool-test.ts";

/** Milliseconds between the ticks of the tests of alerts that no objective sets. */
export const healthStep = 60_000;

/** Tick at which what is tested begins. */
export const healthStart = 20;

/** Builds the test that none of the alerts fires where there are no series at all. */
export function quietWithoutData(alerts: readonly Alert[]): readonly RuleTest[] {
  const names = [...new Set(alerts.map(({ name }) => name))];
  const tick = healthStart + Math.max(...alerts.map((alert) => Math.ceil(alert.for.ms / healthStep)));
  const quiet = names.map((name) => expectAlerts(name, tick, []));
  return quiet.length === 0 ? [] : [healthTest(`${names.join(", ")} are quiet on no data`, [], tick, quiet)];
}

/** Builds a test of that many ticks. */
export function healthTest(
  name: string,
  series: readonly FaultSeries[],
  ticks: number,
  tests: readonly AlertTest[],
): RuleTest {
  return {
    name,
    interval: durationText(healthStep),
    input_series: series.map(({ name: metric, labels, at }) => ({
      series: seriesNotation(metric, labels),
      values: samplesNotation(Array.from({ length: ticks + 1 }, (_, tick) => at(tick))),
    })),
    alert_rule_test: tests,
  };
}

/** Expects an alert to fire at a tick with these labels and texts, or to be quiet. */
export function expectAlert(alert: Alert, tick: number, fired?: ExpectedAlert): AlertTest {
  return expectAlerts(alert.name, tick, fired === undefined ? [] : [fired]);
}

/** Expects so many alerts of a name to fire at a tick, and no others. */
export function expectAlerts(alertname: string, tick: number, fired: readonly ExpectedAlert[]): AlertTest {
  return { eval_time: durationText(tick * healthStep), alertname, exp_alerts: fired };
}

/** Renders what a firing alert has, from the labels of its series and the value of its expression. */
export function firing(alert: Alert, own: Readonly<Record<string, string>>, value: number): ExpectedAlert {
  const labels = { ...own, ...alert.labels };
  const texts = Object.entries(alert.annotations).map(([key, message]): [string, string] => [
    key,
    renderAnnotation(message, { labels, value, results: {} }),
  ]);
  return { exp_labels: labels, exp_annotations: Object.fromEntries(texts) };
}
