import type { Config } from "../config/config.ts";
import type { Alert } from "./alert.ts";
import { exporterAlerts } from "./exporter-alerts.ts";
import { faultNamespace, faults, type Fault, type FaultSeries } from "./exporter-faults.ts";
import { messageText } from "./message.ts";
import { gauges, jobName, namespaceLabel } from "./names.ts";
import { durationWord, sampleWords, type AlertTest, type RuleTest } from "./rule-test.ts";
import { seriesText } from "./test-series.ts";

/** Milliseconds between the ticks of these tests. */
export const exporterStep = 60_000;

/** The fault starts after a stretch without one. */
const start = 20;

/** The unit tests of the alerts on the exporter itself, and of those on models that nobody measures. */
export function exporterTests(config: Config): readonly RuleTest[] {
  const alerts = exporterAlerts(config);
  const named = new Map(alerts.map((alert) => [alert.name, alert]));
  const known = faults.flatMap((fault) => {
    const alert = named.get(fault.alert);
    return alert === undefined ? [] : faultTests(alert, fault);
  });
  const absent = alerts.filter(({ absentModel }) => absentModel !== undefined);
  return [...known, ...absent.flatMap((alert) => absentTests(alert, absent))];
}

function faultTests(alert: Alert, fault: Fault): readonly RuleTest[] {
  const fires = start + fault.delay + alert.for.ms / exporterStep;
  const until = fires + 1;
  const resolved = until + fault.delay;
  const labels = { [namespaceLabel]: faultNamespace, ...fault.labels };
  const tests = [
    test(`${alert.name} fires ${fault.what}, and resolves`, fault.series(start, until), resolved, [
      expect(alert, start - 1),
      expect(alert, fires, { labels, value: fault.value }),
      expect(alert, resolved),
    ]),
    test(`${alert.name} is quiet short of it`, fault.harmless(), fires + 1, [
      expect(alert, fires),
      expect(alert, fires + 1),
    ]),
  ];
  if (fault.alert !== "ModelQualityExporterDown") return [...tests, quietWithoutData(alert, fires)];
  const gone = expect(alert, fires, { labels: {}, value: 1 });
  return [...tests, test(`${alert.name} fires when there is no exporter at all`, [], fires, [gone])];
}

function absentTests(alert: Alert, all: readonly Alert[]): readonly RuleTest[] {
  const fires = start + Math.ceil(alert.for.ms / exporterStep);
  const resolved = fires + 1;
  const model = alert.absentModel ?? "";
  // The alerts of the other models have the same name, so these models must be there.
  const series = (at: FaultSeries["at"]): readonly FaultSeries[] =>
    all.map(({ absentModel: each = "" }) => ({
      name: gauges.samples,
      labels: { job: jobName, instance: "replica-0:9877", namespace: faultNamespace, model: each, window: "1h" },
      at: each === model ? at : (): number => 0,
    }));
  const gone = series((tick) => (tick >= start && tick < resolved ? undefined : 0));
  return [
    test(`${alert.name} fires when nobody exposes the model ${model}, and resolves`, gone, resolved, [
      expect(alert, start - 1),
      expect(alert, fires, { labels: { model }, value: 1 }),
      expect(alert, resolved),
    ]),
    test(
      `${alert.name} is quiet for the model ${model} at 0 samples`,
      series(() => 0),
      resolved,
      [expect(alert, resolved)],
    ),
  ];
}

function quietWithoutData(alert: Alert, tick: number): RuleTest {
  return test(`${alert.name} is quiet on no data`, [], tick, [expect(alert, tick)]);
}

function test(name: string, series: readonly FaultSeries[], ticks: number, tests: readonly AlertTest[]): RuleTest {
  return {
    name,
    interval: durationWord(exporterStep),
    input_series: series.map(({ name: metric, labels, at }) => ({
      series: seriesText(metric, labels),
      values: sampleWords(Array.from({ length: ticks + 1 }, (_, tick) => at(tick))),
    })),
    alert_rule_test: tests,
  };
}

function expect(
  alert: Alert,
  tick: number,
  firing?: { readonly labels: Readonly<Record<string, string>>; readonly value: number },
): AlertTest {
  const at = { eval_time: durationWord(tick * exporterStep), alertname: alert.name };
  if (firing === undefined) return { ...at, exp_alerts: [] };
  const labels = { ...firing.labels, ...alert.labels };
  const texts = Object.entries(alert.annotations).map(([key, message]): [string, string] => [
    key,
    messageText(message, { labels, value: firing.value, series: {} }),
  ]);
  return { ...at, exp_alerts: [{ exp_labels: labels, exp_annotations: Object.fromEntries(texts) }] };
}
