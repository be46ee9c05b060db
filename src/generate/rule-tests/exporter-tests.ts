import type { Config } from "../../config/config.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import type { Alert } from "../rules/alert.ts";
import type { ExporterAlertName } from "../rules/exporter-expressions.ts";
import { alwaysThere } from "../rules/source-expressions.ts";
import { faultNamespace, faults, type Fault } from "./exporter-faults.ts";
import { expectAlert, firing, healthStart, healthStep, healthTest, quietWithoutData } from "./health-test.ts";
import type { RuleTest } from "./promtool-test.ts";
import { emptinessOf, silenceOf } from "./source-faults.ts";

/** Alert that fires where there are no series. */
const goneAlert: ExporterAlertName = "ModelQualityExporterDown";

/** Builds the unit tests of the alerts on the exporter and its sources. */
export function exporterTests(alerts: readonly Alert[], sources: Config["sources"]): readonly RuleTest[] {
  const named = new Map(alerts.map((alert) => [alert.name, alert]));
  const bySilence = new Map(sources.map(({ source, silentAfter }) => [silentAfter, source.name]));
  const silences = [...bySilence].flatMap(([seconds, source]) =>
    seconds === null ? [] : [silenceOf(source, seconds)],
  );
  const empty = [...bySilence].map(([seconds, source]) =>
    emptinessOf(source, seconds === null || seconds > alwaysThere),
  );
  return [
    ...[...faults, ...empty, ...silences].flatMap((fault) => {
      const alert = named.get(fault.alert);
      return alert === undefined ? [] : faultTests(alert, fault);
    }),
    ...quietWithoutData(alerts.filter(({ name }) => name !== goneAlert)),
  ];
}

function faultTests(alert: Alert, fault: Fault): readonly RuleTest[] {
  const fires = healthStart + fault.delay + alert.for.ms / healthStep;
  const until = fires + 1;
  const resolved = until + (fault.after ?? fault.delay);
  const labels = { [namespaceLabel]: faultNamespace, ...fault.labels };
  const tests = [
    healthTest(`${alert.name} fires ${fault.what}, and resolves`, fault.series(healthStart, until), resolved, [
      expectAlert(alert, healthStart - 1),
      expectAlert(alert, fires, firing(alert, labels, fault.value)),
      expectAlert(alert, resolved),
    ]),
    healthTest(`${alert.name} is quiet short of it`, fault.harmless(), fires + 1, [
      expectAlert(alert, fires),
      expectAlert(alert, fires + 1),
    ]),
  ];
  if (alert.name !== goneAlert) return tests;
  const gone = expectAlert(alert, fires, firing(alert, {}, 1));
  return [...tests, healthTest(`${alert.name} fires when there is no exporter at all`, [], fires, [gone])];
}
