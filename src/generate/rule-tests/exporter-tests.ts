import type { Alert } from "../rules/alert.ts";
import { faultNamespace, faults, type Fault, type FaultSeries } from "./exporter-faults.ts";
import { renderAnnotation } from "../rules/annotation.ts";
import { gauges, jobName, namespaceLabel } from "../promql/metric-names.ts";
import { durationWord, sampleWords, type AlertTest, type RuleTest } from "./promtool-test.ts";
import { seriesText } from "./input-series.ts";

/** Milliseconds between the ticks of these tests. */
export const exporterStep = 60_000;

/** The fault starts after a stretch without one. */
const start = 20;

/** The unit tests of alerts on the exporter itself, and of those on models that nobody measures. */
export function exporterTests(alerts: readonly Alert[]): readonly RuleTest[] {
  const named = new Map(alerts.map((alert) => [alert.name, alert]));
  const known = faults.flatMap((fault) => {
    const alert = named.get(fault.alert);
    return alert === undefined ? [] : faultTests(alert, fault);
  });
  return [...known, ...absentTests(alerts.filter(({ absentModel }) => absentModel !== undefined))];
}

function faultTests(alert: Alert, fault: Fault): readonly RuleTest[] {
  const fires = start + fault.delay + alert.for.ms / exporterStep;
  const until = fires + 1;
  const resolved = until + fault.delay;
  const labels = { [namespaceLabel]: faultNamespace, ...fault.labels };
  const tests = [
    test(`${alert.name} fires ${fault.what}, and resolves`, fault.series(start, until), resolved, [
      expect(alert, start - 1),
      expect(alert, fires, firing(alert, labels, fault.value)),
      expect(alert, resolved),
    ]),
    test(`${alert.name} is quiet short of it`, fault.harmless(), fires + 1, [
      expect(alert, fires),
      expect(alert, fires + 1),
    ]),
  ];
  if (fault.alert !== "ModelQualityExporterDown") return [...tests, quietWithoutData(alert, fires)];
  const gone = expect(alert, fires, firing(alert, {}, 1));
  return [...tests, test(`${alert.name} fires when there is no exporter at all`, [], fires, [gone])];
}

/** Every other model is gone while those between them live: what one model does must not hide another. */
function absentTests(alerts: readonly Alert[]): readonly RuleTest[] {
  const [first] = alerts;
  if (first === undefined) return [];
  const fires = start + Math.ceil(first.for.ms / exporterStep);
  const resolved = fires + 1;
  const series = (gone: readonly Alert[]): readonly FaultSeries[] =>
    alerts.map((alert) => ({
      name: gauges.samples,
      labels: {
        job: jobName,
        instance: "replica-0:9877",
        namespace: faultNamespace,
        model: alert.absentModel ?? "",
        window: "1h",
      },
      at: (tick) => (gone.includes(alert) && tick >= start && tick < resolved ? undefined : 0),
    }));
  const halves = [0, 1]
    .map((half) => alerts.filter((_, index) => index % 2 === half))
    .filter(({ length }) => length > 0);
  return [
    ...halves.map((gone) =>
      test(`${first.name} fires for each model that nobody exposes, and resolves`, series(gone), resolved, [
        expect(first, start - 1),
        expectAll(
          first.name,
          fires,
          gone.map((alert) => firing(alert, { model: alert.absentModel ?? "" }, 1)),
        ),
        expect(first, resolved),
      ]),
    ),
    test(`${first.name} is quiet for models at 0 samples`, series([]), resolved, [expect(first, resolved)]),
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

function expect(alert: Alert, tick: number, fired?: AlertTest["exp_alerts"][number]): AlertTest {
  return expectAll(alert.name, tick, fired === undefined ? [] : [fired]);
}

function expectAll(alertname: string, tick: number, fired: AlertTest["exp_alerts"]): AlertTest {
  return { eval_time: durationWord(tick * exporterStep), alertname, exp_alerts: fired };
}

function firing(alert: Alert, own: Readonly<Record<string, string>>, value: number): AlertTest["exp_alerts"][number] {
  const labels = { ...own, ...alert.labels };
  const texts = Object.entries(alert.annotations).map(([key, message]): [string, string] => [
    key,
    renderAnnotation(message, { labels, value, series: {} }),
  ]);
  return { exp_labels: labels, exp_annotations: Object.fromEntries(texts) };
}
