import type { Config } from "../../config/config.ts";
import { countMetrics, lastOutcomeMetric } from "../../quality/counts.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "../rules/alert.ts";
import { faultNamespace, type FaultSeries } from "./exporter-faults.ts";
import {
  expectAlert,
  expectAlerts,
  firing,
  healthStart,
  healthStep,
  healthTest,
  quietWithoutData,
} from "./health-test.ts";
import type { RuleTest } from "./promtool-test.ts";

/** Builds the unit tests of the alerts on absent and silent models; `unnamed` is a model that the config does not have. */
export function silenceTests(alerts: readonly Alert[], models: Config["models"], unnamed: string): readonly RuleTest[] {
  const silent = alerts.filter(({ name }) => name === "ModelQualityModelSilent");
  return [
    ...absentTests(alerts.filter(({ name }) => name === "ModelQualityModelAbsent")),
    ...silentTests(
      silent.map((alert) => {
        const model = alert.labels["model"];
        const silentAfter = models.get(model ?? "*")?.silentAfter ?? defaultSilence;
        return { alert, model: model ?? unnamed, silentAfter };
      }),
    ),
    ...quietWithoutData(silent),
  ];
}

/** Tests half of the models at a time: a model that is there must not hide one that is absent. */
function absentTests(alerts: readonly Alert[]): readonly RuleTest[] {
  const [first] = alerts;
  if (first === undefined) return [];
  const fires = healthStart + Math.ceil(first.for.ms / healthStep);
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
      at: (tick) => (gone.includes(alert) && tick >= healthStart && tick < resolved ? undefined : 0),
    }));
  const halves = [0, 1]
    .map((half) => alerts.filter((_, index) => index % 2 === half))
    .filter(({ length }) => length > 0);
  return [
    ...halves.map((gone) =>
      healthTest(`${first.name} fires for each model that nobody exposes, and resolves`, series(gone), resolved, [
        expectAlert(first, healthStart - 1),
        expectAlerts(
          first.name,
          fires,
          gone.map((alert) => firing(alert, { model: alert.labels["model"] ?? "" }, 1)),
        ),
        expectAlert(first, resolved),
      ]),
    ),
    healthTest(`${first.name} is quiet for models at 0 samples`, series([]), resolved, [expectAlert(first, resolved)]),
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
  const minute = healthStep / 1000;
  const fires = healthStart + 1 + Math.max(...alerts.map(({ alert }) => Math.ceil(alert.for.ms / healthStep)));
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
          at: (tick) => at(isSilent && tick >= healthStart && tick < resolved ? healthStart : tick),
        },
      ];
    });
  const { alert } = first;
  const expected = alerts.map((each) => {
    const silence = each.silentAfter - each.alert.for.ms / 1000 + (fires - healthStart) * minute;
    return firing(each.alert, { [namespaceLabel]: faultNamespace, model: each.model }, silence);
  });
  return [
    healthTest(
      `${alert.name} fires for each model without an outcome for its silentAfter, and resolves`,
      series(true),
      resolved,
      [expectAlert(alert, healthStart), expectAlerts(alert.name, fires, expected), expectAlert(alert, resolved)],
    ),
    healthTest(`${alert.name} is quiet short of it`, series(false), fires, [expectAlert(alert, fires)]),
  ];
}
