import type { Config } from "../../config/config.ts";
import { countMetrics, lastOutcomeMetric } from "../../quality/counts.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "../rules/alert.ts";
import { renderAnnotation } from "../rules/annotation.ts";
import { faultNamespace, faults, silenceOf, type Fault, type FaultSeries } from "./exporter-faults.ts";
import { seriesNotation } from "./input-series.ts";
import { durationText, samplesNotation, type AlertTest, type ExpectedAlert, type RuleTest } from "./promtool-test.ts";

/** Milliseconds between the ticks of these tests. */
export const exporterStep = 60_000;

/** Tick at which the fault starts. */
const start = 20;

/** Alerts under test, and what of the config they depend on. */
export interface ExporterTestSections {
  readonly alerts: readonly Alert[];
  readonly sources: Config["sources"];
  readonly models: Config["models"];
  /** Name of a model that the config does not have. */
  readonly unnamed: string;
}

/** Builds the unit tests of the alerts on the exporter and its sources, and on absent and silent models. */
export function exporterTests({ alerts, sources, models, unnamed }: ExporterTestSections): readonly RuleTest[] {
  const named = new Map(alerts.map((alert) => [alert.name, alert]));
  const bySilence = new Map(sources.map(({ source, silentAfter }) => [silentAfter, source.name]));
  const silences = [...bySilence].flatMap(([seconds, source]) =>
    seconds === null ? [] : [silenceOf(source, seconds)],
  );
  const known = [...faults, ...silences].flatMap((fault) => {
    const alert = named.get(fault.alert);
    return alert === undefined ? [] : faultTests(alert, fault);
  });
  return [
    ...known,
    ...absentTests(alerts.filter(({ name }) => name === "ModelQualityModelAbsent")),
    ...silentTests(
      alerts
        .filter(({ name }) => name === "ModelQualityModelSilent")
        .map((alert) => {
          const model = alert.labels["model"];
          const silentAfter = models.get(model ?? "*")?.silentAfter ?? defaultSilence;
          return { alert, model: model ?? unnamed, silentAfter };
        }),
    ),
  ];
}

function faultTests(alert: Alert, fault: Fault): readonly RuleTest[] {
  const fires = start + fault.delay + alert.for.ms / exporterStep;
  const until = fires + 1;
  const resolved = until + (fault.after ?? fault.delay);
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

/** Tests half of the models at a time: a model that is there must not hide one that is absent. */
function absentTests(alerts: readonly Alert[]): readonly RuleTest[] {
  const [first] = alerts;
  if (first === undefined) return [];
  const fires = start + Math.ceil(first.for.ms / exporterStep);
  const resolved = fires + 1;
  const series = (gone: readonly Alert[]): readonly FaultSeries[] =>
    alerts.map((alert) => ({
      name: countMetrics.samples.name,
      labels: {
        job: jobName,
        instance: "replica-0:9877",
        namespace: faultNamespace,
        model: alert.labels["model"] ?? "",
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
          gone.map((alert) => firing(alert, { model: alert.labels["model"] ?? "" }, 1)),
        ),
        expect(first, resolved),
      ]),
    ),
    test(`${first.name} is quiet for models at 0 samples`, series([]), resolved, [expect(first, resolved)]),
  ];
}

/** Seconds of silence that are normal for models without an entry in the config. */
const defaultSilence = 3600;

interface SilentAlert {
  readonly alert: Alert;
  readonly model: string;
  readonly silentAfter: number;
}

/** Tests all models at a time: of each, one version has been silent for long, and another one goes silent. */
function silentTests(alerts: readonly SilentAlert[]): readonly RuleTest[] {
  const [first] = alerts;
  if (first === undefined) return [];
  const minute = exporterStep / 1000;
  const fires = start + 1 + Math.max(...alerts.map(({ alert }) => Math.ceil(alert.for.ms / exporterStep)));
  const resolved = fires + 1;
  const series = (isSilent: boolean): readonly FaultSeries[] =>
    alerts.flatMap(({ alert, model, silentAfter }) => {
      // The last outcome is as old as the expression allows, and then grows older.
      const allowed = silentAfter - alert.for.ms / 1000;
      const own = { job: jobName, instance: "replica-0:9877", namespace: faultNamespace, model };
      const at = (tick: number): number => tick * minute - allowed;
      return [
        { name: lastOutcomeMetric.name, labels: { ...own, version: "v1" }, at: () => -allowed },
        {
          name: lastOutcomeMetric.name,
          labels: { ...own, version: "v2" },
          at: (tick) => at(isSilent && tick >= start && tick < resolved ? start : tick),
        },
      ];
    });
  const { alert } = first;
  const expected = alerts.map((each) => {
    const silence = each.silentAfter - each.alert.for.ms / 1000 + (fires - start) * minute;
    return firing(each.alert, { [namespaceLabel]: faultNamespace, model: each.model }, silence);
  });
  return [
    test(
      `${alert.name} fires for each model without an outcome for its silentAfter, and resolves`,
      series(true),
      resolved,
      [expect(alert, start), expectAll(alert.name, fires, expected), expect(alert, resolved)],
    ),
    test(`${alert.name} is quiet short of it`, series(false), fires, [expect(alert, fires)]),
    quietWithoutData(alert, fires),
  ];
}

function quietWithoutData(alert: Alert, tick: number): RuleTest {
  return test(`${alert.name} is quiet on no data`, [], tick, [expect(alert, tick)]);
}

function test(name: string, series: readonly FaultSeries[], ticks: number, tests: readonly AlertTest[]): RuleTest {
  return {
    name,
    interval: durationText(exporterStep),
    input_series: series.map(({ name: metric, labels, at }) => ({
      series: seriesNotation(metric, labels),
      values: samplesNotation(Array.from({ length: ticks + 1 }, (_, tick) => at(tick))),
    })),
    alert_rule_test: tests,
  };
}

function expect(alert: Alert, tick: number, fired?: ExpectedAlert): AlertTest {
  return expectAll(alert.name, tick, fired === undefined ? [] : [fired]);
}

function expectAll(alertname: string, tick: number, fired: readonly ExpectedAlert[]): AlertTest {
  return { eval_time: durationText(tick * exporterStep), alertname, exp_alerts: fired };
}

function firing(alert: Alert, own: Readonly<Record<string, string>>, value: number): ExpectedAlert {
  const labels = { ...own, ...alert.labels };
  const texts = Object.entries(alert.annotations).map(([key, message]): [string, string] => [
    key,
    renderAnnotation(message, { labels, value, results: {} }),
  ]);
  return { exp_labels: labels, exp_annotations: Object.fromEntries(texts) };
}
