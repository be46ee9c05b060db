import type { Config } from "../../config/config.ts";
import { countMetrics, lastPredictionMetric } from "../../quality/counts.ts";
import { exporterMetric, jobName, namespaceLabel } from "../promql/metric-names.ts";
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
import { newsMetric } from "../rules/news.ts";
import { delayBuckets, normalPause } from "../rules/silence-alerts.ts";
import type { RuleTest } from "./promtool-test.ts";

/** Builds the unit tests of the alerts on absent and silent models; `unnamed` is a model that the config does not have. */
export function silenceTests(
  alerts: readonly Alert[],
  config: Pick<Config, "models" | "join">,
  unnamed: string,
): readonly RuleTest[] {
  const silent = alerts.filter(({ name }) => name === "ModelQualityModelSilent");
  return [
    ...absentTests(alerts.filter(({ name }) => name === "ModelQualityModelAbsent")),
    ...silentTests(
      silent.map((alert) => {
        const model = alert.labels["model"];
        const silentAfter = config.models.get(model ?? "*")?.silentAfter ?? defaultSilence;
        return { alert, model: model ?? unnamed, silentAfter };
      }),
      newsMetric(config).name,
    ),
    ...labelTests(
      alerts.filter(({ name }) => name === "ModelQualityLabelsStopped"),
      config.models,
      unnamed,
    ),
    ...quietWithoutData(silent),
  ];
}

/** Tests all models at a time: predictions come on, and labels, which took minutes, do not. */
function labelTests(alerts: readonly Alert[], models: Config["models"], unnamed: string): readonly RuleTest[] {
  const [first] = alerts;
  if (first === undefined) return [];
  const minute = healthStep / 1000;
  const all = alerts.map((alert) => {
    const model = alert.labels["model"];
    const pause = normalPause(models.get(model ?? "*") ?? { silentAfter: defaultSilence });
    return { alert, model: model ?? unnamed, pause };
  });
  const fires =
    healthStart + 1 + Math.max(...all.map(({ alert, pause }) => pause / minute + alert.for.ms / healthStep));
  const resolved = fires + 1;
  const now = (tick: number): number => tick * minute;
  const series = (stopped: FaultSeries["at"], predicted: FaultSeries["at"], delay: number): readonly FaultSeries[] =>
    all.flatMap(({ model }) => {
      const own = { job: jobName, instance: "replica-0:9877", namespace: faultNamespace, model };
      return [
        { name: lastPredictionMetric.name, labels: own, at: predicted },
        { name: exporterMetric("label_last_timestamp_seconds"), labels: own, at: stopped },
        ...[60, 600, 86_400, "+Inf"].map((le) => ({
          name: delayBuckets,
          labels: { ...own, le: String(le) },
          at: () => (le === "+Inf" || Number(le) >= delay ? 100 : 0),
        })),
      ];
    });
  const stopped = (tick: number): number => now(tick >= healthStart && tick < resolved ? healthStart : tick);
  const expected = all.map(({ alert, model }) =>
    firing(alert, { [namespaceLabel]: faultNamespace, model }, (fires - healthStart) * minute),
  );
  const { name } = first;
  return [
    healthTest(
      `${name} fires for each model whose labels stop while predictions come, and resolves`,
      series(stopped, now, 60),
      resolved,
      [expectAlert(first, healthStart), expectAlerts(name, fires, expected), expectAlert(first, resolved)],
    ),
    healthTest(`${name} is quiet where predictions stop as well`, series(stopped, stopped, 60), fires, [
      expectAlert(first, fires),
    ]),
    healthTest(`${name} is quiet where labels take long`, series(stopped, now, 86_400), healthStart + 60, [
      expectAlert(first, healthStart + 60),
    ]),
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
function silentTests(alerts: readonly SilentAlert[], news: string): readonly RuleTest[] {
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
        { name: news, labels: { ...own, version: "v1" }, at: () => -allowed },
        {
          name: news,
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
